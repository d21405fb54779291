import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import type { Backend, Listen, Route } from '../src/core/traffic/index.js';
import { httpRouteTo, routeTo, tableOf } from './router-contract.js';
import { backendOn, portOf, textOf, type SocketStage } from './socket-stage.js';

const MEGABYTE = 1024 * 1024;

/** What every router does with the bytes that go through it; for routers of real connections. */
export function wireContract(make: () => Promise<SocketStage>): void {
  let stage: SocketStage;
  let listen: Listen;
  let generation: number;
  beforeEach(async () => {
    stage = await make();
    listen = await stage.freeListen();
    generation = 0;
  });
  afterEach(() => stage.close());
  const apply = async (...routes: readonly Route[]): Promise<void> => {
    generation += 1;
    const result = await stage.router.apply(tableOf(generation, routes));
    expect(result).to.deep.include({ ok: true });
  };
  const at = (): Listen => listen;
  describe('requests on the wire', () => itPassesRequests(() => stage, at, apply));
  describe('heads on the wire', () => itMindsHeads(() => stage, at, apply));
  describe('bodies on the wire', () => itStreams(() => stage, at, apply));
  describe('bodies that break off', () => itBreaks(() => stage, at, apply));
  describe('connections on the wire', () => itTellsOfClients(() => stage, at, apply));
  describe('backends on the wire', () => itSurvivesBackends(() => stage, at, apply));
}

type StageOf = () => SocketStage;
type Apply = (...routes: readonly Route[]) => Promise<void>;
type At = () => Listen;

function itPassesRequests(stageOf: StageOf, at: At, apply: Apply): void {
  it('go to their backends one by one over one kept-alive connection', async () => {
    const stage = stageOf();
    const backends = [await stage.httpBackend('a'), await stage.httpBackend('b')];
    await apply(httpRouteTo(at(), backends));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const names: string[] = [];
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 6; i += 1) {
      const response = await stage.get(at(), '/', {}, agent);
      ports.add(response.socket.localPort);
      names.push(await textOf(response));
    }
    agent.destroy();
    expect(names.filter((name) => name === 'a')).to.have.length(3);
    expect(ports.size).to.equal(1);
  });

  it('keep their connection when their backend leaves', async () => {
    const stage = stageOf();
    const [a, b] = [await stage.httpBackend('a'), await stage.httpBackend('b')];
    await apply(httpRouteTo(at(), [a]));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (): Promise<string> => textOf(await stage.get(at(), '/', {}, agent));
    expect(await ask()).to.equal('a');
    await apply(httpRouteTo(at(), [b]));
    expect(await ask()).to.equal('b');
    agent.destroy();
  });

  it('tell their backend who the client is, and what earlier proxies said', async () => {
    const stage = stageOf();
    const echo = await stage.answering('echo', (request, response) => {
      response.end(JSON.stringify(request.headers));
    });
    await apply(httpRouteTo(at(), [echo]));
    const headers = { 'X-Forwarded-For': '192.0.2.1', Connection: 'X-Own', 'X-Own': '1', A: '2' };
    const seen = JSON.parse(await textOf(await stage.get(at(), '/', headers))) as Record<
      string,
      string
    >;
    expect(seen['x-forwarded-for']).to.equal('192.0.2.1, 127.0.0.1');
    expect(seen['x-forwarded-proto']).to.equal('http');
    expect(seen['x-forwarded-host']).to.equal(`127.0.0.1:${at().port}`);
    expect(seen['host']).to.equal(`127.0.0.1:${at().port}`);
    expect(seen['a']).to.equal('2');
  });

  it('and their responses keep their headers, repeated ones too', async () => {
    const stage = stageOf();
    const backend = await stage.answering('many', (_, response) => {
      response.writeHead(201, 'Made', [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['X-Name', 'caf\u00e9'],
      ]);
      response.end('x');
    });
    await apply(httpRouteTo(at(), [backend]));
    const response = await stage.get(at(), '/');
    expect([response.statusCode, response.statusMessage]).to.deep.equal([201, 'Made']);
    expect(response.headers['set-cookie']).to.deep.equal(['a=1', 'b=2']);
    expect(response.headers['x-name']).to.equal('caf\u00e9');
    expect(await textOf(response)).to.equal('x');
  });
}

function itMindsHeads(stageOf: StageOf, at: At, apply: Apply): void {
  it('for a head get the head, over a connection that goes on', async () => {
    const stage = stageOf();
    const backend = await stage.answering('head', (_, response) => {
      response.setHeader('Content-Length', 1_000).end();
    });
    await apply(httpRouteTo(at(), [backend]));
    const client = await stage.client(at());
    const [first] = await exchange(client, 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(first).to.match(/^HTTP\/1\.1 200 [\s\S]*content-length: 1000/i);
    const [second] = await exchange(client, 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(second).to.match(/^HTTP\/1\.1 200 /);
  });

  it('with a head that is too large are refused, and the next client is served', async () => {
    const stage = stageOf();
    await apply(httpRouteTo(at(), [await stage.httpBackend('a')]));
    const client = await stage.client(at());
    const huge = 'y'.repeat(200_000);
    const [answer] = await exchange(client, `GET / HTTP/1.1\r\nHost: x\r\nX-Huge: ${huge}\r\n\r\n`);
    expect(answer).to.match(/^HTTP\/1\.[01] (400|431) /);
    expect(await stage.request(at())).to.deep.equal({ status: 200, backend: 'a' });
  });

  it('that wait for a go-ahead get it, and then their answer', async () => {
    const stage = stageOf();
    const backend = await stage.answering('upper', (request, response) => {
      void textOf(request).then((text) => response.end(text.toUpperCase()));
    });
    await apply(httpRouteTo(at(), [backend]));
    const headers = { Expect: '100-continue', 'Content-Length': '4' };
    const { port, address: host } = at();
    const request = httpRequest({ port, host, method: 'POST', headers, agent: false });
    request.flushHeaders();
    await once(request, 'continue');
    request.end('body');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(await textOf(response)).to.equal('BODY');
  });
}

function itStreams(stageOf: StageOf, at: At, apply: Apply): void {
  it('are passed on piece by piece, both ways at once', async () => {
    const stage = stageOf();
    const backend = await stage.answering('echo', (request, response) => {
      response.flushHeaders();
      request.pipe(response);
    });
    await apply(httpRouteTo(at(), [backend]));
    const { port, address: host } = at();
    const request = httpRequest({ port, host, method: 'POST', agent: false });
    request.write('first');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(String((await once(response, 'data'))[0])).to.equal('first');
    request.write('second');
    expect(String((await once(response, 'data'))[0])).to.equal('second');
    request.end();
    await once(response, 'end');
    expect(response.headers['transfer-encoding']).to.equal('chunked');
  });

  it('of any size arrive whole, however slow their reader is', async () => {
    const stage = stageOf();
    const piece = randomBytes(MEGABYTE);
    const pieces = 32;
    const backend = await stage.answering('large', (_, response) => {
      let left = pieces;
      const more = (): void => {
        while (left > 0) {
          left -= 1;
          if (!response.write(piece)) return;
        }
        response.end();
      };
      response.on('drain', more);
      more();
    });
    await apply(httpRouteTo(at(), [backend]));
    const response = await stage.get(at(), '/');
    let size = 0;
    for await (const chunk of response) {
      if (size === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      size += (chunk as Buffer).length;
    }
    expect(size).to.equal(pieces * MEGABYTE);
  });
}

function itBreaks(stageOf: StageOf, at: At, apply: Apply): void {
  it('that break at their backend break for the client: half is not taken for the whole', async () => {
    const stage = stageOf();
    const backend = await stage.answering('broken', (_, response) => {
      response.write('half');
      setTimeout(() => response.socket?.resetAndDestroy(), 20);
    });
    await apply(httpRouteTo(at(), [backend]));
    const response = await stage.get(at(), '/');
    const outcome = await textOf(response).then(
      () => 'whole',
      () => 'broken',
    );
    expect(outcome).to.equal('broken');
  });

  it('of an answer that comes before all of the question is read do no harm', async () => {
    const stage = stageOf();
    const backend = await stage.answering('early', (_, response) => {
      response.writeHead(413, { Connection: 'close' }).end('too much');
    });
    await apply(httpRouteTo(at(), [backend]));
    const { port, address: host } = at();
    const request = httpRequest({ port, host, method: 'POST', agent: false });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(64 * 1024));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).to.equal(413);
    expect(await textOf(response)).to.equal('too much');
    request.destroy();
    expect((await stage.request(at())).status).to.equal(413);
  });
}

function itTellsOfClients(stageOf: StageOf, at: At, apply: Apply): void {
  it('may be upgraded, and then carry bytes', async () => {
    const stage = stageOf();
    const server = await stage.serveHttp((_, response) => response.writeHead(400).end('no'));
    server.on('upgrade', (request, socket) => {
      const name = request.headers['sec-websocket-key'] ?? '';
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n');
      socket.write(`Connection: Upgrade\r\nSec-WebSocket-Accept: ${name}\r\n\r\nhello`);
      socket.pipe(socket);
    });
    await apply(httpRouteTo(at(), [backendOn(portOf(server), 'ws')]));
    const client = await stage.client(at());
    const head = 'GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n';
    // As long as real ones are: routers may refuse others.
    const key = randomBytes(16).toString('base64');
    client.write(`${head}Upgrade: websocket\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
    const said = (await readUntil(client, 'hello')).toLowerCase();
    expect(said).to.match(/^http\/1\.1 101 /);
    expect(said).to.contain(`sec-websocket-accept: ${key.toLowerCase()}`);
    client.write('frames');
    expect(await readUntil(client, 'frames')).to.equal('frames');
    const held = await stage.router.apply(tableOf(9, []));
    expect(held.ok && held.value.draining).to.deep.equal([{ taskId: 'ws', open: 1 }]);
    client.end();
    await once(client, 'end');
  });

  it('are cut when they have drained for long enough', async () => {
    const stage = stageOf();
    const drain = millis(300);
    await apply({ ...routeTo(at(), [await stage.backend('a')]), drain });
    const client = await stage.client(at());
    await once(client, 'data');
    const cut = new Promise((resolve) => client.once('error', resolve).once('end', resolve));
    await apply({ ...routeTo(at(), [await stage.backend('b')]), drain });
    await cut;
  });

  for (const clientAddress of ['proxyV1', 'proxyV2'] as const) {
    it(`begin with the client's address by ${clientAddress}`, async () => {
      const stage = stageOf();
      const server = await stage.serve(0, (socket) => {
        socket.once('data', (first: Buffer) => socket.end(first.toString('hex')));
      });
      const backend = backendOn(portOf(server), 'proxied');
      await apply({ ...routeTo(at(), [backend]), clientAddress });
      const client = await stage.client(at());
      const { localPort: from = 0 } = client;
      client.write('question');
      const first = Buffer.from(await readUntil(client, undefined), 'hex');
      expect(first.subarray(0, 28).equals(headerOf(clientAddress, from, at().port))).to.equal(true);
    });
  }
}

function itSurvivesBackends(stageOf: StageOf, at: At, apply: Apply): void {
  it('that close idle connections lose no request', async () => {
    const stage = stageOf();
    const server = await stage.serveHttp((_, response) => response.end('short'));
    server.keepAliveTimeout = 1;
    await apply(httpRouteTo(at(), [backendOn(portOf(server), 'short')]));
    for (let i = 0; i < 40; i += 1) {
      expect((await stage.request(at())).backend).to.equal('short');
      await new Promise((resolve) => setTimeout(resolve, i % 5));
    }
  });

  it('that end a kept connection instead of answering are asked again', async () => {
    const stage = stageOf();
    const asked = new WeakMap<Socket, number>();
    const backend = await stage.answering('moody', (request, response) => {
      const { socket } = request;
      asked.set(socket, (asked.get(socket) ?? 0) + 1);
      if (asked.get(socket) === 2) socket.destroy();
      else response.end('moody');
    });
    await apply(httpRouteTo(at(), [backend]));
    for (let i = 0; i < 4; i += 1) {
      expect((await stage.request(at())).backend).to.equal('moody');
    }
  });

  it('that break on a question which must not be asked twice make it a 502', async () => {
    const stage = stageOf();
    let asked = 0;
    const backend = await stage.answering('broken', (request) => {
      asked += 1;
      request.socket.destroy();
    });
    await apply(httpRouteTo(at(), [backend]));
    const { port, address: host } = at();
    const request = httpRequest({ port, host, method: 'POST', agent: false });
    request.end('once');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).to.equal(502);
    expect(asked).to.equal(1);
  });

  it('are counted: requests, and those that went wrong', async () => {
    const stage = stageOf();
    const [good, bad]: [Backend, Backend] = [
      await stage.httpBackend('good'),
      await stage.answering('bad', (_, response) => response.writeHead(500).end()),
    ];
    await apply(httpRouteTo(at(), [good, bad]));
    for (let i = 0; i < 6; i += 1) await stage.request(at());
    const traffic = await stage.router.traffic?.();
    const counts = (traffic?.ok === true ? traffic.value : [])
      .map(({ taskId, requests, errors }) => `${taskId} ${requests} ${errors}`)
      .sort();
    expect(counts).to.deep.equal(['bad 3 3', 'good 3 0']);
  });
}

/** Sends a text; resolves with what has come when the first piece is there. */
async function exchange(client: Socket, text: string): Promise<[string]> {
  client.write(text);
  const [chunk] = (await once(client, 'data')) as [Buffer];
  return [chunk.toString('latin1')];
}

/** What comes until it ends with a text, or until the other side ends. */
function readUntil(socket: Socket, text: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const look = (chunk: Buffer): void => {
      said += chunk.toString('latin1');
      if (text === undefined || !said.endsWith(text)) return;
      socket.off('data', look);
      resolve(said);
    };
    socket.on('data', look);
    socket.once('end', () => {
      resolve(said);
    });
    socket.once('error', reject);
  });
}

/** The first 28 bytes, which hold all of the binary form over IPv4. */
function headerOf(version: 'proxyV1' | 'proxyV2', from: number, to: number): Buffer {
  if (version === 'proxyV1') {
    return Buffer.from(`PROXY TCP4 127.0.0.1 127.0.0.1 ${from} ${to}\r\n`).subarray(0, 28);
  }
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(from, 0);
  ports.writeUInt16BE(to, 2);
  const fixed = Buffer.from('0d0a0d0a000d0a515549540a2111000c7f0000017f000001', 'hex');
  return Buffer.concat([fixed, ports]);
}

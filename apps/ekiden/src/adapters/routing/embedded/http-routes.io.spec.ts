import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import { EmbeddedStage, SharedEmbedded, missed } from '../../../../testing/embedded-stage.js';
import { httpRouteTo, routeTo, tableOf } from '../../../../testing/router-contract.js';
import { backendOn, textOf } from '../../../../testing/socket-stage.js';
import { wireContract } from '../../../../testing/wire-contract.js';

describe('the embedded router', () => {
  const shared = new SharedEmbedded();
  before(() => shared.open());
  after(() => shared.close());
  wireContract(() => shared.fresh());
});

describe('the embedded router, with limits and a port for all', () => {
  let stage: EmbeddedStage;
  afterEach(() => stage.close());

  async function residentBytes(): Promise<number> {
    const { pid } = (await stage.router.status()) ?? {};
    const status = await readFile(`/proc/${pid ?? 0}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }

  it('tells 504 when a backend does not answer in time, and asks nobody else', async () => {
    stage = await EmbeddedStage.make({ limits: { responseMs: 500 } });
    const listen = await stage.freeListen();
    let asked = 0;
    const silent = await stage.answering('silent', () => {
      asked += 1;
    });
    const alsoSilent = { ...silent, taskId: 'also-silent' as typeof silent.taskId };
    await stage.router.apply(tableOf(1, [httpRouteTo(listen, [silent, alsoSilent])]));
    const response = await stage.get(listen, '/');
    expect(response.statusCode).to.equal(504);
    expect(await textOf(response)).to.contain('silent did not answer in time');
    expect(asked).to.equal(1);
  });

  it('takes no more clients than it may', async () => {
    stage = await EmbeddedStage.make({ limits: { clientsMax: 2 } });
    const listen = await stage.freeListen();
    const backend = await stage.backend('a');
    await stage.router.apply(tableOf(1, [routeTo(listen, [backend])]));
    const held = [await stage.hold(listen), await stage.hold(listen)];
    const third = await stage.client(listen);
    expect(await endOf(third)).to.equal('');
    for (const each of held) await each.end();
  });

  it('finds an app by the name that is asked for, on the port for all', async () => {
    const place = await EmbeddedStage.make();
    const vhosts = await place.freeListen();
    await place.close();
    stage = await EmbeddedStage.make({ vhosts });
    const [one, other] = [await stage.freeListen(), await stage.freeListen()];
    const [a, b] = [await stage.httpBackend('a'), await stage.httpBackend('b')];
    const table = tableOf(1, [
      { ...httpRouteTo(one, [a]), hosts: ['a.example.com', 'www.a.example.com'] },
      { ...httpRouteTo(other, [b]), hosts: ['b.example.com'] },
    ]);
    expect(await stage.router.apply(table)).to.deep.include({ ok: true });
    const ask = (host: string): ReturnType<EmbeddedStage['request']> =>
      stage.request(vhosts, { Host: host });
    expect((await ask('a.example.com')).backend).to.equal('a');
    expect((await ask(`WWW.A.example.com:${vhosts.port}`)).backend).to.equal('a');
    expect((await ask('b.example.com.')).backend).to.equal('b');
    expect((await ask('c.example.com')).status).to.equal(404);
    await stage.router.apply(tableOf(2, [{ ...httpRouteTo(one, [a]), hosts: [] }]));
    expect((await ask('a.example.com')).status).to.equal(404);
  });

  it('waits a moment for one that takes no connections, when there is nobody else', async () => {
    stage = await EmbeddedStage.make();
    const listen = await stage.freeListen();
    const { port } = await stage.freeListen();
    await stage.router.apply(tableOf(1, [httpRouteTo(listen, [backendOn(port, 'late')])]));
    const answer = stage.request(listen);
    await missed(stage.router);
    await stage.serve(port, (socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate');
    });
    expect(await answer).to.deep.equal({ status: 200, backend: 'late' });
  });

  it('asks who has come meanwhile, when those it knew took no connections', async () => {
    stage = await EmbeddedStage.make();
    const listen = await stage.freeListen();
    const dead = await stage.deadBackend('dead');
    await stage.router.apply(tableOf(1, [httpRouteTo(listen, [dead])]));
    const answer = stage.request(listen);
    await missed(stage.router);
    const quick = await stage.httpBackend('quick');
    await stage.router.apply(tableOf(2, [httpRouteTo(listen, [quick])]));
    expect(await answer).to.deep.equal({ status: 200, backend: 'quick' });
  });

  it('tells 503 when nobody could be reached after a few times', async () => {
    stage = await EmbeddedStage.make();
    const listen = await stage.freeListen();
    const dead = await stage.deadBackend('dead');
    await stage.router.apply(tableOf(1, [httpRouteTo(listen, [dead])]));
    const response = await stage.get(listen, '/');
    expect(response.statusCode).to.equal(503);
    expect(await textOf(response)).to.contain('no instance of /shop/api could be reached');
    expect(await missed(stage.router)).to.equal(3);
  });

  it('asks another at the drain limit what was not answered yet', async () => {
    stage = await EmbeddedStage.make();
    const listen = await stage.freeListen();
    let seen: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const silent = await stage.answering('silent', () => {
      seen();
    });
    const quick = await stage.httpBackend('quick');
    const drain = millis(200);
    await stage.router.apply(tableOf(1, [{ ...httpRouteTo(listen, [silent]), drain }]));
    const answer = stage.request(listen);
    await asked;
    await stage.router.apply(tableOf(2, [{ ...httpRouteTo(listen, [quick]), drain }]));
    expect(await answer).to.deep.equal({ status: 200, backend: 'quick' });
  });

  it('keeps its memory flat while 100 MB go through it each way', async () => {
    stage = await EmbeddedStage.make();
    const listen = await stage.freeListen();
    const echo = await stage.answering('echo', (request, response) => {
      request.pipe(response);
    });
    await stage.router.apply(tableOf(1, [httpRouteTo(listen, [echo])]));
    const before = await residentBytes();
    let most = 0;
    const pieces = 100;
    const { port, address: host } = listen;
    const request = httpRequest({ port, host, method: 'POST', agent: false });
    const sent = (async (): Promise<void> => {
      const piece = Buffer.alloc(1024 * 1024);
      for (let i = 0; i < pieces; i += 1) {
        if (!request.write(piece)) await once(request, 'drain');
        if (i % 10 === 0) most = Math.max(most, await residentBytes());
      }
      request.end();
    })();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let size = 0;
    for await (const chunk of response) size += (chunk as Buffer).length;
    await sent;
    expect(size).to.equal(pieces * 1024 * 1024);
    expect(most - before).to.be.lessThan(80 * 1024 * 1024);
  });
});

/** What comes until the other side has gone. */
function endOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    socket.once('end', () => {
      resolve(said);
    });
    socket.once('error', () => {
      resolve(said);
    });
  });
}

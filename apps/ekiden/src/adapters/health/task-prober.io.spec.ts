import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Server as HttpServer, createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { millis, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import type { ProbeTarget } from '../../core/health/index.js';
import type { TaskCommandOrder, TaskCommandOutcome } from '../../ports/index.js';
import { TaskProber } from './task-prober.js';

type HttpTarget = Extract<ProbeTarget, { readonly kind: 'http' }>;

const answer: RequestListener = (request, response) => {
  const [, status = '200'] = /^\/status\/(\d+)/.exec(request.url ?? '') ?? [];
  switch (request.url ?? '') {
    case '/slow':
      return;
    case '/slow-body':
      response.writeHead(200).write('the rest never comes');
      return;
    case '/processing':
      response.writeProcessing();
      return;
    case '/early':
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(200).end();
      return;
    case '/warm':
      response.writeHead(200, { 'content-type': 'text/plain' }).end('warm');
      return;
    case '/endless':
      response.writeHead(200).end('x'.repeat(1_000_000));
      return;
    case '/hang-up':
      request.socket.destroy();
      return;
    case '/upgrade':
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n');
      return;
    default:
      response.writeHead(Number(status), { location: '/status/500' }).end();
  }
};

describe('probing real servers', () => {
  const servers: Server[] = [];
  let http: number;
  let https: number;
  let tcp: number;
  let closed: number;

  before(async () => {
    http = await listen(createServer(answer));
    https = await listen(createTlsServer(await selfSigned(), answer));
    tcp = await listen(createTcpServer());
    const gone = createTcpServer();
    closed = await listen(gone);
    gone.close();
  });

  after(() => {
    for (const server of servers) {
      server.close();
      if (server instanceof HttpServer) server.closeAllConnections();
    }
  });

  async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return (server.address() as AddressInfo).port;
  }

  const orders: TaskCommandOrder[] = [];
  let outcome: TaskCommandOutcome = { kind: 'exited', exitCode: 0 };
  const prober = new TaskProber({
    runCommand: (order) => {
      orders.push(order);
      return Promise.resolve(outcome);
    },
  });

  function web(path: string, overrides: Partial<HttpTarget> = {}): HttpTarget {
    return {
      kind: 'http',
      https: false,
      host: '127.0.0.1',
      port: http,
      path,
      ignore1xx: false,
      ipProtocol: 'IPv4',
      timeout: seconds(5),
      ...overrides,
    };
  }

  const statuses: readonly (readonly [status: number, ok: boolean])[] = [
    [200, true],
    [204, true],
    [302, true],
    [399, true],
    [400, false],
    [404, false],
    [500, false],
  ];
  for (const [status, ok] of statuses) {
    it(`HLT-09: takes HTTP status ${status} for ${ok ? 'well' : 'ill'}, and follows no redirect`, async () => {
      const expected = ok ? { ok } : { ok, cause: `HTTP status ${status}` };
      expect(await prober.probe(web(`/status/${status}`))).to.deep.equal(expected);
    });
  }

  it('hands an answer back where it is wanted, with its body or without', async () => {
    const head = await prober.probe(web('/status/503', { answerWanted: 'head' }));
    expect(head.response).to.deep.include({ status: 503, body: '' });
    const full = await prober.probe(web('/warm', { answerWanted: 'body' }));
    expect(full).to.deep.equal({
      ok: true,
      response: { status: 200, contentType: 'text/plain', body: 'warm' },
    });
    const endless = await prober.probe(web('/endless', { answerWanted: 'body' }));
    expect(endless.response?.body).to.have.length(16_384);
  });

  it('gives up on a body that does not end in time', async () => {
    const target = web('/slow-body', { answerWanted: 'body', timeout: millis(200) });
    expect(await prober.probe(target)).to.deep.equal({
      ok: false,
      cause: 'no answer within 0.2 s',
    });
  });

  it('does not wait for the body', async () => {
    expect(await prober.probe(web('/slow-body'))).to.deep.equal({ ok: true });
  });

  it('HLT-11: gives up on a slow server, and lets go of the connection', async () => {
    let closed: Promise<unknown> | undefined;
    const server = servers[0];
    server?.once('connection', (socket) => {
      closed = once(socket, 'close');
    });
    const result = await prober.probe(web('/slow', { timeout: millis(200) }));
    expect(result).to.deep.equal({ ok: false, cause: 'no answer within 0.2 s' });
    await closed;
  });

  it('HLT-11: gives up on a handshake that does not end', async () => {
    const target = web('/', { https: true, port: tcp, timeout: millis(200) });
    const result = await prober.probe(target);
    expect(result).to.deep.equal({ ok: false, cause: 'no answer within 0.2 s' });
  });

  it('takes answers 100 to 199 for ill, or for no answer where they are to be ignored', async () => {
    const late = { timeout: millis(200) };
    const ill = { ok: false, cause: 'HTTP status 102' };
    expect(await prober.probe(web('/processing', late))).to.deep.equal(ill);
    const ignored = await prober.probe(web('/processing', { ...late, ignore1xx: true }));
    expect(ignored).to.deep.equal({ ...ill, undecided: true });
    const upgrade = await prober.probe(web('/upgrade', { ignore1xx: true }));
    expect(upgrade.undecided).to.equal(true);
    expect(await prober.probe(web('/early', { ignore1xx: true }))).to.deep.equal({ ok: true });
  });

  it('asks IPv6 where it is told to', async () => {
    const six = await listen(createServer(answer), '::1');
    const target = web('/', { host: '::1', port: six, ipProtocol: 'IPv6' });
    expect(await prober.probe(target)).to.deep.equal({ ok: true });
    const place = { host: '::1', port: six, ipProtocol: 'IPv6', timeout: seconds(5) } as const;
    expect(await prober.probe({ kind: 'tcp', ...place })).to.deep.equal({ ok: true });
  });

  it('takes a server that hangs up for ill', async () => {
    expect(await prober.probe(web('/hang-up'))).to.deep.equal({
      ok: false,
      cause: 'socket hang up',
    });
  });

  it('takes a change of protocol for ill', async () => {
    expect(await prober.probe(web('/upgrade'))).to.deep.equal({
      ok: false,
      cause: 'HTTP status 101',
    });
  });

  it('says that a connection was refused', async () => {
    const cause = `connect ECONNREFUSED 127.0.0.1:${closed}`;
    expect(await prober.probe(web('/', { port: closed }))).to.deep.equal({ ok: false, cause });
  });

  it('takes a path that cannot be asked for as ill', async () => {
    const result = await prober.probe(web('/with blank'));
    expect(result.ok).to.equal(false);
    expect(result.cause).to.match(/unescaped characters/);
  });

  it('HLT-13: accepts a certificate nobody knows', async () => {
    const target = web('/status/200', { https: true, port: https });
    expect(await prober.probe(target)).to.deep.equal({ ok: true });
    const refusing = web('/status/503', { https: true, port: https });
    expect((await prober.probe(refusing)).cause).to.equal('HTTP status 503');
  });

  it('takes plain HTTP behind an https check for ill', async () => {
    expect((await prober.probe(web('/', { https: true }))).ok).to.equal(false);
  });

  it('is content with a TCP connection', async () => {
    const target = { host: '127.0.0.1', ipProtocol: 'IPv4', timeout: seconds(5) } as const;
    expect(await prober.probe({ kind: 'tcp', port: tcp, ...target })).to.deep.equal({ ok: true });
    expect(await prober.probe({ kind: 'tcp', port: closed, ...target })).to.deep.equal({
      ok: false,
      cause: `connect ECONNREFUSED 127.0.0.1:${closed}`,
    });
  });

  const outcomes: readonly (readonly [TaskCommandOutcome, cause: string | undefined])[] = [
    [{ kind: 'exited', exitCode: 0 }, undefined],
    [{ kind: 'exited', exitCode: 3 }, 'the command ended with exit code 3'],
    [{ kind: 'timedOut' }, 'no answer within 1 s'],
    [{ kind: 'exited', exitCode: 127 }, 'the command ended with exit code 127: it was not found'],
    [
      { kind: 'exited', exitCode: 126 },
      'the command ended with exit code 126: it cannot be executed',
    ],
    [{ kind: 'notRun', reason: 'no such folder' }, 'the command cannot be run: no such folder'],
  ];
  for (const [given, cause] of outcomes) {
    it(`judges a command that ${JSON.stringify(given)}`, async () => {
      outcome = given;
      const place = { agentId: 'a' as AgentId, taskId: 't' as TaskId, timeout: seconds(1) };
      const result = await prober.probe({ kind: 'command', value: 'true', ...place });
      expect(result).to.deep.equal(cause === undefined ? { ok: true } : { ok: false, cause });
      expect(orders.at(-1)).to.deep.equal({ command: 'true', ...place });
    });
  }
});

describe('a command whose host cannot run it', () => {
  it('says nothing about the task', async () => {
    const prober = new TaskProber({
      runCommand: () => Promise.resolve({ kind: 'noHost', reason: 'no room for processes' }),
    });
    const place = { agentId: 'a' as AgentId, taskId: 't' as TaskId, timeout: seconds(1) };
    expect(await prober.probe({ kind: 'command', value: 'true', ...place })).to.deep.equal({
      ok: false,
      cause: 'no room for processes',
      notAsked: true,
    });
  });
});

async function selfSigned(): Promise<{ readonly key: string; readonly cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'ekiden-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const about = ['-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert];
    await promisify(execFile)('openssl', ['req', ...kind, ...about]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

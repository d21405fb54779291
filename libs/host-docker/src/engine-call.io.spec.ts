import { expect } from 'chai';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { millis, type Result } from '@ekiden/kernel';
import { serveOnSocket, type UnixServer } from '../testing/index.js';
import { callEngine, type EngineFailure } from './engine-call.js';
import { Engine } from './engine.js';

const QUICK = { look: millis(300), change: millis(300) };

function failureIn<T>(result: Result<T, EngineFailure>): EngineFailure {
  if (result.ok) throw new Error('expected a failure');
  return result.error;
}

describe('A request to an engine', () => {
  let server: UnixServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function engineThat(answer: RequestListener, deadlines = QUICK): Promise<Engine> {
    server = await serveOnSocket(answer);
    return new Engine({ kind: 'unix', socketPath: server.socketPath }, deadlines);
  }

  it('is given up when there is no answer in time', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const engine = await engineThat((request) => {
      closed = once(request.socket, 'close');
    });
    expect(failureIn(await engine.inspect('a'))).to.deep.equal({
      kind: 'gone',
      message: 'no answer within 1 s',
    });
    await closed; // and the connection with it
  });

  it('is given up when an answer has no end', async () => {
    const engine = await engineThat((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"Id":');
    });
    expect(failureIn(await engine.inspect('a')).kind).to.equal('gone');
  });

  it('finds the engine gone when the socket closes before the answer', async () => {
    const engine = await engineThat((request) => request.socket.destroy());
    const failure = failureIn(await engine.inspect('a'));
    expect(failure).to.deep.equal({ kind: 'gone', message: 'socket hang up' });
  });

  it('finds the engine gone when the socket closes in the middle of the answer', async () => {
    const engine = await engineThat((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"Id":', () => request.socket.destroy());
    });
    expect(failureIn(await engine.inspect('a')).kind).to.equal('gone');
  });

  it('finds the engine gone when nobody listens', async () => {
    const engine = new Engine({ kind: 'unix', socketPath: '/nowhere/engine.sock' }, QUICK);
    const failure = failureIn(await engine.ping(millis(300)));
    expect(failure.kind).to.equal('gone');
    expect(failure.message).to.contain('ENOENT');
  });

  it('passes on what the engine refuses, in its words', async () => {
    const engine = await engineThat((_, response) => {
      response.writeHead(409, { 'content-type': 'application/json' });
      response.end('{"message":"removal of container a is already in progress"}');
    });
    expect(failureIn(await engine.remove('a'))).to.deep.equal({
      kind: 'refused',
      status: 409,
      message: 'removal of container a is already in progress',
    });
  });

  it('understands a refusal that is not JSON', async () => {
    const engine = await engineThat((_, response) => {
      response.writeHead(502);
      response.end('<html>Bad Gateway</html>');
    });
    const failure = failureIn(await engine.start('a'));
    expect(failure).to.include({ kind: 'refused', status: 502 });
    expect(failure.message).to.contain('Bad Gateway');
  });

  it('can be given up by whoever makes it, and is not even made when it was before', async () => {
    const asked: string[] = [];
    const engine = await engineThat((request) => void asked.push(request.url ?? ''), {
      look: millis(20_000),
      change: millis(20_000),
    });
    const giveUp = new AbortController();
    const pull = engine.pull('busybox:stable', undefined, giveUp.signal);
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    giveUp.abort();
    expect(failureIn(await pull).kind).to.equal('aborted');
    const again = await engine.pull('busybox:stable', undefined, giveUp.signal);
    expect(failureIn(again).kind).to.equal('aborted');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).to.deep.equal(['/images/create?fromImage=busybox&tag=stable']);
  });

  it('that changes something is not begun when the lease ends while its connection is made', async () => {
    const asked: string[] = [];
    server = await serveOnSocket(({ method = '', url = '' }, response) => {
      asked.push(`${method} ${url}`);
      response.writeHead(method === 'GET' ? 200 : 204).end();
    });
    const address = { kind: 'unix', socketPath: server.socketPath } as const;
    let leads = true;
    const engine = new Engine(address, QUICK, () => leads);
    expect((await engine.start('1')).ok).to.equal(true);

    const changes = [engine.start('2'), engine.kill('1'), engine.remove('1')];
    const look = engine.inspect('1');
    leads = false;
    const deposed = { kind: 'aborted', message: 'this service leads no more' };
    for (const change of changes) expect(failureIn(await change)).to.deep.equal(deposed);
    expect((await look).ok).to.equal(true);
    expect(asked).to.deep.equal(['POST /containers/1/start', 'GET /containers/1/json']);
  });

  it('leaves nothing on the signal it was given', async () => {
    const giveUp = new AbortController();
    let listeners = 0;
    const { signal } = giveUp;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await callEngine({ deadline: millis(1_000), signal }, () => Promise.resolve(1));
    await callEngine({ deadline: millis(1_000), signal }, () => Promise.reject(new Error('no')));
    expect(listeners).to.equal(0);
  });

  it('splits the names of images as the registry wants them', async () => {
    const asked: string[] = [];
    const engine = await engineThat((request, response) => {
      asked.push(decodeURIComponent((request.url ?? '').replace(/^[^?]*\?/, '')));
      response.end();
    });
    const { signal } = new AbortController();
    for (const image of ['nginx', 'r:5000/a/b', 'r:5000/a:1', 'a@sha256:0f', 'a/b:1.2-x']) {
      const pulled = await engine.pull(image, undefined, signal);
      expect(pulled.ok).to.equal(true);
    }
    expect(asked).to.deep.equal([
      'fromImage=nginx&tag=latest',
      'fromImage=r:5000/a/b&tag=latest',
      'fromImage=r:5000/a&tag=1',
      'fromImage=a&tag=sha256:0f',
      'fromImage=a/b&tag=1.2-x',
    ]);
  });

  it('keeps credentials out of the address and in the header made for them', async () => {
    let url = '';
    let header = '';
    let body = '';
    const engine = await engineThat((request, response) => {
      url = request.url ?? '';
      header = String(request.headers['x-registry-auth']);
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.end());
    });
    const login = { username: 'me', password: 'hunter2??>>', serveraddress: 'r' };
    await engine.pull('r/a:1', login, new AbortController().signal);
    expect(`${url}${body}`).to.not.contain('hunter2');
    expect(header).to.match(/^[\w-]+=*$/);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).to.deep.equal(login);
  });

  it('reads the log of a terminal as it is, though it may look like JSON', async () => {
    const engine = await engineThat((_, response) => response.end('{"level" : 1.0}\r\n'));
    const logs = await engine.logs('a', 10);
    expect(logs.ok && logs.value.toString()).to.equal('{"level" : 1.0}\r\n');
  });

  it('finds the own name of a container among those that links give it', async () => {
    const found = [{ Id: '1', Names: ['/web/db', '/ekiden-db'], State: 'running', Labels: null }];
    const engine = await engineThat((_, response) => response.end(JSON.stringify(found)));
    const listed = await engine.list('ekiden.cluster=c');
    expect(listed).to.deep.equal({
      ok: true,
      value: [{ id: '1', name: 'ekiden-db', state: 'running', labels: null }],
    });
  });
});

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import { SharedEmbedded, missed } from '../../../../testing/embedded-stage.js';
import { routeTo as patientRouteTo, tableOf } from '../../../../testing/router-contract.js';
import { backendOn, type SocketStage } from '../../../../testing/socket-stage.js';
import type { Backend, Listen, Route } from '../../../core/traffic/index.js';

/** Everything until the other side ends its direction; rejects when the connection breaks. */
function readAll(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    socket.once('error', reject);
    socket.resume();
  });
}

/** Sends a text and waits until as much has come back. */
async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  let answer = '';
  while (answer.length < text.length) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer += chunk.toString('utf8');
  }
  return answer;
}

/** A client that has been greeted by its backend. */
async function greeted(stage: SocketStage, listen: Listen): Promise<[Socket, string]> {
  const client = await stage.client(listen);
  const [chunk] = (await once(client, 'data')) as [Buffer];
  return [client, chunk.toString('utf8')];
}

function routeTo(listen: Listen, backends: readonly Backend[], app?: string): Route {
  return { ...patientRouteTo(listen, backends, app), drain: millis(300) };
}

describe('connections through the router', () => {
  const shared = new SharedEmbedded();
  let stage: SocketStage;
  let listen: Listen;
  let generation = 0;

  before(() => shared.open());
  after(() => shared.close());
  beforeEach(async () => {
    stage = await shared.fresh();
    listen = await stage.freeListen();
  });
  afterEach(() => stage.close());

  async function apply(...routes: readonly Route[]): Promise<void> {
    generation += 1;
    expect((await stage.router.apply(tableOf(generation, routes))).ok).to.equal(true);
  }

  it('pass on the end of each direction by itself', async () => {
    const got: string[] = [];
    const server = await stage.serve(0, (socket) => {
      void readAll(socket).then((request) => {
        got.push(request.toString('utf8'));
        socket.end('answer after the end of the question');
      });
    });
    const { port } = server.address() as { port: number };
    await apply(routeTo(listen, [backendOn(port, 'late')]));
    const client = await stage.client(listen);
    client.end('question');
    expect((await readAll(client)).toString('utf8')).to.equal(
      'answer after the end of the question',
    );
    expect(got).to.deep.equal(['question']);
  });

  it('carry any amount to a reader that is slow, and hold the writer back meanwhile', async () => {
    const size = 32 * 1024 * 1024;
    let sent = 0;
    const server = await stage.serve(0, (socket) => {
      const block = Buffer.alloc(64 * 1024, 7);
      const more = (): void => {
        while (sent < size) {
          sent += block.length;
          if (!socket.write(block)) return;
        }
        socket.end();
      };
      socket.on('drain', more);
      more();
    });
    const { port } = server.address() as { port: number };
    await apply(routeTo(listen, [backendOn(port, 'source')]));
    const client = await stage.client(listen);
    client.pause();
    await steady(() => sent);
    expect(sent).to.be.lessThan(size);
    expect((await readAll(client)).length).to.equal(size);
  });

  it('break on both sides when they break on one', async () => {
    const server = await stage.serve(0, (socket) => {
      socket.write('half of the ans');
      socket.once('data', () => socket.resetAndDestroy());
    });
    const { port } = server.address() as { port: number };
    await apply(routeTo(listen, [backendOn(port, 'broken')]));
    const [client, half] = await greeted(stage, listen);
    expect(half).to.equal('half of the ans');
    const broken = once(client, 'error');
    client.write('got it');
    const [error] = (await broken) as [NodeJS.ErrnoException];
    expect(error.code).to.equal('ECONNRESET');
  });

  it('stay open to a backend that was taken out, until the drain limit', async () => {
    const [a, b] = [await stage.backend('a'), await stage.backend('b')];
    await apply(routeTo(listen, [a]));
    const [client, name] = await greeted(stage, listen);
    expect(name).to.equal('a');
    await apply(routeTo(listen, [b]));
    expect(await stage.ask(listen)).to.equal('b');
    expect(await echo(client, 'still here')).to.equal('still here');
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).to.equal('ECONNRESET');
  });

  it('stay open beyond the limit when their backend comes back in time', async () => {
    const [a, b, c] = [
      await stage.backend('a'),
      await stage.backend('b'),
      await stage.backend('c'),
    ];
    await apply(routeTo(listen, [a]));
    const [client] = await greeted(stage, listen);
    await apply(routeTo(listen, [b]));
    const [witness] = await greeted(stage, listen);
    await apply(routeTo(listen, [a, c]));
    // Taken out later than the first, so its end tells that the first one's limit has passed.
    await once(witness, 'error');
    expect(await echo(client, 'still here')).to.equal('still here');
  });

  it('wait a moment for one that takes none, when there is nobody else', async () => {
    const { port } = await stage.freeListen();
    await apply(routeTo(listen, [backendOn(port, 'late')]));
    const answer = stage.ask(listen);
    await missed(stage.router);
    await stage.serve(port, (socket) => socket.end('late'));
    expect(await answer).to.equal('late');
  });

  it('are not lost while the table changes a hundred times under load', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const backends = await Promise.all(names.map((name) => stage.backend(name)));
    const [steadyOne] = backends;
    if (steadyOne === undefined) throw new Error('no backend');
    await apply(routeTo(listen, [steadyOne]));
    const long = await Promise.all(Array.from({ length: 20 }, () => greeted(stage, listen)));
    let over = false;
    const answers: (string | undefined)[] = [];
    const load = Array.from({ length: 8 }, async () => {
      while (!over) answers.push(await stage.ask(listen));
    });
    const other = await stage.freeListen();
    for (let i = 0; i < 100; i += 1) {
      const some = backends.filter((_, at) => at === 0 || (i >> at) % 2 === 0);
      await apply(
        routeTo(listen, some),
        ...(i % 2 === 0 ? [routeTo(other, some, '/shop/web')] : []),
      );
      for (const [client] of long) expect(await echo(client, `round ${i}`)).to.equal(`round ${i}`);
    }
    over = true;
    await Promise.all(load);
    expect(answers.length).to.be.greaterThan(100);
    expect(answers.filter((name) => name === undefined || !names.includes(name))).to.deep.equal([]);
  });
});

/** Resolves when a number has stopped growing. */
async function steady(read: () => number): Promise<void> {
  for (let before = -1, same = 0; same < 5;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = read();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

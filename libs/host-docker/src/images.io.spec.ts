import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import { millis, seconds } from '@ekiden/kernel';
import { serveOnSocket, type UnixServer } from '../testing/index.js';
import { Engine } from './engine.js';
import { Images } from './images.js';

/** One pull the fake engine was asked for. */
interface Asked {
  readonly url: string;
  readonly answer: ServerResponse;
  closed: boolean;
}

describe('The images of an engine', () => {
  let server: UnixServer;
  let images: Images;
  let asked: Asked[];

  beforeEach(async () => {
    asked = [];
    server = await serveOnSocket((request, answer) => {
      const one: Asked = { url: request.url ?? '', answer, closed: false };
      answer.once('close', () => {
        one.closed = true;
      });
      asked.push(one);
    });
    const deadlines = { look: seconds(5), change: seconds(5) };
    images = new Images(new Engine({ kind: 'unix', socketPath: server.socketPath }, deadlines));
  });

  afterEach(() => server.close());

  function pull(image: string, signal = new AbortController().signal): ReturnType<Images['pull']> {
    return images.pull(image, undefined, signal);
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  function say(number: number, ...steps: readonly object[]): void {
    for (const step of steps) asked[number]?.answer.write(`${JSON.stringify(step)}\r\n`);
  }

  it('are pulled once for all who want them at the same time', async () => {
    const both = [pull('a:1'), pull('a:1')];
    await until(() => asked.length > 0);
    const third = pull('a:1');
    say(0, { status: 'Pulling' }, { status: 'Pull complete' });
    asked[0]?.answer.end();
    const ok = { ok: true, value: undefined };
    expect(await Promise.all([...both, third])).to.deep.equal([ok, ok, ok]);
    expect(asked.map(({ url }) => url)).to.deep.equal(['/images/create?fromImage=a&tag=1']);
  });

  it('are asked for anew by whoever comes later', async () => {
    for (const number of [0, 1]) {
      const one = pull('a:1');
      await until(() => asked.length > number);
      asked[number]?.answer.end();
      expect((await one).ok).to.equal(true);
    }
    expect(asked.length).to.equal(2);
  });

  it('are pulled apart for different images and different logins', async () => {
    const { signal } = new AbortController();
    const login = { username: 'me', password: 'x', serveraddress: 'r' };
    const all = [pull('a:1'), pull('a:2'), images.pull('a:1', login, signal)];
    await until(() => asked.length === 3);
    for (const { answer } of asked) answer.end();
    for (const one of await Promise.all(all)) expect(one.ok).to.equal(true);
  });

  it('are unavailable when the stream of a pull says so in the end', async () => {
    const one = pull('a:1');
    await until(() => asked.length > 0);
    say(0, { status: 'Pulling' }, { error: 'manifest unknown', errorDetail: {} });
    asked[0]?.answer.end();
    expect(await one).to.deep.equal({
      ok: false,
      error: {
        kind: 'imageUnavailable',
        image: 'a:1',
        message: 'Image a:1 cannot be pulled: manifest unknown',
      },
    });
  });

  it('are unavailable while the disk of the engine is full, and say so', async () => {
    const one = pull('a:1');
    await until(() => asked.length > 0);
    say(0, { status: 'Extracting' }, { error: 'write /bin/sh: no space left on device' });
    asked[0]?.answer.end();
    const outcome = await one;
    expect(outcome.ok ? undefined : outcome.error.message).to.equal(
      'Image a:1 cannot be pulled: the disk of the Docker engine is full (write /bin/sh: no space left on device)',
    );
  });

  it('are unavailable when the engine refuses to try', async () => {
    const one = pull('a:1');
    await until(() => asked.length > 0);
    asked[0]?.answer.writeHead(404, { 'content-type': 'application/json' });
    asked[0]?.answer.end('{"message":"pull access denied for a"}');
    const outcome = await one;
    expect(outcome.ok ? undefined : outcome.error).to.deep.equal({
      kind: 'imageUnavailable',
      image: 'a:1',
      message: 'Image a:1 cannot be pulled: pull access denied for a',
    });
  });

  it('are nobody’s fault when the engine goes away in the middle', async () => {
    const one = pull('a:1');
    await until(() => asked.length > 0);
    say(0, { status: 'Pulling' });
    asked[0]?.answer.destroy();
    const outcome = await one;
    expect(outcome.ok ? undefined : outcome.error.kind).to.equal('engineGone');
  });

  it('are nobody’s fault when the engine is not there', async () => {
    await server.close();
    const outcome = await pull('a:1');
    expect(outcome.ok ? undefined : outcome.error.kind).to.equal('engineGone');
    server = await serveOnSocket(() => undefined);
  });

  it('are pulled on while somebody waits, and given up when nobody does', async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const both = [pull('a:1', one.signal), pull('a:1', other.signal)] as const;
    await until(() => asked.length > 0);
    say(0, { status: 'Pulling' });
    one.abort();
    const first = await both[0];
    expect(first.ok ? undefined : first.error).to.deep.equal({
      kind: 'cancelled',
      message: 'The pull of image a:1 was given up',
    });
    expect(asked[0]?.closed).to.equal(false);
    other.abort();
    const second = await both[1];
    expect(second.ok ? undefined : second.error.kind).to.equal('cancelled');
    await until(() => asked[0]?.closed === true);
  });

  it('are asked for anew while an earlier pull is being given up', async () => {
    const giveUp = new AbortController();
    const early = pull('a:1', giveUp.signal);
    await until(() => asked.length > 0);
    say(0, { status: 'Pulling' });
    giveUp.abort();
    await early;
    const late = pull('a:1');
    await until(() => asked.length === 2);
    asked[1]?.answer.end();
    expect((await late).ok).to.equal(true);
  });

  it('are not asked for by what was given up before', async () => {
    const giveUp = new AbortController();
    giveUp.abort();
    const outcome = await pull('a:1', giveUp.signal);
    expect(outcome.ok ? undefined : outcome.error.kind).to.equal('cancelled');
    await new Promise((resolve) => setTimeout(resolve, millis(20)));
    expect(asked).to.deep.equal([]);
  });
});

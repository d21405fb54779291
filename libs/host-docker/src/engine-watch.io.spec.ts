import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import { ManualClock, millis, seconds } from '@ekiden/kernel';
import type { HostReach } from '@ekiden/host';
import { serveOnSocket, type UnixServer } from '../testing/index.js';
import { Engine } from './engine.js';
import { EngineWatch, type WatchTempo } from './engine-watch.js';

const TEMPO: WatchTempo = {
  pingEvery: millis(20),
  pingDeadline: millis(200),
  lookEvery: millis(0),
  retryFirst: millis(20),
  retryMost: millis(40),
};

/** Answers signs of life and holds streams of events open, until a test has it do otherwise. */
class FakeEngine {
  pings = 0;
  readonly streams: ServerResponse[] = [];
  onPing: (answer: ServerResponse) => void = (answer) => answer.end('OK');
  onEvents: (answer: ServerResponse) => void = (answer) => answer.flushHeaders();

  async serve(): Promise<UnixServer> {
    return serveOnSocket((request, answer) => {
      if (request.url === '/_ping') {
        this.pings += 1;
        this.onPing(answer);
      } else {
        this.streams.push(answer);
        this.onEvents(answer);
      }
    });
  }
}

describe('The watch over an engine', () => {
  let fake: FakeEngine;
  let server: UnixServer;
  let watch: EngineWatch;
  let looks: boolean[];
  let hints: string[];
  let heard: HostReach['kind'][];
  let look: () => Promise<boolean>;

  beforeEach(async () => {
    fake = new FakeEngine();
    server = await fake.serve();
    [looks, hints, heard] = [[], [], []];
    look = () => Promise.resolve(true);
  });

  afterEach(async () => {
    await watch.close();
    await server.close();
  });

  function begin(tempo: Partial<WatchTempo> = {}): void {
    watch = new EngineWatch({
      engine: new Engine({ kind: 'unix', socketPath: server.socketPath }),
      label: 'ekiden.cluster=c',
      clock: new ManualClock(),
      tempo: { ...TEMPO, lookEvery: seconds(1_000), ...tempo },
      hint: ({ containerId }) => hints.push(containerId),
      lookAtAll: (afterGap) => {
        looks.push(afterGap);
        return look();
      },
    });
    watch.listen(({ kind }) => heard.push(kind));
    watch.begin();
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  it('passes events on as hints, and takes no gap for granted', async () => {
    begin();
    await watch.untilAnswers();
    fake.streams[0]?.write('{"status":"die","id":"c1"}\n{"status":"die","id":5}\n{"id":"c2"}\n');
    // As engines from 29 on say it.
    fake.streams[0]?.write(
      '{"Type":"container","Action":"die","Actor":{"ID":"c3"}}\n{"Actor":null}\n',
    );
    await until(() => hints.length === 3);
    expect(hints).to.deep.equal(['c1', 'c2', 'c3']);
    expect(looks).to.deep.equal([false]);
    fake.streams[0]?.end();
    await until(() => looks.length === 2);
    expect(looks).to.deep.equal([false, true]);
    expect(heard).to.deep.equal(['answers']);
  });

  it('does not wear out an engine whose streams end at once', async () => {
    fake.onEvents = (answer) => answer.end();
    begin({ retryFirst: millis(50), retryMost: millis(50) });
    await until(() => looks.length === 3);
    const [before, looked] = [performance.now(), looks.length];
    await until(() => looks.length === looked + 3);
    expect(performance.now() - before).to.be.greaterThan(100);
  });

  it('calls an engine silent as soon as it owes one sign of life', async () => {
    begin();
    await watch.untilAnswers();
    fake.onPing = () => undefined;
    const { pings } = fake;
    await until(() => heard.length === 2);
    expect(fake.pings).to.equal(pings + 1);
    expect(heard).to.deep.equal(['answers', 'silent']);
    fake.onPing = (answer) => answer.end('OK');
    await until(() => heard.length === 3);
    expect(heard).to.deep.equal(['answers', 'silent', 'answers']);
  });

  it('calls an engine silent that answers but cannot be asked about its containers', async () => {
    look = () => Promise.resolve(false);
    begin();
    await until(() => looks.length === 2);
    expect(heard).to.deep.equal(['silent']);
  });

  it('lets nobody go on who suspects the engine before all was looked at anew', async () => {
    begin();
    await watch.untilAnswers();
    expect(watch.isSure).to.equal(true);
    watch.suspect();
    expect(watch.isSure).to.equal(false);
    await watch.untilAnswers();
    expect(looks).to.deep.equal([false, true]);
    expect(heard).to.deep.equal(['answers']);
  });

  it('is not sure when it was suspected while it looked', async () => {
    let done: (found: boolean) => void = () => undefined;
    look = () => new Promise((resolve) => (done = resolve));
    begin();
    await until(() => looks.length === 1);
    watch.suspect();
    const answers = watch.untilAnswers().then(() => looks.length);
    look = () => Promise.resolve(true);
    done(true);
    expect(await answers).to.equal(2);
  });

  it('looks at everything now and then', async () => {
    begin({ lookEvery: millis(0) });
    await until(() => looks.length >= 3);
    expect(looks.slice(0, 3)).to.deep.equal([false, false, false]);
  });

  it('closes at once, whatever is under way', async () => {
    begin({ pingDeadline: seconds(60) });
    await watch.untilAnswers();
    fake.onPing = () => undefined;
    const { pings } = fake;
    await until(() => fake.pings > pings);
    // Neither waits for that answer, which may take a minute.
    const waiting = watch.untilAnswers();
    await watch.close();
    await waiting;
  });
});

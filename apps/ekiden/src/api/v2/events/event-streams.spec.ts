import { millis } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import type { DomainEvent, NumberedEvent } from '../../../core/events/index.js';
import { EventFeed } from '../../../runtime/event-feed.js';
import { NOW } from '../../fake-service.spec.js';
import type { CutReason } from './event-stream.js';
import { EventStreams } from './event-streams.js';
import { eventFilter } from './event-types.js';
import { TestSink } from './test-sink.spec.js';

const ENDED: DomainEvent = { type: 'app_terminated_event', appId: '/a' };
const CHANGED: DomainEvent = { type: 'group_change_success', groupId: '/', version: 'v' };

/** An outbox, the feed over it, and streams over that; reads of the outbox wait for `release`. */
class Stage {
  readonly outbox: NumberedEvent[] = [];
  readonly cuts: CutReason[] = [];
  readonly feed: EventFeed;
  readonly streams: EventStreams;
  held: (() => void)[] = [];
  holding = false;
  failing = false;
  keptFrom = 1;

  constructor(ringMax = 4_096) {
    this.feed = new EventFeed({ ringMax, readStored: (after, limit) => this.read(after, limit) });
    this.streams = new EventStreams({
      source: this.feed,
      outstandingMax: 1_024,
      now: () => NOW,
      onCut: (_address, reason) => this.cuts.push(reason),
    });
  }

  get last(): number {
    return this.outbox.length;
  }

  /** A committed turn; `told`: its commit was confirmed. */
  commit(count: number, { event = ENDED, told = true } = {}): void {
    const events = Array.from({ length: count }, (_, i) => ({
      number: this.last + i + 1,
      at: millis(NOW + i),
      event,
    }));
    this.outbox.push(...events);
    if (told) this.feed.publish(events);
  }

  recover(): void {
    this.feed.leave();
    this.feed.enter(this.last);
  }

  attach(after?: number, names: readonly string[] = ['app_terminated_event']): TestSink {
    const sink = new TestSink();
    const filter = eventFilter(names);
    this.streams.attach({ sink, filter, after, remoteAddress: '10.0.0.1' });
    return sink;
  }

  release(): void {
    for (const go of this.held.splice(0)) go();
  }

  private async read(after: number, limit: number): Promise<readonly NumberedEvent[]> {
    if (this.holding) await new Promise<void>((resolve) => this.held.push(resolve));
    if (this.failing) throw new Error('the database is away');
    const kept = this.outbox.filter(({ number }) => number >= this.keptFrom && number > after);
    return kept.slice(0, limit);
  }
}

/** Lets everything happen that waits for nothing. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function upTo(last: number, first = 1): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

describe('event streams', () => {
  it('send what happens from now on', async () => {
    const stage = new Stage();
    stage.commit(3, { told: false });
    stage.recover();
    const sink = stage.attach();
    stage.commit(2);
    stage.commit(1);
    await settle();
    expect(sink.ids).to.deep.equal([4, 5, 6]);
  });

  it('resume from memory and from the outbox alike', async () => {
    const stage = new Stage(10);
    stage.recover();
    stage.commit(700);
    const [all, some, newest] = [stage.attach(0), stage.attach(300), stage.attach(695)];
    await settle();
    expect(all.ids).to.deep.equal(upTo(700));
    expect(some.ids).to.deep.equal(upTo(700, 301));
    expect(newest.ids).to.deep.equal(upTo(700, 696));
  });

  it('go on behind a number although the filter leaves out most of what is between', async () => {
    const stage = new Stage(10);
    stage.recover();
    stage.commit(600, { event: CHANGED });
    const sink = stage.attach(5);
    stage.commit(1);
    await settle();
    expect(sink.ids).to.deep.equal([601]);
  });

  it('say which events are no longer kept, and go on with the oldest', async () => {
    const stage = new Stage(2);
    stage.recover();
    stage.commit(10);
    stage.keptFrom = 6;
    const sink = stage.attach(2);
    await settle();
    expect(sink.text).to.contain(': gap: events 3 to 5 are no longer kept\r\nid: 6\r\n');
    expect(sink.ids).to.deep.equal([6, 7, 8, 9, 10]);
  });

  it('say that a number is not known here, and go on from now', async () => {
    const stage = new Stage();
    stage.recover();
    stage.commit(3);
    const sink = stage.attach(99);
    stage.commit(1);
    await settle();
    expect(sink.text).to.contain(': event 99 is not known here; what follows begins after 3\r\n');
    expect(sink.ids).to.deep.equal([4]);
  });

  it('are silent while this process does not lead, and miss nothing of it', async () => {
    const stage = new Stage();
    stage.recover();
    const sink = stage.attach();
    stage.commit(2);
    await settle();
    stage.feed.leave();
    const late = stage.attach(1);
    const newcomer = stage.attach();
    stage.commit(3, { told: false });
    await settle();
    expect([sink.ids, late.ids]).to.deep.equal([[1, 2], []]);
    stage.recover();
    stage.commit(1);
    await settle();
    expect(sink.ids).to.deep.equal(upTo(6));
    expect(late.ids).to.deep.equal(upTo(6, 2));
    expect(newcomer.ids).to.deep.equal([6]);
  });

  it('tell of clients that come and go, first of all to the client itself', async () => {
    const stage = new Stage();
    stage.recover();
    stage.commit(1);
    const first = stage.attach(0, []);
    await settle();
    const second = stage.attach(undefined, []);
    const deaf = stage.attach();
    await settle();
    second.end();
    const [attached, detached] = ['event_stream_attached', 'event_stream_detached'];
    expect(first.types).to.deep.equal([
      attached,
      'app_terminated_event',
      attached,
      attached,
      detached,
    ]);
    expect(second.types).to.deep.equal([attached, attached]);
    expect(deaf.types).to.deep.equal([]);
    expect(stage.streams.size).to.equal(2);
  });

  it('take a turn of any size, one after the other, from a client that keeps up', async () => {
    const stage = new Stage();
    stage.recover();
    const sink = stage.attach();
    for (let turn = 0; turn < 5; turn += 1) {
      stage.commit(3_000);
      await settle();
    }
    expect([sink.ids.length, stage.cuts]).to.deep.equal([15_000, []]);
  });

  it('are cut when a client stays more than 1,024 events behind', async () => {
    const stage = new Stage();
    stage.recover();
    const [slow, fast] = [stage.attach(), stage.attach()];
    stage.commit(1);
    await settle();
    slow.block();
    stage.commit(1_024);
    stage.commit(1);
    await settle();
    expect([slow.ended, slow.ids]).to.deep.equal([undefined, [1]]);
    stage.commit(1);
    await settle();
    expect([slow.ended, stage.cuts, fast.ended]).to.deep.equal(['cut', ['slow'], undefined]);
    expect(fast.ids).to.deep.equal(upTo(1_027));
    expect(stage.streams.size).to.equal(1);
  });

  it('give a client that resumes the time it needs', async () => {
    const stage = new Stage(10);
    stage.recover();
    stage.commit(5_000);
    const sink = stage.attach(0);
    sink.block();
    stage.commit(10);
    stage.commit(10);
    await settle();
    expect([sink.ended, sink.ids]).to.deep.equal([undefined, []]);
    sink.unblock();
    await settle();
    await settle();
    expect(sink.ids).to.deep.equal(upTo(5_020));
  });

  it('beat while nothing happens, and are cut when a client takes nothing for a minute', async () => {
    const stage = new Stage();
    stage.recover();
    const sink = stage.attach();
    stage.streams.beat();
    expect(sink.text).to.equal('\r\n');
    sink.block();
    for (let beat = 0; beat < 6; beat += 1) stage.streams.beat();
    expect([sink.ended, sink.text]).to.deep.equal([undefined, '\r\n']);
    sink.unblock();
    stage.commit(1);
    await settle();
    stage.streams.beat();
    sink.block();
    for (let beat = 0; beat < 7; beat += 1) stage.streams.beat();
    expect([sink.ended, stage.cuts]).to.deep.equal(['cut', ['stalled']]);
  });

  it('are cut when what a client missed cannot be read', async () => {
    const stage = new Stage(1);
    stage.recover();
    stage.commit(10);
    stage.failing = true;
    const [late, live] = [stage.attach(2), stage.attach()];
    stage.commit(1);
    await settle();
    expect([late.ended, live.ended, stage.cuts]).to.deep.equal(['cut', undefined, ['unreadable']]);
    expect(live.ids).to.deep.equal([11]);
  });

  it('end at once when the server closes', async () => {
    const stage = new Stage();
    stage.recover();
    const sinks = [stage.attach(), stage.attach(undefined, [])];
    stage.streams.close();
    stage.commit(1);
    await settle();
    expect(sinks.map(({ ended }) => ended)).to.deep.equal(['end', 'end']);
    expect(sinks[1]?.types).to.deep.equal(['event_stream_attached']);
  });
});

describe('a stream that resumes while things go on', () => {
  type Step = 'commit' | 'release' | 'block' | 'unblock' | 'lose' | 'unsure' | 'wait' | 'tick';
  const step = fc.constantFrom<Step>(
    ...(['commit', 'commit', 'commit', 'release', 'release'] as const),
    ...(['block', 'unblock', 'lose', 'unsure', 'wait', 'tick', 'tick', 'tick'] as const),
  );

  it('sends each number behind its own exactly once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(step, fc.integer({ min: 1, max: 30 })), { maxLength: 40 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        async (steps, after, ringMax) => {
          const stage = new Stage(ringMax);
          stage.commit(40, { told: false });
          stage.recover();
          stage.holding = true;
          const sink = stage.attach(after);
          for (const [what, count] of steps) {
            if (what === 'commit') stage.commit(count);
            else if (what === 'release') stage.release();
            else if (what === 'block') sink.block();
            else if (what === 'unblock') sink.unblock();
            else if (what === 'lose') stage.recover();
            else if (what === 'unsure') {
              stage.commit(count, { told: false });
              stage.recover();
            } else if (what === 'wait') await settle();
            // Between any two steps of what is under way, not only when all have been taken.
            else await Promise.resolve();
          }
          stage.holding = false;
          sink.unblock();
          stage.release();
          await settle();
          await settle();
          expect(sink.ids).to.deep.equal(upTo(stage.last, after + 1));
        },
      ),
      { numRuns: 300 },
    );
  });
});

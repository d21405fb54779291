import { expect } from 'chai';
import { millis, type Steps } from '@ekiden/kernel';
import { inTurnSlices } from './turn-slices.js';

/** A clock that every step moves on. */
class WorkClock {
  at = 0;

  monotonic(): ReturnType<typeof millis> {
    return millis(this.at);
  }
}

function* work(clock: WorkClock, costs: readonly number[], seen: string[]): Steps<string> {
  for (const cost of costs) {
    clock.at += cost;
    seen.push('step');
    yield;
  }
  return 'done';
}

describe('a turn in slices', () => {
  it('goes on without a pause while it is short', async () => {
    const clock = new WorkClock();
    const seen: string[] = [];
    const steps = work(clock, [1, 2, 3], seen);
    const ended = inTurnSlices(steps, clock, new AbortController().signal);
    expect(seen.length).to.equal(3);
    expect(await ended).to.deep.equal({ value: 'done', heldMs: 6 });
  });

  it('lets the event loop go on when it has held it for some milliseconds', async () => {
    const clock = new WorkClock();
    const seen: string[] = [];
    setImmediate(() => seen.push('other'));
    const steps = work(clock, [5, 5, 5], seen);
    const ended = await inTurnSlices(steps, clock, new AbortController().signal);
    expect(seen).to.deep.equal(['step', 'step', 'other', 'step']);
    expect(ended?.heldMs).to.equal(15);
  });

  it('is given up between two slices when the term is over', async () => {
    const clock = new WorkClock();
    const over = new AbortController();
    const seen: string[] = [];
    const ended = inTurnSlices(work(clock, [10, 10], seen), clock, over.signal);
    over.abort();
    expect(await ended).to.equal(undefined);
    expect(seen.length).to.equal(1);
  });

  it('lets a fault of the turn through', async () => {
    const clock = new WorkClock();
    const failing: Steps<void> = (function* () {
      yield* work(clock, [10], []);
      throw new Error('a fault');
    })();
    const ended = inTurnSlices(failing, clock, new AbortController().signal);
    expect(await ended.catch((fault: unknown) => String(fault))).to.equal('Error: a fault');
  });
});

import { ManualClock, millis, seconds } from '@ekiden/kernel';
import { VirtualScheduler, chanceFor } from '@ekiden/testkit';
import { expect } from 'chai';
import type { Look } from '../core/turn/index.js';
import { Looks } from './looks.js';

describe('looks between turns', () => {
  let clock: ManualClock;
  let timers: VirtualScheduler;
  let looks: Looks;
  let begun: number;

  beforeEach(() => {
    clock = new ManualClock(millis(0));
    timers = new VirtualScheduler(clock, chanceFor(1, 'timers'));
    looks = new Looks({ timers, patience: seconds(2), capacity: 2 });
    begun = 0;
  });

  /** Numbers the drafts, as nothing else of them is looked at. */
  function begin(): Look {
    begun += 1;
    return { now: millis(begun) } as Look;
  }

  const see = (): Promise<number | undefined> => looks.look(({ now }) => now);

  it('see nothing while nobody leads', async () => {
    expect(await see()).to.equal(undefined);
  });

  it('have a draft of their own each', async () => {
    looks.enter(begin);
    expect(await Promise.all([see(), see()])).to.deep.equal([1, 2]);
  });

  it('wait for the end of a turn', async () => {
    looks.enter(begin);
    looks.pause();
    const seen = see();
    expect(begun).to.equal(0);
    looks.resume();
    expect(await seen).to.equal(1);
  });

  it('see nothing when a commit does not come to its end', async () => {
    looks.enter(begin);
    looks.pause();
    const seen = see();
    clock.advance(seconds(2));
    timers.runDue();
    expect(await seen).to.equal(undefined);
    looks.resume();
    expect(begun).to.equal(0);
  });

  it('see nothing when the term ends meanwhile', async () => {
    looks.enter(begin);
    looks.pause();
    const seen = see();
    looks.leave();
    expect(await seen).to.equal(undefined);
    expect(await see()).to.equal(undefined);
  });

  it('wait in a bounded number', async () => {
    looks.enter(begin);
    looks.pause();
    const seen = [see(), see(), see()];
    expect(await seen[2]).to.equal(undefined);
    looks.resume();
    expect(await Promise.all(seen)).to.deep.equal([1, 2, undefined]);
  });

  it('hand on what their reader throws', async () => {
    looks.enter(begin);
    const fault = new Error('no such role');
    const thrown = await looks
      .look(() => {
        throw fault;
      })
      .catch((error: unknown) => error);
    expect(thrown).to.equal(fault);
  });
});

import { expect } from 'chai';
import { ManualClock, SeededChance, millis } from '@ekiden/kernel';
import { VirtualScheduler } from './virtual-scheduler.js';

function scheduler(seed = 1): { readonly clock: ManualClock; readonly timers: VirtualScheduler } {
  const clock = new ManualClock();
  return { clock, timers: new VirtualScheduler(clock, new SeededChance(seed)) };
}

/** The order in which ten things of one moment run. */
function orderOf(seed: number): string {
  const { timers } = scheduler(seed);
  const seen: number[] = [];
  for (let n = 0; n < 10; n += 1) timers.after(millis(0), () => seen.push(n));
  timers.runDue();
  return seen.join(' ');
}

describe('virtual timers', () => {
  it('run in order of time, when their time has come', () => {
    const { clock, timers } = scheduler();
    const seen: string[] = [];
    timers.after(millis(30), () => seen.push('late'));
    timers.after(millis(10), () => seen.push('early'));
    expect(timers.next()).to.equal(clock.now() + 10);
    expect(timers.runDue()).to.equal(0);
    clock.advance(millis(10));
    timers.runDue();
    expect(seen).to.deep.equal(['early']);
    clock.advance(millis(20));
    timers.runDue();
    expect(seen).to.deep.equal(['early', 'late']);
    expect(timers.next()).to.equal(undefined);
  });

  it('run what falls on one moment in an order drawn from the seed', () => {
    expect(orderOf(1)).to.equal(orderOf(1));
    expect(orderOf(1)).not.to.equal(orderOf(2));
  });

  it('can be taken back', () => {
    const { timers } = scheduler();
    const seen: string[] = [];
    const cancel = timers.after(millis(0), () => seen.push('never'));
    cancel();
    timers.runDue();
    expect(seen).to.deep.equal([]);
  });

  it('run what comes up meanwhile, up to a bound', () => {
    const { timers } = scheduler();
    const again = (): void => {
      timers.after(millis(0), again);
    };
    again();
    expect(timers.runDue(50)).to.equal(50);
  });
});

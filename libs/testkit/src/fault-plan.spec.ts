import { expect } from 'chai';
import { SeededChance, millis } from '@ekiden/kernel';
import { FaultPlan } from './fault-plan.js';

const RANGES = {
  loss: { rateMax: 0.5, lastsMax: millis(100) },
  delay: { rateMax: 0.5, lastsMax: millis(100) },
};

function plan(seed: number): FaultPlan<keyof typeof RANGES> {
  return new FaultPlan(new SeededChance(seed), RANGES);
}

const plans = Array.from({ length: 200 }, (_, seed) => plan(seed));

describe('a plan of faults', () => {
  it('is the same for the same seed', () => {
    expect(plan(3).describe()).to.equal(plan(3).describe());
  });

  it('leaves kinds out of some worlds and stays within the bounds in others', () => {
    const rates = plans.map((each) => each.rateOf('loss'));
    expect(rates.filter((rate) => rate === 0).length).to.be.within(40, 100);
    expect(Math.max(...rates)).to.be.within(0.4, 0.5);
  });

  it('strikes as often as its rate says, for as long as its bound allows', () => {
    const each = plans.find((p) => p.rateOf('loss') > 0.3);
    if (each === undefined) throw new Error('no such plan');
    const strikes = Array.from({ length: 2_000 }, () => each.strikes('loss')).filter(Boolean);
    expect(strikes.length / 2_000).to.be.closeTo(each.rateOf('loss'), 0.06);
    for (let i = 0; i < 100; i += 1) expect(each.duration('loss')).to.be.within(1, 100);
  });

  it('strikes no more once it has ended', () => {
    const each = plans.find((p) => p.rateOf('loss') > 0.3);
    each?.end();
    const strikes = Array.from({ length: 200 }, () => each?.strikes('loss'));
    expect(strikes).not.to.include(true);
  });
});

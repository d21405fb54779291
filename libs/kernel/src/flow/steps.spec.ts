import { expect } from 'chai';
import { eachInSteps, mapInSteps, runSteps } from './steps.js';

describe('work in steps', () => {
  it('comes to the same end as work done at once', () => {
    expect(runSteps(mapInSteps([1, 2, 3], (n, at) => n * 10 + at, 2))).to.deep.equal([10, 21, 32]);
  });

  it('stops after every so many items', () => {
    const seen: number[] = [];
    const steps = eachInSteps([1, 2, 3, 4, 5], (n) => void seen.push(n), 2);
    const counts: number[] = [];
    while (steps.next().done !== true) counts.push(seen.length);
    expect(counts).to.deep.equal([2, 4]);
    expect(seen).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('lets a fault through to whoever drives it', () => {
    const steps = eachInSteps([1], () => {
      throw new Error('no');
    });
    expect(() => runSteps(steps)).to.throw('no');
  });
});

import { expect } from 'chai';
import { AssertionFailed } from '@ekiden/kernel';
import { LaunchGate } from './launch-gate.js';

describe('launch gate', () => {
  it('lets in as many as there are slots, the others in their order', () => {
    const entered: number[] = [];
    const gate = new LaunchGate<number>(2, (item) => entered.push(item) > 0);
    for (const item of [1, 2, 3, 4]) gate.add(item);
    expect(entered).to.deep.equal([1, 2]);
    gate.leave();
    expect(entered).to.deep.equal([1, 2, 3]);
    expect(gate.size).to.equal(1);
  });

  it('gives the slot of an unwanted item to the next', () => {
    const entered: number[] = [];
    const gate = new LaunchGate<number>(1, (item) => item !== 2 && entered.push(item) > 0);
    for (const item of [1, 2, 3]) gate.add(item);
    gate.leave();
    expect(entered).to.deep.equal([1, 3]);
  });

  it('stays fair and small over many items', () => {
    const entered: number[] = [];
    const gate = new LaunchGate<number>(3, (item) => entered.push(item) > 0);
    const items = Array.from({ length: 5000 }, (_, index) => index);
    for (const item of items) gate.add(item);
    while (gate.size > 0) gate.leave();
    expect(entered).to.deep.equal(items);
  });

  it('takes leaving without having entered for a bug', () => {
    const gate = new LaunchGate<number>(1, () => true);
    expect(() => gate.leave()).to.throw(AssertionFailed);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { scaleInstances } from './scale-instances.js';

describe('scaling the instances of a group', () => {
  for (const [instances, factor, scaled] of [
    [2, 2, 4],
    [1, 2, 2],
    [3, 0.5, 2],
    [10, 1.1, 11],
    [7, 0, 0],
    [0, 5, 0],
    [100, 0.07, 7],
    [3, 1e-9, 1],
    [2, 1e9, 2_000_000_000],
  ] as const) {
    it(`makes ${scaled} of ${instances} times ${factor}`, () => {
      expect(scaleInstances(instances, factor)).to.equal(scaled);
    });
  }

  it('is exact for factors of two decimal places', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(10_000), (instances, hundredths) => {
        const exact = Math.ceil((instances * hundredths) / 100);
        expect(scaleInstances(instances, hundredths / 100)).to.equal(exact);
      }),
    );
  });
});

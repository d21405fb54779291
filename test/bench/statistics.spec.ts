import { expect } from 'chai';
import fc from 'fast-check';
import { median, quantile, spread } from './statistics.js';

const someNumbers = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1 });

describe('statistics', () => {
  const medians: readonly (readonly [readonly number[], number])[] = [
    [[7], 7],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ];
  for (const [values, expected] of medians) {
    it(`the median of ${values.join(', ')} is ${expected}`, () => {
      expect(median(values)).to.equal(expected);
    });
  }

  it('a quantile lies between its neighbours', () => {
    expect(quantile([1, 2, 3, 4, 5], 0.25)).to.equal(2);
    expect(quantile([0, 10], 0.75)).to.equal(7.5);
  });

  it('there is no quantile of nothing', () => {
    expect(() => median([])).to.throw('a quantile of nothing');
  });

  it('the spread is the middle half over the median', () => {
    expect(spread([8, 9, 10, 11, 12])).to.be.closeTo(0.2, 1e-9);
  });

  it('the spread does not move for one disturbed round of five', () => {
    expect(spread([8, 9, 10, 11, 1_000])).to.be.closeTo(0.2, 1e-9);
  });

  it('equal values have no spread, not even zeros', () => {
    expect(spread([5, 5, 5])).to.equal(0);
    expect(spread([0, 0])).to.equal(0);
  });

  it('the median lies among the values, whatever their order and scale', () => {
    fc.assert(
      fc.property(someNumbers, (values) => {
        const middle = median(values);
        const [least, most] = [Math.min(...values), Math.max(...values)];
        const scaled = median([...values].reverse().map((value) => value * 2));
        return middle >= least && middle <= most && scaled === middle * 2;
      }),
    );
  });

  it('the spread is the same in every unit', () => {
    fc.assert(
      fc.property(someNumbers, (values) => {
        const inMillis = spread(values.map((value) => value * 1_000));
        return Math.abs(inMillis - spread(values)) < 1e-9;
      }),
    );
  });
});

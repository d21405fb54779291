import { expect } from 'chai';
import { holds, textOf, type Bound } from './bounds.js';
import { GOALS } from './goals.js';

const RATIO: Bound = { of: 'ratio', sign: '>=', limit: 0.25 };
const VALUE: Bound = { of: 'value', sign: '<=', limit: 5 };

const cases: readonly (readonly [string, number, number | undefined, boolean | undefined])[] = [
  ['holds when every bound does', 4, 0.3, true],
  ['holds at the limits themselves', 5, 0.25, true],
  ['is missed when the value is over', 5.1, 0.3, false],
  ['is missed when the ratio is under', 4, 0.2, false],
  ['is open without a reference', 4, undefined, undefined],
  ['is missed by the value even without a reference', 6, undefined, false],
];

describe('a bar', () => {
  for (const [name, value, ratio, expected] of cases) {
    it(name, () => {
      expect(holds([RATIO, VALUE], value, ratio)).to.equal(expected);
    });
  }

  it('is told in words', () => {
    expect(textOf([RATIO, VALUE])).to.equal('ratio >= 0.25 and value <= 5');
  });

  it('is never harder to reach than its aim', () => {
    for (const { bar, aim } of Object.values(GOALS)) {
      const eased = (bounds: readonly Bound[]): string[] => bounds.map((b) => `${b.of} ${b.sign}`);
      expect(eased(bar)).to.deep.equal(eased(aim));
      bar.forEach((bound: Bound, index) => {
        const wanted = aim[index]?.limit ?? Number.NaN;
        const reached = bound.sign === '<=' ? wanted <= bound.limit : wanted >= bound.limit;
        expect(reached).to.equal(true);
      });
    }
  });
});

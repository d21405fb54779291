import { expect } from 'chai';
import fc from 'fast-check';
import { AssertionFailed } from '../flow/assert.js';
import { SeededChance } from './chance.js';

const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function draw(chance: SeededChance, count: number): number[] {
  return Array.from({ length: count }, () => chance.next());
}

describe('seeded chance', () => {
  it('replays the same numbers from the same seed', () => {
    fc.assert(
      fc.property(seed, (s) => {
        expect(draw(new SeededChance(s), 20)).to.deep.equal(draw(new SeededChance(s), 20));
      }),
    );
  });

  it('gives other numbers from another seed', () => {
    expect(draw(new SeededChance(1), 5)).to.not.deep.equal(draw(new SeededChance(2), 5));
  });

  it('keeps every number within its bounds', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 2 ** 32 }), (s, below) => {
        const chance = new SeededChance(s);
        const number = chance.next();
        const integer = chance.int(below);
        expect(number >= 0 && number < 1).to.equal(true);
        expect(Number.isInteger(integer) && integer >= 0 && integer < below).to.equal(true);
      }),
    );
  });

  it('reaches every value of a small range about equally often', () => {
    const chance = new SeededChance(7);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i += 1) {
      const value = chance.int(10);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    expect(Math.min(...counts)).to.be.greaterThan(850);
    expect(Math.max(...counts)).to.be.lessThan(1150);
  });

  it('shuffles into a permutation and leaves the given array alone', () => {
    fc.assert(
      fc.property(seed, fc.array(fc.integer()), (s, items) => {
        const given = [...items];
        const shuffled = new SeededChance(s).shuffle(items);
        expect(items).to.deep.equal(given);
        expect([...shuffled].sort((a, b) => a - b)).to.deep.equal(given.sort((a, b) => a - b));
      }),
    );
  });

  for (const below of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) {
    it(`refuses ${below} as a bound`, () => {
      expect(() => new SeededChance(1).int(below)).to.throw(AssertionFailed);
    });
  }
});

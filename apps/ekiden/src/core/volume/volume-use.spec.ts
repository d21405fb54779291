import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { toMilli } from '@ekiden/offers';
import { holdsMoreThanItsSize, isNewsOf, mebibytes } from './volume-use.js';

const MIB = 2 ** 20;
const size = toMilli(100);
const use = (bytes: number, over = false) => ({
  bytes,
  at: millis(1),
  ...(over ? { overSince: millis(1) } : {}),
});

describe('what a volume holds', () => {
  it('is more than its size from the first byte on', () => {
    expect(holdsMoreThanItsSize({ size }, 100 * MIB)).to.equal(false);
    expect(holdsMoreThanItsSize({ size }, 100 * MIB + 1)).to.equal(true);
  });

  it('is told in MiB to one place', () => {
    expect([0, 1_000, 1.26 * MIB, 100 * MIB].map(mebibytes)).to.deep.equal([0, 0, 1.3, 100]);
  });

  const cases: readonly (readonly [string, ReturnType<typeof use> | undefined, number, boolean])[] =
    [
      ['the first measure', undefined, 0, true],
      ['the same again', use(5 * MIB), 5 * MIB, false],
      ['less than a fiftieth more', use(5 * MIB), 6.9 * MIB, false],
      ['a fiftieth more', use(5 * MIB), 7 * MIB, true],
      ['a fiftieth less', use(5 * MIB), 3 * MIB, true],
      ['its size passed, by however little', use(100 * MIB), 100 * MIB + 1, true],
      ['the same again, above its size', use(101 * MIB, true), 101 * MIB, true],
      ['its size kept again', use(101 * MIB, true), 100 * MIB, true],
    ];
  for (const [what, before, bytes, expected] of cases) {
    it(`${expected ? 'is news' : 'is no news'}: ${what}`, () => {
      const volume = { size, ...(before === undefined ? {} : { use: before }) };
      expect(isNewsOf(volume, bytes)).to.equal(expected);
    });
  }

  it('of a small volume is news by the MiB', () => {
    const small = { size: toMilli(4), use: use(MIB) };
    expect([1.9, 2].map((mib) => isNewsOf(small, mib * MIB))).to.deep.equal([false, true]);
  });
});

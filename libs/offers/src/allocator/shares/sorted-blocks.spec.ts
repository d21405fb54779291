import { expect } from 'chai';
import fc from 'fast-check';

import { SortedBlocks } from './sorted-blocks.js';

const ascending = (a: number, b: number): number => a - b;

function listOf(blocks: SortedBlocks<number>): readonly number[] {
  return blocks.blocks.flat();
}

describe('sorted blocks', () => {
  it('hold what a sorted array holds, whatever comes and goes', () => {
    const commands = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 999 })), {
      maxLength: 2000,
      size: 'max',
    });
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 999 })), commands, (first, rest) => {
        const blocks = new SortedBlocks([...first], ascending);
        const there = new Set(first);
        for (const [comes, item] of rest) {
          if (!comes) {
            expect(blocks.remove(item)).to.equal(there.delete(item));
          } else if (!there.has(item)) {
            blocks.insert(item);
            there.add(item);
          }
        }
        expect(listOf(blocks)).to.deep.equal([...there].sort(ascending));
      }),
      { numRuns: 50 },
    );
  });

  it('are in order from the start', () => {
    expect(listOf(new SortedBlocks([5, 3, 9, 7], ascending))).to.deep.equal([3, 5, 7, 9]);
  });
});

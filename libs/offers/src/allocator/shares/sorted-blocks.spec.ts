import { expect } from 'chai';
import fc from 'fast-check';

import { SortedBlocks } from './sorted-blocks.js';

const ascending = (a: number, b: number): number => a - b;

function listOf(blocks: SortedBlocks<number>): readonly number[] {
  const items: number[] = [];
  blocks.find((item) => {
    items.push(item);
    return false;
  });
  return items;
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

  it('find the first one that is accepted', () => {
    const blocks = new SortedBlocks([5, 3, 9, 7], ascending);
    expect(blocks.find((item) => item > 4)).to.equal(5);
    expect(blocks.find((item) => item > 9)).to.equal(undefined);
  });
});

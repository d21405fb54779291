import { expect } from 'chai';
import fc from 'fast-check';

import { SeededChance } from '@ekiden/kernel';

import { Journal } from '../../journal/index.js';
import { Pool } from './share.js';
import type { ShareNode } from './share-node.js';
import { ShareTree } from './share-tree.js';

/** Enough siblings for a few changes among many, and some below others. */
const PATHS = [
  ...Array.from({ length: 40 }, (_, n) => `flat${n}`),
  ...Array.from({ length: 20 }, (_, n) => `group/${n}`),
  'group',
  'deep/er/est',
  'deep/er',
];

/** All clients come active. Amounts are of two names: `[n, 10 - n]`. */
class Stage {
  readonly journal = new Journal();
  private readonly pool = new Pool(this.journal);
  private readonly tree = new ShareTree<string>(this.journal, this.pool, { flat: false });
  private readonly leaves: readonly ShareNode<string>[];

  constructor() {
    this.pool.add([1000, 1000]);
    this.leaves = PATHS.map((path) => this.tree.add(path, path));
    for (const leaf of this.leaves) this.tree.setActive(leaf, true);
    this.journal.commit();
  }

  do({ kind, at, amount }: Command): void {
    const leaf = this.leaves[at] as ShareNode<string>;
    const amounts = [amount, 10 - amount];
    switch (kind) {
      case 'give':
        this.tree.allocated(leaf, amounts);
        return;
      case 'free':
        if (amounts.every((each, i) => (leaf.allocated[i] ?? 0) >= each)) {
          this.tree.unallocated(leaf, amounts);
        }
        return;
      case 'toggle':
        this.tree.setActive(leaf, leaf.active === 0);
        return;
      case 'resize':
        this.pool.add(amounts);
        return;
      case 'commit':
        this.journal.commit();
        return;
      case 'rollback':
        this.journal.rollback();
        return;
      case 'look':
    }
  }

  /** `anew`: nothing that was in order before is relied on. */
  order(anew: boolean): readonly string[] {
    if (anew) this.pool.stale();
    return this.tree.activeClients(new SeededChance(1));
  }
}

const change = fc.constantFrom('give', 'give', 'free', 'free', 'toggle');
const seldom = fc.constantFrom('resize', 'commit', 'rollback');

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;
const command = fc.record({
  kind: fc.oneof(
    { weight: 20, arbitrary: change },
    { weight: 4, arbitrary: fc.constant('look') },
    { weight: 1, arbitrary: seldom },
  ),
  at: fc.nat(PATHS.length - 1),
  amount: fc.integer({ min: 0, max: 10 }),
});

describe('the order of the share tree', () => {
  it('is as if sorted anew, however much changed since the last look', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 300, size: 'max' }), (commands) => {
        const stage = new Stage();
        const reference = new Stage();
        for (const each of [...commands, { kind: 'look', at: 0, amount: 0 } as const]) {
          stage.do(each);
          reference.do(each);
          if (each.kind !== 'look') continue;
          expect(stage.order(false)).to.deep.equal(reference.order(true));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('lists what comes and goes between two looks once', () => {
    const stage = new Stage();
    stage.order(false);
    for (let n = 0; n < 3; n += 1) {
      stage.do({ kind: 'toggle', at: 7, amount: 0 });
      stage.do({ kind: 'toggle', at: 7, amount: 0 });
      stage.do({ kind: 'give', at: 7, amount: 0 });
    }
    expect(stage.order(false).filter((path) => path === PATHS[7])).to.have.length(1);
    expect(stage.order(false)).to.have.length(PATHS.length);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';

import { Journal } from '../../journal/index.js';
import { limits, NO_QUANTITIES, quantities } from '../../resources/index.js';
import { add, ScalarNames, subtract } from '../shares/index.js';
import { RoleNodes, type RoleNode } from './role-nodes.js';

const PATHS = ['a', 'a/b', 'a/b/c', 'a/d', 'e'];

/** What has to stay free, added up from scratch. */
function required(node: RoleNode, name: number): number {
  let below = 0;
  for (const child of node.children.values()) below += required(child, name);
  const own = (node.guarantees[name] ?? 0) - (node.consumed[name] ?? 0);
  return Math.max(0, own, below);
}

const command = fc.oneof(
  fc.record({
    kind: fc.constant('quota' as const),
    path: fc.constantFrom(...PATHS),
    cpus: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('consume' as const),
    path: fc.constantFrom(...PATHS),
    cpus: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    kind: fc.constant('reserve' as const),
    path: fc.constantFrom(...PATHS),
    cpus: fc.integer({ min: 1, max: 9 }),
  }),
  fc.constant({ kind: 'drop' as const, path: '', cpus: 0 }),
  fc.constant({ kind: 'commit' as const, path: '', cpus: 0 }),
);

describe('role nodes', () => {
  it('know at any time what adding everything up would give, also after a dropped turn', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const journal = new Journal();
        const names = new ScalarNames();
        const nodes = new RoleNodes(journal, names);
        for (const path of PATHS) nodes.keep(path);
        journal.commit();
        for (const { kind, path, cpus } of commands) {
          const node = nodes.find(path);
          if (kind === 'drop') journal.rollback();
          if (kind === 'commit') journal.commit();
          if (kind === 'quota') {
            const guarantees = quantities({ cpus: cpus ?? 0 });
            nodes.setQuota(
              path,
              cpus === undefined ? undefined : { guarantees, limits: limits({}) },
            );
          }
          const amounts = names.amountsOf(quantities({ cpus: cpus ?? 0 }));
          if (kind === 'consume' && node !== undefined) nodes.consume(node, amounts, add);
          if (kind === 'reserve') nodes.reserve(path, amounts, add);
          let sum = 0;
          for (const child of nodes.root.children.values()) sum += required(child, 0);
          expect(nodes.required[0] ?? 0).to.equal(nodes.anyQuota ? sum : 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('exist as long as something of theirs does (ROL-01, ROL-02)', () => {
    const journal = new Journal();
    const names = new ScalarNames();
    const nodes = new RoleNodes(journal, names);
    const paths = (): readonly string[] => nodes.all().map(({ path }) => path);
    const amounts = names.amountsOf(quantities({ cpus: 1 }));
    nodes.setQuota('a/b/c', { guarantees: NO_QUANTITIES, limits: limits({ cpus: 1 }) });
    expect(paths()).to.deep.equal(['a', 'a/b', 'a/b/c']);
    nodes.reserve('a/b', amounts, add);
    nodes.setQuota('a/b/c', undefined);
    expect(paths()).to.deep.equal(['a', 'a/b']);
    expect(nodes.find('a')?.reserved[0]).to.equal(1000);
    nodes.reserve('a/b', amounts, subtract);
    expect(paths()).to.deep.equal([]);
  });

  it('leave a child what every ancestor leaves', () => {
    const names = new ScalarNames();
    const nodes = new RoleNodes(new Journal(), names);
    const [a, b] = ['a', 'a/b'].map((path) => nodes.keep(path));
    if (a === undefined || b === undefined) throw new Error('no nodes');
    const cpus = (n: number): number[] => names.amountsOf(quantities({ cpus: n }));
    nodes.setQuota('a', { guarantees: NO_QUANTITIES, limits: limits({ cpus: 5 }) });
    nodes.setQuota('a/b', { guarantees: NO_QUANTITIES, limits: limits({ cpus: 4 }) });
    expect(nodes.withinLimits(b, cpus(9))).to.deep.equal(cpus(4));
    nodes.consume(a, cpus(3), add);
    expect(nodes.withinLimits(b, cpus(9))).to.deep.equal(cpus(2));
    expect(nodes.isExhausted(b, cpus(1))).to.equal(false);
    nodes.consume(b, cpus(2), add);
    expect(nodes.isExhausted(b, cpus(1))).to.equal(true);
    expect(nodes.firstLimit(b, cpus(3))?.at.path).to.equal('a/b');
  });
});

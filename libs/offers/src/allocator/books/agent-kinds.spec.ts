import { expect } from 'chai';
import fc from 'fast-check';

import { bag } from '../../../testing/bag.js';
import {
  addResources,
  equalResources,
  filterResources,
  isShared,
  NO_RESOURCES,
  nonShared,
  remainderOf,
  subtractSaturating,
  type Resources,
} from '../../resources/index.js';
import { equalAmounts, ScalarNames } from '../shares/index.js';
import { AgentKinds } from './agent-kinds.js';
import { isOpen, summedUp } from './chunks.js';

/** Few, so that equal ones meet, and sums that only look alike. */
const PIECES = [
  'cpus:1',
  'cpus:2',
  'cpus(a):1',
  'cpus(b):1',
  'cpus{REV}:1',
  'mem:1',
  'mem:2',
  'gpus:1',
  'disk(a)[v:/v:rw]<SHARED>:1',
  'ports:[1-5]',
  'ports:[2-3]',
  'ports(a):[7-9]',
];

const anyBag: fc.Arbitrary<Resources> = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 5 })
  .map((pieces) => bag(pieces.join(';')));

describe('agents of one kind', () => {
  it('have what adding up anew would give them, however many were asked for before', () => {
    const names = new ScalarNames();
    const kinds = new AgentKinds(names);
    fc.assert(
      fc.property(anyBag, anyBag, (total, used) => {
        const kind = kinds.of(total);
        expect(kind.total).to.deep.equal(total);
        expect(kind.shared).to.deep.equal(filterResources(total, isShared));
        expect(equalAmounts(kind.scalars, names.amounts(total))).to.equal(true);
        for (const role of ['a', 'b']) {
          const amounts = kind.reserved.find((each) => each.role === role)?.amounts ?? [];
          const again = names.amounts(total, (object) => object.role === role);
          expect(equalAmounts(amounts, again)).to.equal(true);
        }
        const held = nonShared(used);
        const { chunk, over } = kinds.without(kind, held);
        const own = nonShared(total);
        expect(over).to.equal(remainderOf(own, held) === undefined);
        expect(chunk.own).to.deep.equal(subtractSaturating(own, held));
        expect(chunk.resources).to.deep.equal(addResources(chunk.own, kind.shared));
      }),
    );
  });

  it('share what is left of them', () => {
    const kinds = new AgentKinds(new ScalarNames());
    const one = kinds.of(bag('cpus:4;mem:8'));
    const other = kinds.of(bag('cpus:4;mem:8'));
    expect(one).to.equal(other);
    expect(kinds.without(one, bag('cpus:1'))).to.equal(kinds.without(other, bag('cpus:1')));
    expect(kinds.without(one, NO_RESOURCES).chunk.own).to.equal(one.total);
    expect(kinds.without(one, bag('mem:1'))).not.to.equal(kinds.without(one, bag('cpus:1')));
  });
});

describe('sums of a bag', () => {
  it('are what adding up gives, also where names come twice, and sums of equal bags are one', () => {
    const names = new ScalarNames();
    const pairs = fc.tuple(anyBag, anyBag);
    fc.assert(
      fc.property(pairs, ([resources, other]) => {
        names.sums(other);
        for (const counts of [undefined, isOpen]) {
          const sums = names.sums(resources, counts);
          expect(equalAmounts(sums, names.amounts(resources, counts))).to.equal(true);
          if (!equalResources(resources, nonShared(resources))) continue;
          expect(summedUp(names, resources).open).to.equal(names.sums(resources, isOpen));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('do not take a name that comes twice for another sum', () => {
    const names = new ScalarNames();
    const once = names.sums(bag('cpus:5;mem:5'));
    const twice = names.sums(bag('cpus(a):5;cpus(b):5'));
    expect(names.quantities(once).map(({ milli }) => milli)).to.deep.equal([5000, 5000]);
    expect(names.quantities(twice).map(({ milli }) => milli)).to.deep.equal([10_000]);
  });
});

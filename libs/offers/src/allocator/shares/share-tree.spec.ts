import { expect } from 'chai';

import { SeededChance } from '@ekiden/kernel';

import { Journal } from '../../journal/index.js';
import { quantities } from '../../resources/index.js';
import { ScalarNames, type ReadonlyAmounts } from './amounts.js';
import { Pool } from './share.js';
import type { ShareNode } from './share-node.js';
import { ShareTree } from './share-tree.js';

/** A tree over a pool of c100 m100, driven by `cpus/mem` pairs. */
class Bench {
  readonly journal = new Journal();
  readonly pool = new Pool(this.journal);
  readonly tree = new ShareTree<string>(this.journal, this.pool, { flat: false });
  private readonly leaves = new Map<string, ShareNode<string>>();

  constructor(cpus = 100, mem = 100) {
    this.pool.add(amounts(cpus, mem));
  }

  give(client: string, cpus: number, mem: number): this {
    this.tree.allocated(this.leaf(client), amounts(cpus, mem));
    return this;
  }

  free(client: string, cpus: number, mem: number): this {
    this.tree.unallocated(this.leaf(client), amounts(cpus, mem));
    return this;
  }

  /** The client's leaf; it comes active. */
  leaf(client: string): ShareNode<string> {
    const there = this.leaves.get(client);
    if (there !== undefined) return there;
    const leaf = this.tree.add(client, client);
    this.tree.setActive(leaf, true);
    this.leaves.set(client, leaf);
    return leaf;
  }

  setActive(client: string, active: boolean): void {
    this.tree.setActive(this.leaf(client), active);
  }

  drop(client: string, cpus: number, mem: number): this {
    this.free(client, cpus, mem);
    this.tree.remove(client);
    this.leaves.delete(client);
    return this;
  }

  resize(from: readonly [number, number], to: readonly [number, number]): this {
    this.pool.subtract(amounts(...from));
    this.pool.add(amounts(...to));
    return this;
  }

  order(): string {
    return this.tree.activeClients(new SeededChance(1)).join(' ');
  }
}

const NAMES = new ScalarNames();

function amounts(cpus: number, mem: number): ReadonlyAmounts {
  return NAMES.amountsOf(quantities({ cpus, mem }));
}

/** SRT-01 to SRT-06 with any names for a to f. */
function walkThrough(names: Readonly<Record<'a' | 'b' | 'c' | 'd' | 'e' | 'f', string>>): void {
  const { a, b, c, d, e, f } = names;
  const bench = new Bench().give(a, 5, 5).give(b, 6, 6);
  expect(bench.order()).to.equal(`${a} ${b}`);
  bench.give(c, 1, 1).give(d, 3, 1);
  expect(bench.order()).to.equal(`${c} ${d} ${a} ${b}`);
  bench.drop(a, 5, 5).free(b, 4, 4);
  expect(bench.order()).to.equal(`${c} ${b} ${d}`);
  bench.give(e, 1, 5).resize([100, 100], [50, 100]);
  expect(bench.order()).to.equal(`${c} ${b} ${e} ${d}`);
  bench.resize([50, 100], [50, 200]).give(f, 5, 1).give(c, 0, 15);
  expect(bench.order()).to.equal(`${e} ${b} ${d} ${c} ${f}`);
  bench.setActive(d, false);
  expect(bench.order()).to.equal(`${e} ${b} ${c} ${f}`);
  bench.setActive(d, true);
  expect(bench.order()).to.equal(`${e} ${b} ${d} ${c} ${f}`);
}

describe('the share tree', () => {
  it('orders clients by dominant share as they come, go and change (SRT-01..06)', () => {
    walkThrough({ a: 'a', b: 'b', c: 'c', d: 'd', e: 'e', f: 'f' });
  });

  it('orders subtrees as it orders clients, at any depth (SRT-10)', () => {
    walkThrough({ a: 'a/a', b: 'b/b', c: 'c/c', d: 'd/d', e: 'e/e', f: 'f/f' });
    walkThrough({ a: 'a/a', b: 'b/1/2/3', c: 'c/c/c/c/c', d: 'd/d/d', e: 'e/1', f: 'f/2/3/4/5/6' });
  });

  it('divides shares by weight (SRT-08)', () => {
    const bench = new Bench().give('a', 5, 5).give('b', 6, 6);
    bench.tree.setWeight('b', 2);
    expect(bench.order()).to.equal('b a');
  });

  it('breaks ties by the number of allocations, then by name (SRT-09)', () => {
    const bench = new Bench().give('a', 3, 3).give('b', 3, 3).give('e', 3, 3);
    bench.give('d', 2, 2).give('d', 1, 1);
    bench.give('c', 1, 1).give('c', 1, 1).give('c', 1, 1);
    expect(bench.order()).to.equal('a b e d c');
    bench.free('a', 3, 3).give('a', 3, 3);
    expect(bench.order()).to.equal('b e a d c');
  });

  it('walks siblings of a subtree before going on (SRT-11, SRT-12)', () => {
    const bench = new Bench().give('a', 6, 6).give('b/c', 4, 4).give('b/d', 3, 3);
    expect(bench.order()).to.equal('a b/d b/c');
    bench.give('a', 2, 2);
    expect(bench.order()).to.equal('b/d b/c a');
    bench.leaf('b/e/f');
    expect(bench.order()).to.equal('b/e/f b/d b/c a');
    bench.give('b/e/f', 3.5, 3.5);
    expect(bench.order()).to.equal('a b/d b/e/f b/c');
    bench.drop('b/e/f', 3.5, 3.5);
    expect(bench.order()).to.equal('b/d b/c a');
    bench.free('b/c', 3, 3);
    expect(bench.order()).to.equal('b/c b/d a');
  });

  it('lets a parent that is a client compete with its children as a leaf (SRT-13)', () => {
    const bench = new Bench().give('c', 8, 8).give('d', 3, 3).give('d/e', 2, 2).give('a/b', 6, 6);
    expect(bench.order()).to.equal('d/e d a/b c');
  });

  it('turns a leaf into a parent and back (SRT-15, SRT-23)', () => {
    const bench = new Bench().give('x/a', 10, 10).give('x/b', 6, 6);
    expect(bench.order()).to.equal('x/b x/a');
    bench.give('x', 7, 7);
    expect(bench.order()).to.equal('x/b x x/a');
    bench.give('z', 20, 20);
    expect(bench.order()).to.equal('z x/b x x/a');
    bench.drop('x', 7, 7);
    expect(bench.order()).to.equal('x/b x/a z');
    bench.tree.add('z/1', 'z/1');
    bench.setActive('z', false);
    bench.tree.remove('z/1');
    expect(bench.order()).to.equal('x/b x/a');
  });

  it('compares weighted shares exactly, so equal ones tie (SRT-16)', () => {
    const bench = new Bench();
    bench.tree.setWeight('b', 3);
    bench.tree.setWeight('a', 2);
    bench.give('a/x', 10, 10).give('b/y', 10, 10);
    expect(bench.order()).to.equal('b/y a/x');
    bench.give('b/z', 5, 5);
    // 15/100/3 = 10/100/2 exactly: the subtree with fewer allocations goes first.
    expect(bench.order()).to.equal('a/x b/z b/y');
    bench.give('b', 4, 4);
    expect(bench.order()).to.equal('a/x b b/z b/y');
    bench.give('a/zz', 2, 2);
    expect(bench.order()).to.equal('a/zz a/x b b/z b/y');
  });

  it('follows the pool when its proportions turn (SRT-18, SRT-19, SRT-20)', () => {
    const turned = new Bench(10, 100).give('a', 2, 1).give('b', 1, 2);
    expect(turned.order()).to.equal('b a');
    expect(turned.resize([10, 100], [100, 10]).order()).to.equal('a b');
    const two = new Bench(10, 100).give('a', 2, 1).give('b', 1, 3);
    expect(two.order()).to.equal('b a');
    expect(two.resize([5, 50], [95, 50]).order()).to.equal('a b');
    const less = new Bench(10, 0).give('a', 6, 0).give('b', 4, 0);
    expect(less.order()).to.equal('b a');
    expect(less.resize([5, 0], [0, 0]).free('a', 5, 0).order()).to.equal('a b');
  });

  it('forgets a draft that is taken back, the order included', () => {
    const bench = new Bench().give('a', 5, 5).give('b', 6, 6);
    bench.journal.commit();
    bench.tree.setWeight('b', 5);
    bench.give('c/d', 1, 1).give('a', 50, 1).free('b', 2, 2).resize([100, 100], [7, 1]);
    expect(bench.order()).not.to.equal('a b');
    bench.journal.rollback();
    expect(bench.order()).to.equal('a b');
    expect(bench.tree.nodeOf('c/d')).to.equal(undefined);
  });
});

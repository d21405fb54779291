import { assert, AssertionFailed, present, type Chance } from '@ekiden/kernel';

import { JournaledMap, type Journal } from '../../journal/index.js';
import { add, isNothing, subtract, type ReadonlyAmounts } from './amounts.js';
import { weightedShuffle } from './weighted-shuffle.js';
import { NodeUndo, type ShareNode } from './share-node.js';
import { compareShares, type Pool, type Share } from './share.js';
import { SortedBlocks } from './sorted-blocks.js';

/** The name of the leaf that stands for a client itself among its children (`a/.`). */
const SELF = '.';
const WEIGHT_ONE = 1000;

/** When more than one in so many has moved, sorting all is cheaper than finding place by place. */
const MOVED_PART = 8;

/**
 * `drf`: the poorest first. `fifo`: the first to come first. `random` is drawn anew at every walk,
 * by weights (offer-core 2.4).
 */
export type SorterKind = 'drf' | 'random' | 'fifo';

/**
 * Weighted hierarchical DRF order (offer-core 2.4): siblings by dominant share, then by number of
 * allocations, then by path; a pre-order walk yields the active clients. Internal nodes hold the
 * sum of their subtree; a client that has children competes with them as the leaf `path/.` of
 * weight 1. What changes leaves the order at once, and finds its new place when the order is asked
 * for: of many changes in between only the first costs a search. Only changes of totals and weights
 * sort everything again.
 */
export class ShareTree<C> {
  readonly root: ShareNode<C>;
  private readonly journal: Journal;
  private readonly pool: Pool;
  private readonly flat: boolean;
  private readonly kind: SorterKind;
  private readonly leaves: JournaledMap<string, ShareNode<C>>;
  private readonly weights: JournaledMap<string, number>;
  private readonly compare: (a: ShareNode<C>, b: ShareNode<C>) => number;
  private turns = 0;

  /** `flat`: clients are names, not paths. */
  constructor(
    journal: Journal,
    pool: Pool,
    options: { readonly flat: boolean; readonly kind?: SorterKind },
  ) {
    this.journal = journal;
    this.pool = pool;
    this.flat = options.flat;
    this.kind = options.kind ?? 'drf';
    this.leaves = new JournaledMap(journal);
    this.weights = new JournaledMap(journal);
    this.compare =
      this.kind === 'fifo' ? (a, b) => a.turn - b.turn : (a, b) => this.compareNodes(a, b);
    this.root = this.node('', '', undefined, undefined);
  }

  get size(): number {
    return this.leaves.size;
  }

  /** The node of a path, client or not. */
  nodeOf(path: string): ShareNode<C> | undefined {
    let node: ShareNode<C> | undefined = this.root;
    for (const name of path.split('/')) node = node?.children.get(name);
    return node;
  }

  /** All clients, active or not, as they came. */
  clients(): readonly C[] {
    const clients: C[] = [];
    for (const { client } of this.leaves.values()) if (client !== undefined) clients.push(client);
    return clients;
  }

  /** Comes inactive, holding nothing. */
  add(path: string, client: C): ShareNode<C> {
    assert(!this.leaves.has(path), `${path} is in the tree already`);
    let node = this.root;
    if (!this.flat) {
      for (const name of path.split('/')) {
        node = node.children.get(name) ?? this.attach(node, name, undefined);
      }
    }
    const leaf = this.attach(node, this.flat ? path : SELF, client);
    this.leaves.set(path, leaf);
    return leaf;
  }

  /** The client must hold nothing. */
  remove(path: string): void {
    const leaf = present(this.leaves.get(path), `${path} in the share tree`);
    assert(isNothing(leaf.allocated), `${path} still holds resources`);
    this.setActive(leaf, false);
    this.leaves.delete(path);
    let node: ShareNode<C> = leaf;
    while (node.parent !== undefined && node.children.size === 0) {
      const { parent } = node;
      this.aboutToChange(parent);
      parent.children.delete(node.name);
      findSole(parent);
      node = parent;
    }
  }

  setActive(leaf: ShareNode<C>, active: boolean): void {
    if (leaf.active === (active ? 1 : 0)) return;
    const change = active ? 1 : -1;
    for (let node: ShareNode<C> | undefined = leaf; node !== undefined; node = node.parent) {
      this.remember(node);
      const before = node.active;
      node.active += change;
      const { parent } = node;
      const order = parent === undefined ? undefined : this.ordered(parent);
      if (parent === undefined || order === undefined) continue;
      if (before === 0) move(node, parent);
      else if (node.active === 0 && node.place === 'order') this.takeOut(node, order);
    }
  }

  /** Of the whole subtree among its siblings; may be set before the path exists. > 0. */
  setWeight(path: string, weight: number): void {
    const thousandths = Math.round(weight * WEIGHT_ONE);
    assert(thousandths > 0, `weight ${weight} of ${path}`);
    if (thousandths === WEIGHT_ONE) this.weights.delete(path);
    else this.weights.set(path, thousandths);
    this.pool.stale();
  }

  /** Default 1. */
  weightOf(path: string): number {
    return (this.weights.get(path) ?? WEIGHT_ONE) / WEIGHT_ONE;
  }

  allocated(leaf: ShareNode<C>, amounts: ReadonlyAmounts, times = 1): void {
    for (let node: ShareNode<C> | undefined = leaf; node !== undefined; node = node.parent) {
      this.leave(node);
      add(node.allocated, amounts);
      node.count += times;
      node.shareVersion = -1;
    }
  }

  unallocated(leaf: ShareNode<C>, amounts: ReadonlyAmounts): void {
    for (let node: ShareNode<C> | undefined = leaf; node !== undefined; node = node.parent) {
      this.leave(node);
      subtract(node.allocated, amounts);
      node.shareVersion = -1;
    }
  }

  /** What a leaf's client holds is in so many pieces more (or less). */
  countPieces(leaf: ShareNode<C>, change: number): void {
    this.remember(leaf);
    leaf.pieces += change;
  }

  /** The first active client in order that `accepts` says yes to; the tree must not change. */
  firstActive(accepts: (client: C) => boolean, chance: Chance): C | undefined {
    if (this.kind === 'random') return this.shuffled(chance).find(accepts);
    return this.firstBelow(this.root, accepts);
  }

  /** Active clients in order. */
  activeClients(chance: Chance): readonly C[] {
    if (this.kind === 'random') return this.shuffled(chance);
    const clients: C[] = [];
    this.firstBelow(this.root, (client) => {
      clients.push(client);
      return false;
    });
    return clients;
  }

  /** Dominant share of a subtree, divided by its weight: exact. */
  shareOf(node: ShareNode<C>): Share {
    if (node.shareVersion !== this.pool.version) {
      const weight = node.client === undefined ? this.weights.get(node.path) : undefined;
      this.pool.shareInto(node.share, node.allocated, weight ?? WEIGHT_ONE);
      node.shareVersion = this.pool.version;
    }
    return node.share;
  }

  private firstBelow(node: ShareNode<C>, accepts: (client: C) => boolean): C | undefined {
    // Without a function of its own: every agent is offered down this tree.
    for (const block of this.sorted(node).blocks) {
      for (const child of block) {
        const leaf = child.sole ?? child;
        if (leaf.client === undefined) {
          const found = this.firstBelow(child, accepts);
          if (found !== undefined) return found;
        } else if (accepts(leaf.client)) {
          return leaf.client;
        }
      }
    }
    return undefined;
  }

  private shuffled(chance: Chance): readonly C[] {
    return weightedShuffle(this.root, (path) => this.weightOf(path), chance);
  }

  /** The order of a node's active children, all of them in their places. */
  private sorted(node: ShareNode<C>): SortedBlocks<ShareNode<C>> {
    const there = this.ordered(node);
    if (there !== undefined && node.movedCount * MOVED_PART <= there.size) {
      if (node.movedCount > 0) this.place(node, there);
      return there;
    }
    const active: ShareNode<C>[] = [];
    // What stands in order already costs next to nothing to sort.
    for (const block of there?.blocks ?? []) for (const child of block) active.push(child);
    for (let i = 0; i < node.movedCount; i += 1) {
      const child = node.moved[i] as ShareNode<C>;
      child.place = 'none';
      if (there !== undefined && child.active > 0) active.push(child);
    }
    if (there === undefined) {
      for (const child of node.children.values()) if (child.active > 0) active.push(child);
    }
    for (const child of active) child.place = 'order';
    node.moved.length = 0;
    node.movedCount = 0;
    node.order = new SortedBlocks(active, this.compare);
    node.orderVersion = this.pool.version;
    return node.order;
  }

  /** Brings what changed back into the order; it may have become inactive meanwhile. */
  private place(node: ShareNode<C>, order: SortedBlocks<ShareNode<C>>): void {
    for (let i = 0; i < node.movedCount; i += 1) {
      const child = node.moved[i] as ShareNode<C>;
      child.place = child.active > 0 ? 'order' : 'none';
      if (child.active > 0) order.insert(child);
    }
    node.movedCount = 0;
  }

  /** The order of a node's children, if it holds for the present totals and weights. */
  private ordered(node: ShareNode<C>): SortedBlocks<ShareNode<C>> | undefined {
    if (node.orderVersion !== this.pool.version) node.order = undefined;
    return node.order;
  }

  /** Takes a node that is about to change out of the order, if it is in one. */
  private leave(node: ShareNode<C>): void {
    this.remember(node);
    const { parent } = node;
    // An only child keeps its place whatever it gets.
    if (node.active === 0 || parent === undefined || parent.children.size === 1) return;
    const order = this.ordered(parent);
    if (order === undefined || node.place !== 'order') return;
    this.takeOut(node, order);
    move(node, parent);
  }

  private takeOut(node: ShareNode<C>, order: SortedBlocks<ShareNode<C>>): void {
    if (!order.remove(node)) throw new AssertionFailed(`${node.path} is not where its share says`);
    node.place = 'none';
  }

  private compareNodes(a: ShareNode<C>, b: ShareNode<C>): number {
    const byShare = compareShares(this.shareOf(a), this.shareOf(b));
    if (byShare !== 0) return byShare;
    if (a.count !== b.count) return a.count - b.count;
    if (a === b) return 0;
    return a.path < b.path ? -1 : 1;
  }

  private remember(node: ShareNode<C>): void {
    if (!this.journal.isFresh(node)) return;
    this.journal.recordOnce(node, new NodeUndo(node));
  }

  private attach(parent: ShareNode<C>, name: string, client: C | undefined): ShareNode<C> {
    const path = parent.path === '' ? name : `${parent.path}/${name}`;
    const child = this.node(name, path, parent, client);
    this.aboutToChange(parent);
    parent.children.set(name, child);
    findSole(parent);
    return child;
  }

  /** Recorded before the children change, so that it is undone after them. */
  private aboutToChange(parent: ShareNode<C>): void {
    this.journal.record(() => {
      findSole(parent);
    });
  }

  private node(
    name: string,
    path: string,
    parent: ShareNode<C> | undefined,
    client: C | undefined,
  ): ShareNode<C> {
    this.turns += 1;
    // What a change of holdings and a comparison read stands first: with thousands of nodes, memory
    // is what costs.
    return {
      recordedIn: 0,
      active: 0,
      parent,
      // Most have these four; an array that grows from nothing takes room for seventeen.
      allocated: [0, 0, 0, 0],
      place: 'none',
      shareVersion: -1,
      share: { allocated: 0, total: 1, weight: WEIGHT_ONE, approximate: 0 },
      count: 0,
      pieces: 0,
      sole: undefined,
      client,
      order: undefined,
      orderVersion: -1,
      moved: [],
      movedCount: 0,
      children: new JournaledMap(this.journal),
      name,
      path,
      turn: this.turns,
    };
  }
}

/** Lists a node for its new place, once. */
function move<C>(node: ShareNode<C>, parent: ShareNode<C>): void {
  if (node.place === 'moved') return;
  node.place = 'moved';
  parent.moved[parent.movedCount] = node;
  parent.movedCount += 1;
}

function findSole<C>(node: ShareNode<C>): void {
  const [only] = node.children.size === 1 ? node.children.values() : [];
  node.sole = only?.client === undefined ? undefined : only;
}

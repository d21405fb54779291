import { assert, present } from '@ekiden/kernel';

import { JournaledMap, type Journal, type Journaled } from '../journal/index.js';
import { addQuantities, NO_QUANTITIES, subtractQuantities } from '../resources/index.js';
import type { Quantities } from '../resources/index.js';
import { compareShares, type Pool, type Share } from './share.js';

/** The name of the leaf that stands for a client itself among its children (`a/.`). */
const SELF = '.';
const WEIGHT_ONE = 1000;

interface Node extends Journaled {
  readonly name: string;
  readonly path: string;
  readonly parent: Node | undefined;
  readonly children: JournaledMap<string, Node>;
  /** Set on leaves: the client they stand for. */
  readonly client: string | undefined;
  active: boolean;
  /** Sum over the subtree. */
  allocated: Quantities;
  /** How many allocations the subtree ever got; the tie-break. */
  count: number;
  /** Children by share, count, path; `undefined` when it has to be sorted again. */
  order: Node[] | undefined;
  share: Share | undefined;
  /** The pool version `order` and `share` were computed for. */
  orderVersion: number;
  shareVersion: number;
}

/**
 * Weighted hierarchical DRF order (offer-core 2.4): siblings by dominant share, then by number of
 * allocations, then by path; a pre-order walk yields the clients. Internal nodes hold the sum of
 * their subtree; a client that has children competes with them as the leaf `path/.` of weight 1.
 * Children stay sorted during a run; freeing, totals and membership re-sort a level when walked.
 */
export class ShareTree {
  private readonly journal: Journal;
  private readonly pool: Pool;
  private readonly split: (client: string) => readonly string[];
  private readonly root: Node;
  private readonly leaves: JournaledMap<string, Node>;
  private readonly weights: JournaledMap<string, number>;

  /** `flat`: clients are names, not paths. */
  constructor(journal: Journal, pool: Pool, options: { readonly flat: boolean }) {
    this.journal = journal;
    this.pool = pool;
    this.split = options.flat ? (client) => [client] : (client) => client.split('/');
    this.leaves = new JournaledMap(journal);
    this.weights = new JournaledMap(journal);
    this.root = this.node('', '', undefined, undefined);
  }

  has(client: string): boolean {
    return this.leaves.has(client);
  }

  add(client: string, active = true): void {
    assert(!this.leaves.has(client), `${client} is in the tree already`);
    let node = this.root;
    for (const name of this.split(client)) {
      node = node.children.get(name) ?? this.attach(node, name, undefined);
    }
    const leaf = this.attach(node, SELF, client);
    leaf.active = active;
    this.leaves.set(client, leaf);
  }

  /** The client must hold nothing. */
  remove(client: string): void {
    const leaf = this.leaf(client);
    assert(leaf.allocated.length === 0, `${client} still holds resources`);
    this.leaves.delete(client);
    let node: Node = leaf;
    while (node.parent !== undefined && node.children.size === 0) {
      node.parent.children.delete(node.name);
      this.unsort(node.parent);
      node = node.parent;
    }
  }

  setActive(client: string, active: boolean): void {
    this.journal.assign(this.leaf(client), 'active', active);
  }

  /** Of the whole subtree among its siblings; may be set before the path exists. > 0. */
  setWeight(path: string, weight: number): void {
    const thousandths = Math.round(weight * WEIGHT_ONE);
    assert(thousandths > 0, `weight ${weight} of ${path}`);
    if (thousandths === WEIGHT_ONE) this.weights.delete(path);
    else this.weights.set(path, thousandths);
    this.stale();
    this.journal.record(() => {
      this.stale();
    });
  }

  allocated(client: string, amounts: Quantities): void {
    for (let node: Node | undefined = this.leaf(client); node !== undefined; node = node.parent) {
      this.change(node, addQuantities(node.allocated, amounts), node.count + 1);
      if (node.parent !== undefined) this.reposition(node.parent, node);
    }
  }

  unallocated(client: string, amounts: Quantities): void {
    for (let node: Node | undefined = this.leaf(client); node !== undefined; node = node.parent) {
      this.change(node, subtractQuantities(node.allocated, amounts), node.count);
      if (node.parent !== undefined) node.parent.order = undefined;
    }
  }

  /** Active clients, poorest first. Do not change the tree while walking. */
  *walk(): IterableIterator<string> {
    yield* this.visit(this.root);
  }

  private *visit(node: Node): IterableIterator<string> {
    for (const child of this.sorted(node)) {
      if (child.client === undefined) yield* this.visit(child);
      else if (child.active) yield child.client;
    }
  }

  private sorted(node: Node): readonly Node[] {
    if (node.order === undefined || node.orderVersion !== this.pool.version) {
      node.order = [...node.children.values()].sort((a, b) => this.compare(a, b));
      node.orderVersion = this.pool.version;
    }
    return node.order;
  }

  private compare(a: Node, b: Node): number {
    const byShare = compareShares(this.share(a), this.share(b));
    if (byShare !== 0) return byShare;
    if (a.count !== b.count) return a.count - b.count;
    if (a.path === b.path) return 0;
    return a.path < b.path ? -1 : 1;
  }

  private share(node: Node): Share {
    if (node.share === undefined || node.shareVersion !== this.pool.version) {
      const weight = node.client === undefined ? this.weights.get(node.path) : undefined;
      node.share = this.pool.shareOf(node.allocated, weight ?? WEIGHT_ONE);
      node.shareVersion = this.pool.version;
    }
    return node.share;
  }

  /** Moves one child, whose share has just grown, to its place; the others are in order. */
  private reposition(parent: Node, child: Node): void {
    const order = parent.order;
    if (order === undefined || parent.orderVersion !== this.pool.version) return;
    order.splice(order.indexOf(child), 1);
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(order[middle] as Node, child) < 0) low = middle + 1;
      else high = middle;
    }
    order.splice(low, 0, child);
  }

  private change(node: Node, allocated: Quantities, count: number): void {
    if (this.journal.isFresh(node)) this.remember(node);
    node.allocated = allocated;
    node.count = count;
    node.share = undefined;
  }

  private remember(node: Node): void {
    const { allocated, count } = node;
    this.journal.recordOnce(node, () => {
      node.allocated = allocated;
      node.count = count;
      node.share = undefined;
      if (node.parent !== undefined) node.parent.order = undefined;
    });
  }

  private attach(parent: Node, name: string, client: string | undefined): Node {
    const path = parent.path === '' ? name : `${parent.path}/${name}`;
    const child = this.node(name, path, parent, client);
    parent.children.set(name, child);
    this.unsort(parent);
    return child;
  }

  private unsort(node: Node): void {
    node.order = undefined;
    this.journal.record(() => {
      node.order = undefined;
    });
  }

  /** Weights are rare: everything is sorted again. */
  private stale(): void {
    this.pool.version += 1;
  }

  private leaf(client: string): Node {
    return present(this.leaves.get(client), `${client} in the share tree`);
  }

  private node(
    name: string,
    path: string,
    parent: Node | undefined,
    client: string | undefined,
  ): Node {
    return {
      name,
      path,
      parent,
      client,
      children: new JournaledMap(this.journal),
      recordedIn: 0,
      active: true,
      allocated: NO_QUANTITIES,
      count: 0,
      order: undefined,
      share: undefined,
      orderVersion: -1,
      shareVersion: -1,
    };
  }
}

import type { Journaled, JournaledMap, Undo } from '../../journal/index.js';
import type { Amounts } from './amounts.js';
import type { MutableShare } from './share.js';
import type { SortedBlocks } from './sorted-blocks.js';

/** A client, or a path with clients below it, among its siblings. */
export interface ShareNode<C> extends Journaled {
  readonly name: string;
  readonly path: string;
  readonly parent: ShareNode<C> | undefined;
  readonly children: JournaledMap<string, ShareNode<C>>;
  /** The only child, if it is a leaf: saves a level where a role has no others below it. */
  sole: ShareNode<C> | undefined;
  /** Set on leaves: whom they stand for. */
  readonly client: C | undefined;
  /** When it came, for `fifo`. */
  readonly turn: number;
  /** Leaves of the subtree that may get something. */
  active: number;
  /** Sum over the subtree. */
  allocated: Amounts;
  /** How many allocations the subtree ever got; the tie-break. */
  count: number;
  /** In how many pieces, on all agents, a leaf's client holds something. */
  pieces: number;
  /** The active children in order, but for `moved`; `undefined` when it has to be sorted again. */
  order: SortedBlocks<ShareNode<C>> | undefined;
  /**
   * Children that changed since the order was last asked for, and are out of it meanwhile: so many
   * from the beginning. An array that is emptied would lose its room, and grow again for the next.
   */
  readonly moved: ShareNode<C>[];
  movedCount: number;
  /** Where it is as long as its parent has an order: in that, among `moved`, or inactive. */
  place: 'order' | 'moved' | 'none';
  /** Holds for `shareVersion` only. */
  readonly share: MutableShare;
  /** The pool version `order` and `share` were computed for. */
  orderVersion: number;
  shareVersion: number;
}

/** Restores what a node and all below it have: made once a turn and node. */
export class NodeUndo<C> implements Undo {
  private readonly node: ShareNode<C>;
  private readonly allocated: Amounts;
  private readonly count: number;
  private readonly pieces: number;
  private readonly active: number;

  constructor(node: ShareNode<C>) {
    this.node = node;
    this.allocated = node.allocated.slice();
    this.count = node.count;
    this.pieces = node.pieces;
    this.active = node.active;
  }

  undo(): void {
    const { node } = this;
    node.allocated = this.allocated;
    node.count = this.count;
    node.pieces = this.pieces;
    node.active = this.active;
    node.shareVersion = -1;
    if (node.parent !== undefined) node.parent.order = undefined;
  }
}

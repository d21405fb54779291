/** A block is split when it gets this long; halves keep their room to grow. */
const BLOCK_MAX = 128;

/**
 * A sorted list in blocks: moving one item among thousands shifts at most a block, where a plain
 * array would shift them all. Items must be told apart by `compare` (no two are equal), and must
 * not change their order while they are in the list.
 */
export class SortedBlocks<T> {
  private readonly compare: (a: T, b: T) => number;
  private readonly lists: T[][] = [];
  private count: number;

  /** `items` in any order. */
  constructor(items: T[], compare: (a: T, b: T) => number) {
    this.compare = compare;
    this.count = items.length;
    items.sort(compare);
    for (let from = 0; from < items.length; from += BLOCK_MAX / 2) {
      this.lists.push(items.slice(from, from + BLOCK_MAX / 2));
    }
  }

  insert(item: T): void {
    const { lists: blocks } = this;
    this.count += 1;
    if (blocks.length === 0) {
      blocks.push([item]);
      return;
    }
    const at = Math.min(this.blockOf(item), blocks.length - 1);
    const block = blocks[at] as T[];
    block.splice(this.place(block, item), 0, item);
    if (block.length >= BLOCK_MAX) blocks.splice(at + 1, 0, block.splice(BLOCK_MAX / 2));
  }

  /** False when it is not there. */
  remove(item: T): boolean {
    const at = this.blockOf(item);
    const block = this.lists[at];
    if (block === undefined) return false;
    const place = this.place(block, item);
    if (block[place] !== item) return false;
    block.splice(place, 1);
    this.count -= 1;
    if (block.length === 0) this.lists.splice(at, 1);
    return true;
  }

  get size(): number {
    return this.count;
  }

  /** All items in order, block after block; they must not change while somebody looks. */
  get blocks(): readonly (readonly T[])[] {
    return this.lists;
  }

  /** The first block whose last item is not before `item`. */
  private blockOf(item: T): number {
    const { lists: blocks, compare } = this;
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = blocks[middle] as T[];
      if (compare(block[block.length - 1] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private place(block: readonly T[], item: T): number {
    const { compare } = this;
    let low = 0;
    let high = block.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(block[middle] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

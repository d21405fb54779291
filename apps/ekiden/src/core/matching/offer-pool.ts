import type { Chance } from '@ekiden/kernel';

/**
 * Numbers of offers that one app has not been refused for good. Looked at in random order; what is
 * dropped is never looked at again, so that all looks together are linear in offers and launches.
 */
export class OfferPool {
  private readonly chance: Chance;
  private items: Uint32Array;
  private isOwn = false;
  private left: number;

  /** `items` are shared with others until this pool changes their order. */
  constructor(items: Uint32Array, chance: Chance) {
    this.items = items;
    this.left = items.length;
    this.chance = chance;
  }

  get size(): number {
    return this.left;
  }

  /** A random one of those from position `at` on, brought to `at`; `at` is below the size. */
  draw(at: number): number {
    const from = at + this.chance.int(this.left - at);
    this.own();
    const { items } = this;
    const drawn = items[from] ?? 0;
    items[from] = items[at] ?? 0;
    items[at] = drawn;
    return drawn;
  }

  /** Takes the one at a position out; the last one comes there. */
  drop(at: number): void {
    this.own();
    this.left -= 1;
    this.items[at] = this.items[this.left] ?? 0;
  }

  private own(): void {
    if (this.isOwn) return;
    this.items = this.items.slice();
    this.isOwn = true;
  }
}

import { SeededChance, type Chance } from '@ekiden/kernel';

/**
 * Chance that does not depend on how often it was asked before: every draw is the same, and items
 * keep one order among themselves, whichever others are shuffled with them. So two allocators that
 * draw differently still decide about the same agents in the same order.
 */
export class SteadyChance implements Chance {
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  next(): number {
    return new SeededChance(this.seed).next();
  }

  int(below: number): number {
    return new SeededChance(this.seed).int(below);
  }

  shuffle<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.keyOf(item) }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }

  private keyOf(item: unknown): number {
    const name = typeof item === 'string' ? item : idOf(item);
    let hash = this.seed;
    for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    return new SeededChance(hash).next();
  }
}

/** Items that are not ids themselves have one. */
function idOf(item: unknown): string {
  if (typeof item === 'object' && item !== null && 'id' in item) return String(item.id);
  return '';
}

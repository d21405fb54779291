import { assert } from '../flow/assert.js';

/** The only source of randomness in pure code; a seed replays it exactly. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, below); `below` must be an integer from 1 to 2^32. */
  int(below: number): number;
  /** A new array with the same items in random order. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Deterministic 32-bit generator (mulberry32: period 2^32, good enough for placement and tests). */
export class SeededChance implements Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / RANGE;
  }

  int(below: number): number {
    assert(
      Number.isInteger(below) && below > 0 && below <= RANGE,
      `int(${below}): the bound must be an integer from 1 to 2^32`,
    );
    return Math.floor(this.next() * below);
  }

  shuffle<T>(items: readonly T[]): T[] {
    return shuffled(items, this);
  }
}

const RANGE = 2 ** 32;

/** A copy in an order drawn from `chance`, each as likely as any other. */
export function shuffled<T>(items: readonly T[], chance: Pick<Chance, 'int'>): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = chance.int(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

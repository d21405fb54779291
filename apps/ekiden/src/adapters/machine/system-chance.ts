import { randomBytes } from 'node:crypto';
import { assert, shuffled, type Chance } from '@ekiden/kernel';

const POOL_BYTES = 4096;

/** The machine's randomness, good enough for identities that must never meet again. */
export class SystemChance implements Chance {
  private pool = Buffer.alloc(0);
  private used = 0;

  next(): number {
    if (this.used + 6 > this.pool.length) {
      this.pool = randomBytes(POOL_BYTES);
      this.used = 0;
    }
    const bits = this.pool.readUIntBE(this.used, 6);
    this.used += 6;
    return bits / 2 ** 48;
  }

  int(below: number): number {
    assert(Number.isInteger(below) && below > 0, `int(${below}): bound must be positive`);
    return Math.floor(this.next() * below);
  }

  shuffle<T>(items: readonly T[]): T[] {
    return shuffled(items, this);
  }
}

import { randomBytes } from 'node:crypto';
import { assert, type Chance } from '@ekiden/kernel';

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
    const result = [...items];
    for (let i = result.length - 1; i > 0; i -= 1) {
      const j = this.int(i + 1);
      [result[i], result[j]] = [result[j] as T, result[i] as T];
    }
    return result;
  }
}

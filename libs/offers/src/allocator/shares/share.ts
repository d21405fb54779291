import type { Journal, Journaled } from '../../journal/index.js';
import { add, subtract, type Amounts, type ReadonlyAmounts } from './amounts.js';

/** A dominant share, exact: `allocated` of `total`, divided by `weight` (thousandths). */
export interface Share {
  readonly allocated: number;
  readonly total: number;
  readonly weight: number;
  /** The same as a double, good to about 15 digits. */
  readonly approximate: number;
}

/** A share that is computed anew in place: there are as many of them as allocations. */
export type MutableShare = { -readonly [K in keyof Share]: Share[K] };

/** Doubles further apart than this (relatively) are certainly in their true order. */
const CERTAIN = 1e-12;

/** Exact comparison: cross products of integers where doubles cannot tell (offer-core 2.4). */
export function compareShares(a: Share, b: Share): number {
  const difference = a.approximate - b.approximate;
  const size = a.approximate > b.approximate ? a.approximate : b.approximate;
  if (difference > CERTAIN * size || -difference > CERTAIN * size) return difference;
  if (size === 0) return 0;
  if (a.allocated === b.allocated && a.total === b.total && a.weight === b.weight) return 0;
  return compareProducts(a.allocated, b.total, b.weight, b.allocated, a.total, a.weight);
}

/** The sign of `a * b * c - d * e * f`, exact for whole numbers. */
function compareProducts(a: number, b: number, c: number, d: number, e: number, f: number): number {
  const left = a * b * c;
  const right = d * e * f;
  // Up to there doubles are exact, and much cheaper.
  if (left <= Number.MAX_SAFE_INTEGER && right <= Number.MAX_SAFE_INTEGER) {
    return Math.sign(left - right);
  }
  const exactLeft = BigInt(a) * BigInt(b) * BigInt(c);
  const exactRight = BigInt(d) * BigInt(e) * BigInt(f);
  if (exactLeft === exactRight) return 0;
  return exactLeft < exactRight ? -1 : 1;
}

/** The scalar totals of the cluster: the denominator of every share. */
export class Pool implements Journaled {
  recordedIn = 0;
  /** Grows with every change, also with one taken back: what was computed before is stale. */
  version = 0;
  private readonly journal: Journal;
  private totals: Amounts = [];
  /** By number of the name: scarce resources that do not count for shares. */
  private readonly excluded: ReadonlySet<number>;

  constructor(journal: Journal, excluded: ReadonlySet<number> = new Set()) {
    this.journal = journal;
    this.excluded = excluded;
  }

  add(amounts: ReadonlyAmounts): void {
    this.remember();
    add(this.totals, amounts);
    this.version += 1;
  }

  subtract(amounts: ReadonlyAmounts): void {
    this.remember();
    subtract(this.totals, amounts);
    this.version += 1;
  }

  /** Everything is computed anew, as after a change of weights. */
  stale(): void {
    this.remember();
    this.version += 1;
  }

  /** The largest share of any one resource; names the pool has none of do not count. */
  shareInto(share: MutableShare, allocated: ReadonlyAmounts, weight: number): void {
    share.allocated = 0;
    share.total = 1;
    share.weight = weight;
    share.approximate = 0;
    for (let i = 0; i < allocated.length; i += 1) {
      const milli = allocated[i] ?? 0;
      const total = this.totals[i] ?? 0;
      if (milli <= 0 || total <= 0) continue;
      const approximate = ((milli / total) * 1000) / weight;
      if (approximate < share.approximate * (1 - CERTAIN) || this.excluded.has(i)) continue;
      if (!isLarger(milli, total, approximate, share)) continue;
      share.allocated = milli;
      share.total = total;
      share.approximate = approximate;
    }
  }

  private remember(): void {
    if (this.journal.isFresh(this)) this.record();
  }

  private record(): void {
    const totals = this.totals.slice();
    this.journal.recordOnce(this, () => {
      this.totals = totals;
      this.version += 1;
    });
  }
}

/** Of two shares of one weight. */
function isLarger(milli: number, total: number, approximate: number, than: Share): boolean {
  if (approximate > than.approximate * (1 + CERTAIN)) return true;
  return compareProducts(milli, than.total, 1, than.allocated, total, 1) > 0;
}

import type { Quantities } from '../resources/index.js';
import { JournaledMap, type Journal } from '../journal/index.js';

/** A dominant share, exact: `allocated` of `total`, divided by `weight` (thousandths). */
export interface Share {
  readonly allocated: number;
  readonly total: number;
  readonly weight: number;
  /** The same as a double, good to about 15 digits. */
  readonly approximate: number;
}

/** Doubles further apart than this (relatively) are certainly in their true order. */
const CERTAIN = 1e-12;

/** Exact comparison: cross products of integers where doubles cannot tell (offer-core 2.4). */
export function compareShares(a: Share, b: Share): number {
  const difference = a.approximate - b.approximate;
  const size = Math.max(a.approximate, b.approximate);
  if (Math.abs(difference) > CERTAIN * size) return difference;
  if (size === 0) return 0;
  if (a.allocated === b.allocated && a.total === b.total && a.weight === b.weight) return 0;
  const left = BigInt(a.allocated) * BigInt(b.total) * BigInt(b.weight);
  const right = BigInt(b.allocated) * BigInt(a.total) * BigInt(a.weight);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The scalar totals of the cluster: the denominator of every share. */
export class Pool {
  /** Grows with every change, also with one taken back: what was computed before is stale. */
  version = 0;
  private readonly journal: Journal;
  private readonly totals: JournaledMap<string, number>;
  private readonly excluded: ReadonlySet<string>;

  constructor(journal: Journal, excluded: readonly string[] = []) {
    this.journal = journal;
    this.totals = new JournaledMap(journal);
    this.excluded = new Set(excluded);
  }

  add(amounts: Quantities): void {
    this.change(amounts, 1);
  }

  subtract(amounts: Quantities): void {
    this.change(amounts, -1);
  }

  /** The largest share of any one resource; names the pool has none of do not count. */
  shareOf(allocated: Quantities, weight: number): Share {
    let most: Share = { allocated: 0, total: 1, weight, approximate: 0 };
    for (const { name, milli } of allocated) {
      const total = this.totals.get(name);
      if (total === undefined || this.excluded.has(name)) continue;
      const approximate = ((milli / total) * 1000) / weight;
      const share = { allocated: milli, total, weight, approximate };
      if (compareShares(share, most) > 0) most = share;
    }
    return most;
  }

  private change(amounts: Quantities, sign: 1 | -1): void {
    if (amounts.length === 0) return;
    for (const { name, milli } of amounts) {
      const total = (this.totals.get(name) ?? 0) + sign * milli;
      if (total > 0) this.totals.set(name, total);
      else this.totals.delete(name);
    }
    this.version += 1;
    this.journal.record(() => {
      this.version += 1;
    });
  }
}

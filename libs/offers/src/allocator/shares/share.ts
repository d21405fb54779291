import type { Journal } from '../../journal/index.js';
import { add, subtract, type Amounts, type ReadonlyAmounts } from './amounts.js';

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
  const size = a.approximate > b.approximate ? a.approximate : b.approximate;
  if (difference > CERTAIN * size || -difference > CERTAIN * size) return difference;
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
  private readonly totals: Amounts = [];
  /** By number of the name: scarce resources that do not count for shares. */
  private readonly excluded: ReadonlySet<number>;

  constructor(journal: Journal, excluded: ReadonlySet<number> = new Set()) {
    this.journal = journal;
    this.excluded = excluded;
  }

  add(amounts: ReadonlyAmounts): void {
    this.change(amounts, add, subtract);
  }

  subtract(amounts: ReadonlyAmounts): void {
    this.change(amounts, subtract, add);
  }

  /** Everything is computed anew, as after a change of weights. */
  stale(): void {
    this.version += 1;
    this.journal.record(() => {
      this.version += 1;
    });
  }

  /** The largest share of any one resource; names the pool has none of do not count. */
  shareOf(allocated: ReadonlyAmounts, weight: number): Share {
    let most: Share | undefined;
    for (let i = 0; i < allocated.length; i += 1) {
      const milli = allocated[i] ?? 0;
      const total = this.totals[i] ?? 0;
      if (milli <= 0 || total <= 0 || this.excluded.has(i)) continue;
      const approximate = ((milli / total) * 1000) / weight;
      if (most !== undefined && approximate < most.approximate * (1 - CERTAIN)) continue;
      const share = { allocated: milli, total, weight, approximate };
      if (most === undefined || compareShares(share, most) > 0) most = share;
    }
    return most ?? { allocated: 0, total: 1, weight, approximate: 0 };
  }

  private change(
    amounts: ReadonlyAmounts,
    apply: (target: Amounts, amounts: ReadonlyAmounts) => void,
    revert: (target: Amounts, amounts: ReadonlyAmounts) => void,
  ): void {
    if (amounts.length === 0) return;
    apply(this.totals, amounts);
    this.version += 1;
    this.journal.record(() => {
      revert(this.totals, amounts);
      this.version += 1;
    });
  }
}

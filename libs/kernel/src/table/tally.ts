import { sameValues } from './row-index.js';

/**
 * How many rows stand under each value, and nothing else of them: for what is asked more often than
 * the rows could be gone through. Over a draft it holds differences, which may be negative.
 */
export class Tally<V> {
  private readonly of: (row: V) => readonly string[];
  private readonly counts = new Map<string, number>();

  /** `of` names each value of a row once. */
  constructor(of: (row: V) => readonly string[]) {
    this.of = of;
  }

  /** Counts `after` in the place of `before`; `undefined` = there was, or is, no row. */
  replace(before: V | undefined, after: V | undefined): void {
    const left = before === undefined ? NO_VALUES : this.of(before);
    const reached = after === undefined ? NO_VALUES : this.of(after);
    if (sameValues(left, reached)) return;
    for (const value of left) this.add(value, -1);
    for (const value of reached) this.add(value, 1);
  }

  /** Takes over the differences another tally holds. */
  addAll(differences: Tally<V>): void {
    for (const [value, by] of differences.counts) this.add(value, by);
  }

  count(value: string): number {
    return this.counts.get(value) ?? 0;
  }

  private add(value: string, by: number): void {
    const count = this.count(value) + by;
    if (count === 0) this.counts.delete(value);
    else this.counts.set(value, count);
  }
}

const NO_VALUES: readonly string[] = [];

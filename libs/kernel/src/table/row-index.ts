/** Rows by index value: the one structure under the indexes of tables and overlays. */
export class RowIndex<K extends string, V> {
  private readonly rowsOf = new Map<string, Map<K, V>>();

  /** Takes the place of an earlier row of the same key under the same value. */
  add(key: K, row: V, values: readonly string[]): void {
    for (const value of values) {
      const rows = this.rowsOf.get(value);
      if (rows === undefined) this.rowsOf.set(value, new Map([[key, row]]));
      else rows.set(key, row);
    }
  }

  /** Takes back an `add` of the same key and values. */
  remove(key: K, values: readonly string[]): void {
    for (const value of values) {
      const rows = this.rowsOf.get(value);
      if (rows === undefined) continue;
      rows.delete(key);
      if (rows.size === 0) this.rowsOf.delete(value);
    }
  }

  /** Puts a row in the place of one that stood under `before`; the order of others stays. */
  replace(key: K, row: V, before: readonly string[], after: readonly string[]): void {
    const left = before.filter((value) => !after.includes(value));
    if (left.length > 0) this.remove(key, left);
    this.add(key, row, after);
  }

  /** Every value that some row stands under. */
  values(): Iterable<string> {
    return this.rowsOf.keys();
  }

  rows(value: string): ReadonlyMap<K, V> {
    return this.rowsOf.get(value) ?? NO_ROWS;
  }
}

const NO_ROWS: ReadonlyMap<never, never> = new Map<never, never>();

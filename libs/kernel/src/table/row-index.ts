/** Keys of rows by index value: the one structure under the indexes of tables and overlays. */
export class RowIndex<K extends string> {
  private readonly keysOf = new Map<string, Set<K>>();

  add(key: K, values: readonly string[]): void {
    for (const value of values) {
      const keys = this.keysOf.get(value);
      if (keys === undefined) this.keysOf.set(value, new Set([key]));
      else keys.add(key);
    }
  }

  /** Takes back an `add` of the same key and values. */
  remove(key: K, values: readonly string[]): void {
    for (const value of values) {
      const keys = this.keysOf.get(value);
      if (keys === undefined) continue;
      keys.delete(key);
      if (keys.size === 0) this.keysOf.delete(value);
    }
  }

  keys(value: string): ReadonlySet<K> {
    return this.keysOf.get(value) ?? NO_KEYS;
  }
}

const NO_KEYS: ReadonlySet<never> = new Set<never>();

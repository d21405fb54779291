/**
 * Where a row stands: what indexes hold of it. A changed row takes the place of the one before it
 * here, and only indexes that it moves in need to know.
 */
export interface Slot<K extends string, V> {
  readonly key: K;
  row: V;
}

/** Rows by index value: the one structure under the indexes of tables and overlays. */
export class RowIndex<K extends string, V> {
  private readonly slotsOf = new Map<string, Set<Slot<K, V>>>();

  add(slot: Slot<K, V>, values: readonly string[]): void {
    for (const value of values) {
      const slots = this.slotsOf.get(value);
      if (slots === undefined) this.slotsOf.set(value, new Set([slot]));
      else slots.add(slot);
    }
  }

  /** Takes back an `add` of the same slot and values. */
  remove(slot: Slot<K, V>, values: readonly string[]): void {
    for (const value of values) {
      const slots = this.slotsOf.get(value);
      if (slots === undefined) continue;
      slots.delete(slot);
      if (slots.size === 0) this.slotsOf.delete(value);
    }
  }

  /** The row of a slot has changed: it stood under `before`; the order of others stays. */
  move(slot: Slot<K, V>, before: readonly string[], after: readonly string[]): void {
    if (sameValues(before, after)) return;
    const left = before.filter((value) => !after.includes(value));
    if (left.length > 0) this.remove(slot, left);
    this.add(slot, after);
  }

  /** Every value that some row stands under. */
  values(): Iterable<string> {
    return this.slotsOf.keys();
  }

  slots(value: string): ReadonlySet<Slot<K, V>> {
    return this.slotsOf.get(value) ?? NO_SLOTS;
  }
}

const NO_SLOTS: ReadonlySet<never> = new Set<never>();

export function rowsIn<K extends string, V>(slots: ReadonlySet<Slot<K, V>>): V[] {
  const rows: V[] = [];
  for (const slot of slots) rows.push(slot.row);
  return rows;
}

/** Most changes of a row leave its place in an index as it was. */
export function sameValues(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

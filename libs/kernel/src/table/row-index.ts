/**
 * Where a row stands: what indexes hold of it. A changed row takes the place of the one before it
 * here, and only indexes that it moves in need to know.
 */
export interface Slot<K extends string, V> {
  readonly key: K;
  row: V;
}

/** What stands under one value, in the order it came: one alone is kept without a set around it. */
export type Slots<K extends string, V> = Slot<K, V> | ReadonlySet<Slot<K, V>>;

/** Rows by index value: the one structure under the indexes of tables and overlays. */
export class RowIndex<K extends string, V> {
  private readonly slotsOf = new Map<string, Slot<K, V> | Set<Slot<K, V>>>();

  add(slot: Slot<K, V>, values: readonly string[]): void {
    for (const value of values) {
      const slots = this.slotsOf.get(value);
      if (slots === undefined) this.slotsOf.set(value, slot);
      else if (slots instanceof Set) slots.add(slot);
      else if (slots !== slot) this.slotsOf.set(value, new Set([slots, slot]));
    }
  }

  /** Takes back an `add` of the same slot and values. */
  remove(slot: Slot<K, V>, values: readonly string[]): void {
    for (const value of values) {
      const slots = this.slotsOf.get(value);
      if (slots instanceof Set) {
        slots.delete(slot);
        if (slots.size === 0) this.slotsOf.delete(value);
      } else if (slots === slot) {
        this.slotsOf.delete(value);
      }
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

  slots(value: string): Slots<K, V> {
    return this.slotsOf.get(value) ?? NO_SLOTS;
  }
}

const NO_SLOTS: ReadonlySet<never> = new Set<never>();

function areSeveral<K extends string, V>(slots: Slots<K, V>): slots is ReadonlySet<Slot<K, V>> {
  return slots instanceof Set;
}

export function eachIn<K extends string, V>(slots: Slots<K, V>): Iterable<Slot<K, V>> {
  return areSeveral(slots) ? slots : [slots];
}

export function countIn<K extends string, V>(slots: Slots<K, V>): number {
  return areSeveral(slots) ? slots.size : 1;
}

export function rowsIn<K extends string, V>(slots: Slots<K, V>): V[] {
  if (!areSeveral(slots)) return [slots.row];
  const rows: V[] = [];
  for (const slot of slots) rows.push(slot.row);
  return rows;
}

/** Most changes of a row leave its place in an index as it was. */
export function sameValues(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

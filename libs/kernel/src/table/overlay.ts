import { present } from '../flow/assert.js';
import { RowIndex, countIn, eachIn, rowsIn, type Slot } from './row-index.js';
import type { IndexOf, Merging, Table, TableView } from './table.js';
import { Tally } from './tally.js';

/** A changed row, or `undefined` for a removed one. */
export type Change<K, V> = readonly [key: K, row: V | undefined];

/** The changed rows under one index, and how many committed rows of each value they stand for. */
class DraftIndex<K extends string, V> {
  readonly rows = new RowIndex<K, V>();
  private readonly of: IndexOf<V>;
  private readonly hidden: Tally<V>;

  constructor(of: IndexOf<V>) {
    this.of = of;
    this.hidden = new Tally((row) => distinct(of(row)));
  }

  /** A committed row is changed or removed for the first time; `undefined`: there is none. */
  hide(committed: V | undefined): void {
    this.hidden.replace(undefined, committed);
  }

  replace(before: Slot<K, V> | undefined, after: Slot<K, V> | undefined): void {
    if (before !== undefined) this.rows.remove(before, this.of(before.row));
    if (after !== undefined) this.rows.add(after, this.of(after.row));
  }

  hiddenUnder(value: string): number {
    return this.hidden.count(value);
  }
}

function distinct(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)];
}

/**
 * A draft over committed rows: reads see the draft, the base stays as it was until `merge`.
 * Dropping the overlay drops the draft. Cost follows the number of changed rows, not the size of
 * the base (decisions, Runtime: copying a map of 100,000 costs 15-24 ms, an overlay 0.05 ms).
 *
 * One overlay at a time is open over a table: the base must not change under it.
 */
export class Overlay<K extends string, V> implements TableView<K, V> {
  private readonly base: Table<K, V>;
  private readonly changed: Map<K, V | undefined>;
  /** Of changed rows, for the indexes; made with the first of them. */
  private readonly slots = new Map<K, Slot<K, V>>();
  /** Indexes of the changed rows, each built when it is first asked for and kept from then on. */
  private readonly drafted = new Map<string, DraftIndex<K, V>>();
  /** The same for tallies: how this draft differs from the base. */
  private readonly tallied = new Map<string, Tally<V>>();
  private rowCount: number;
  /** What `changes` has answered, until there is another change. */
  private listed: readonly Change<K, V>[] | undefined;

  /** `changed`: what differs from the beginning on. */
  constructor(base: Table<K, V>, changed = new Map<K, V | undefined>()) {
    this.base = base;
    this.changed = changed;
    this.rowCount = base.size;
    for (const [key, row] of changed) {
      this.rowCount += Number(row !== undefined) - Number(base.has(key));
    }
  }

  get size(): number {
    return this.rowCount;
  }

  /** The row as it was before the draft. */
  committed(key: K): V | undefined {
    return this.base.get(key);
  }

  get(key: K): V | undefined {
    return this.changed.has(key) ? this.changed.get(key) : this.base.get(key);
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /**
   * Every row once, in the order the base will have after `merge`. As with a Map, rows may be put
   * and removed meanwhile: a row not yet reached is seen as it is when its turn comes.
   */
  *values(): IterableIterator<V> {
    for (const [key, committed] of this.base.entries()) {
      const row = this.changed.has(key) ? this.changed.get(key) : committed;
      if (row !== undefined) yield row;
    }
    for (const [key, row] of this.changed) {
      if (row !== undefined && !this.base.has(key)) yield row;
    }
  }

  by(index: string, value: string): readonly V[] {
    const draft = this.draftIndex(index);
    const committed = this.base.slotsBy(index, value);
    const drafted = draft.rows.slots(value);
    const hidden = draft.hiddenUnder(value);
    // Mostly all of them are as they were, or none is.
    if (hidden === 0 && countIn(drafted) === 0) return rowsIn(committed);
    if (hidden === countIn(committed)) return rowsIn(drafted);
    const found: V[] = [];
    for (const { key, row } of eachIn(committed)) if (!this.changed.has(key)) found.push(row);
    for (const { row } of eachIn(drafted)) found.push(row);
    return found;
  }

  count(index: string, value: string): number {
    const draft = this.draftIndex(index);
    const drafted = countIn(draft.rows.slots(value));
    return countIn(this.base.slotsBy(index, value)) - draft.hiddenUnder(value) + drafted;
  }

  valuesOf(index: string): readonly string[] {
    const drafted = this.draftIndex(index).rows.values();
    const values = new Set([...this.base.indexValues(index), ...drafted]);
    return [...values].filter((value) => this.count(index, value) > 0);
  }

  /** How many rows a tally of the table counts under a value, the draft included. */
  tally(name: string, value: string): number {
    return this.base.tally(name, value) + this.draftTally(name).count(value);
  }

  put(key: K, row: V): void {
    const before = this.get(key);
    if (before === undefined) this.rowCount += 1;
    this.reindex(key, before, row);
    this.listed = undefined;
    this.changed.set(key, row);
  }

  remove(key: K): void {
    const before = this.get(key);
    if (before === undefined) return;
    this.rowCount -= 1;
    this.listed = undefined;
    this.reindex(key, before, undefined);
    if (this.base.has(key)) this.changed.set(key, undefined);
    else this.changed.delete(key);
  }

  /**
   * What differs from the base: rows put (again, even if equal) or removed in this draft. The same
   * list until there is another change; a list that was given out stays as it is.
   */
  changes(): readonly Change<K, V>[] {
    this.listed ??= [...this.changed];
    return this.listed;
  }

  /** The committed row under this draft. */
  before(key: K): V | undefined {
    return this.base.get(key);
  }

  /** Makes the draft the state of the table (see `Merging`). The draft is empty then. */
  merge(how: Merging = {}): void {
    this.base.merge(this.changed, this.tallied, how);
    this.changed.clear();
    this.listed = undefined;
    this.slots.clear();
    this.drafted.clear();
    this.tallied.clear();
  }

  /** What this draft's provisional merge has made of the table is committed. */
  confirm(): void {
    this.base.confirm();
  }

  private draftIndex(name: string): DraftIndex<K, V> {
    const existing = this.drafted.get(name);
    if (existing !== undefined) return existing;
    const built = new DraftIndex<K, V>(present(this.base.indexes[name], `index ${name}`));
    const isFirst = this.drafted.size === 0;
    for (const [key, row] of this.changed) {
      if (isFirst && row !== undefined) this.slots.set(key, { key, row });
      built.hide(this.base.get(key));
      built.replace(undefined, this.slots.get(key));
    }
    this.drafted.set(name, built);
    return built;
  }

  private draftTally(name: string): Tally<V> {
    const existing = this.tallied.get(name);
    if (existing !== undefined) return existing;
    const built = new Tally(present(this.base.tallies[name], `tally ${name}`));
    for (const [key, row] of this.changed) built.replace(this.base.get(key), row);
    this.tallied.set(name, built);
    return built;
  }

  private reindex(key: K, before: V | undefined, after: V | undefined): void {
    for (const tally of this.tallied.values()) tally.replace(before, after);
    if (this.drafted.size === 0) return;
    const isFirst = !this.changed.has(key);
    const left = this.slots.get(key);
    const reached = after === undefined ? undefined : { key, row: after };
    if (reached === undefined) this.slots.delete(key);
    else this.slots.set(key, reached);
    for (const index of this.drafted.values()) {
      // From here on the committed row is not seen.
      if (isFirst) index.hide(before);
      index.replace(left, reached);
    }
  }
}

import { assert, present } from '../flow/assert.js';
import { Overlay } from './overlay.js';
import { RowIndex, countIn, eachIn, rowsIn, type Slot, type Slots } from './row-index.js';
import { Tally } from './tally.js';

/** How to find rows by something other than their key: zero or more index values per row. */
export type IndexOf<V> = (row: V) => readonly string[];

/** Read access to rows by key or by index value; what cores and read models see. */
export interface TableView<K extends string, V> {
  readonly size: number;
  get(key: K): V | undefined;
  has(key: K): boolean;
  values(): IterableIterator<V>;
  /**
   * Rows whose index `index` holds `value`, in no defined order. Asking for an index the table
   * was not made with is a bug and throws: an empty answer would look like "no such rows".
   */
  by(index: string, value: string): readonly V[];
  /** How many rows `by` would give, without making them a list. */
  count(index: string, value: string): number;
  /** Every value of an index that some row holds, in no defined order. */
  valuesOf(index: string): readonly string[];
  /** How many rows a tally counts under a value. One the table was not made with throws. */
  tally(name: string, value: string): number;
}

/** How a draft is taken over. */
export interface Merging {
  /** Its commit is not known yet: until `confirm`, readers of `confirmed` see what was before. */
  readonly provisional?: boolean;
}

/**
 * The rows there are. Changed in one place only: by merging an overlay.
 *
 * Rows are immutable values: an index is kept by asking the replaced row where it stood, so a row
 * changed in place would stay behind under its old index values.
 */
export class Table<K extends string, V> implements TableView<K, V> {
  readonly indexes: Readonly<Record<string, IndexOf<V>>>;
  /** Indexes that only count: cheaper than one that keeps the rows. Each value of a row once. */
  readonly tallies: Readonly<Record<string, IndexOf<V>>>;
  private readonly rows = new Map<K, V>();
  /** For the indexes; none without any. */
  private readonly slots = new Map<K, Slot<K, V>>();
  private readonly indexed: ReadonlyMap<string, { of: IndexOf<V>; rows: RowIndex<K, V> }>;
  private readonly tallied: ReadonlyMap<string, Tally<V>>;
  /** The table as it was before what is not confirmed yet. */
  private unconfirmed: Overlay<K, V> | undefined;
  /** For readers of what is committed: a view that goes on with the table. */
  readonly confirmed: TableView<K, V> = new ConfirmedRows(() => this.unconfirmed ?? this);

  constructor(
    indexes: Readonly<Record<string, IndexOf<V>>> = {},
    tallies: Readonly<Record<string, IndexOf<V>>> = {},
  ) {
    this.indexes = indexes;
    this.tallies = tallies;
    this.indexed = new Map(
      Object.entries(indexes).map(([name, of]) => [name, { of, rows: new RowIndex<K, V>() }]),
    );
    this.tallied = new Map(Object.entries(tallies).map(([name, of]) => [name, new Tally(of)]));
  }

  get size(): number {
    return this.rows.size;
  }

  get(key: K): V | undefined {
    return this.rows.get(key);
  }

  has(key: K): boolean {
    return this.rows.has(key);
  }

  values(): IterableIterator<V> {
    return this.rows.values();
  }

  entries(): IterableIterator<[K, V]> {
    return this.rows.entries();
  }

  by(index: string, value: string): readonly V[] {
    return rowsIn(this.slotsBy(index, value));
  }

  count(index: string, value: string): number {
    return countIn(this.slotsBy(index, value));
  }

  valuesOf(index: string): readonly string[] {
    return [...this.indexValues(index)];
  }

  tally(name: string, value: string): number {
    return present(this.tallied.get(name), `tally ${name}`).count(value);
  }

  /** As `valuesOf`: what is kept, not a copy. */
  indexValues(index: string): Iterable<string> {
    return present(this.indexed.get(index), `index ${index}`).rows.values();
  }

  /** The rows of `by` with their keys, one after the other: no list is made of them. */
  *rowsBy(index: string, value: string): IterableIterator<readonly [key: K, row: V]> {
    for (const { key, row } of eachIn(this.slotsBy(index, value))) yield [key, row];
  }

  /** The same as they are kept, for overlays: a view, not a copy. */
  slotsBy(index: string, value: string): Slots<K, V> {
    return present(this.indexed.get(index), `index ${index}`).rows.slots(value);
  }

  /** For loading only. */
  put(key: K, row: V): void {
    for (const tally of this.tallied.values()) tally.replace(this.rows.get(key), row);
    this.place(key, row);
  }

  /** For tests only. */
  remove(key: K): void {
    for (const tally of this.tallied.values()) tally.replace(this.rows.get(key), undefined);
    this.displace(key);
  }

  /** Takes a draft over: changed rows, `undefined` for removed ones, and what tallies of it say. */
  merge(
    changed: ReadonlyMap<K, V | undefined>,
    differences: ReadonlyMap<string, Tally<V>> = new Map(),
    { provisional = false }: Merging = {},
  ): void {
    const before = provisional && changed.size > 0 ? this.rowsBefore(changed) : undefined;
    this.take(changed, differences);
    this.unconfirmed = before && new Overlay<K, V>(this, before);
  }

  /** What was merged provisionally is committed. */
  confirm(): void {
    this.unconfirmed = undefined;
  }

  private rowsBefore(changed: ReadonlyMap<K, V | undefined>): Map<K, V | undefined> {
    assert(this.unconfirmed === undefined, 'one draft at a time waits to be confirmed');
    const before = new Map<K, V | undefined>();
    for (const key of changed.keys()) before.set(key, this.rows.get(key));
    return before;
  }

  private take(
    changed: ReadonlyMap<K, V | undefined>,
    differences: ReadonlyMap<string, Tally<V>>,
  ): void {
    for (const [name, tally] of this.tallied) {
      const known = differences.get(name);
      if (known !== undefined) tally.addAll(known);
      else for (const [key, row] of changed) tally.replace(this.rows.get(key), row);
    }
    for (const [key, row] of changed) {
      if (row === undefined) this.displace(key);
      else this.place(key, row);
    }
  }

  private place(key: K, row: V): void {
    const before = this.rows.get(key);
    this.rows.set(key, row);
    if (this.indexed.size === 0) return;
    const slot = this.slots.get(key);
    if (before === undefined || slot === undefined) {
      const added = { key, row };
      this.slots.set(key, added);
      for (const { of, rows } of this.indexed.values()) rows.add(added, of(row));
      return;
    }
    slot.row = row;
    for (const { of, rows } of this.indexed.values()) rows.move(slot, of(before), of(row));
  }

  private displace(key: K): void {
    const before = this.rows.get(key);
    const slot = this.slots.get(key);
    this.rows.delete(key);
    if (before === undefined || slot === undefined) return;
    this.slots.delete(key);
    for (const { of, rows } of this.indexed.values()) rows.remove(slot, of(before));
  }
}

/** Whatever shows the committed rows at the moment. */
class ConfirmedRows<K extends string, V> implements TableView<K, V> {
  private readonly now: () => TableView<K, V>;

  constructor(now: () => TableView<K, V>) {
    this.now = now;
  }

  get size(): number {
    return this.now().size;
  }

  get(key: K): V | undefined {
    return this.now().get(key);
  }

  has(key: K): boolean {
    return this.now().has(key);
  }

  /** All of one moment: who goes through them little by little never meets what is provisional. */
  values(): IterableIterator<V> {
    return [...this.now().values()].values();
  }

  by(index: string, value: string): readonly V[] {
    return this.now().by(index, value);
  }

  count(index: string, value: string): number {
    return this.now().count(index, value);
  }

  valuesOf(index: string): readonly string[] {
    return this.now().valuesOf(index);
  }

  tally(name: string, value: string): number {
    return this.now().tally(name, value);
  }
}

import { present } from '../flow/assert.js';
import { RowIndex } from './row-index.js';

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
}

/**
 * Committed rows. Changed in one place only: by merging an overlay after its commit.
 *
 * Rows are immutable values: an index is kept by asking the replaced row where it stood, so a row
 * changed in place would stay behind under its old index values.
 */
export class Table<K extends string, V> implements TableView<K, V> {
  readonly indexes: Readonly<Record<string, IndexOf<V>>>;
  private readonly rows = new Map<K, V>();
  private readonly indexed: ReadonlyMap<string, { of: IndexOf<V>; rows: RowIndex<K, V> }>;

  constructor(indexes: Readonly<Record<string, IndexOf<V>>> = {}) {
    this.indexes = indexes;
    this.indexed = new Map(
      Object.entries(indexes).map(([name, of]) => [name, { of, rows: new RowIndex<K, V>() }]),
    );
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
    return [...this.rowsBy(index, value).values()];
  }

  count(index: string, value: string): number {
    return this.rowsBy(index, value).size;
  }

  valuesOf(index: string): readonly string[] {
    return [...present(this.indexed.get(index), `index ${index}`).rows.values()];
  }

  /** The same by key, as they are kept: a view, not a copy. */
  rowsBy(index: string, value: string): ReadonlyMap<K, V> {
    return present(this.indexed.get(index), `index ${index}`).rows.rows(value);
  }

  /** For loading and merging only. */
  put(key: K, row: V): void {
    const before = this.rows.get(key);
    this.rows.set(key, row);
    for (const { of, rows } of this.indexed.values()) {
      if (before === undefined) rows.add(key, row, of(row));
      else rows.replace(key, row, of(before), of(row));
    }
  }

  /** For merging only. */
  remove(key: K): void {
    const before = this.rows.get(key);
    if (before === undefined) return;
    for (const { of, rows } of this.indexed.values()) rows.remove(key, of(before));
    this.rows.delete(key);
  }
}

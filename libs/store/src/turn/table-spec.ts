import { assert, formatTimestamp, type Millis } from '@ekiden/kernel';

import { toSafeJson, toSafeText } from '../encoding/index.js';

/** How one column of a row is stored. `null` is SQL NULL; a jsonb `undefined` or `null` too. */
export type ColumnSpec<Row> =
  | { readonly name: string; readonly type: 'text'; readonly of: (row: Row) => string | null }
  | {
      readonly name: string;
      /** Safe integers only. */
      readonly type: 'bigint' | 'integer';
      readonly of: (row: Row) => number | null;
    }
  | { readonly name: string; readonly type: 'boolean'; readonly of: (row: Row) => boolean | null }
  | {
      readonly name: string;
      readonly type: 'timestamptz';
      readonly of: (row: Row) => Millis | null;
    }
  | { readonly name: string; readonly type: 'jsonb'; readonly of: (row: Row) => unknown };

export type ColumnType = ColumnSpec<unknown>['type'];

/**
 * One table of the state. Column names are SQL identifiers of ours, never user input. The `turn`
 * column, which every table has, is written by the store.
 */
export interface TableSpec<Row> {
  readonly name: string;
  /** Names of the primary key's columns, which are columns of the spec and never jsonb. */
  readonly key: readonly string[];
  readonly columns: readonly ColumnSpec<Row>[];
}

/** Key values in the order of the spec's `key`. */
export type KeyValues = readonly (string | number)[];

/** One column of many rows, encoded as the elements of a Postgres array. */
export interface EncodedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly elements: readonly (string | null)[];
}

/** The changed rows of one table, encoded. Made by `tableWrite`. */
export interface TableWrite {
  readonly table: string;
  readonly key: readonly string[];
  readonly upserts: readonly EncodedColumn[];
  readonly upsertCount: number;
  readonly deletes: readonly EncodedColumn[];
  readonly deleteCount: number;
}

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Rows to write and keys to delete, in the form a commit takes. A key occurs once: written twice,
 * or written and deleted in the same turn, is a bug of the caller.
 */
export function tableWrite<Row>(
  spec: TableSpec<Row>,
  rows: { readonly upserts: readonly Row[]; readonly deletes?: readonly KeyValues[] },
): TableWrite {
  const deletes = rows.deletes ?? [];
  const keyColumns = keyColumnsOf(spec);
  const upserts = spec.columns.map((column) => encodeColumn(column, rows.upserts));
  const encodedKeys = keyColumns.map((column, index) => encodeKey(column, deletes, index));
  assertDistinct(spec, [
    ...keysIn(
      spec.key.map((name) => upserts.find((column) => column.name === name)?.elements ?? []),
    ),
    ...keysIn(encodedKeys.map((column) => column.elements)),
  ]);
  return {
    table: spec.name,
    key: spec.key,
    upserts,
    upsertCount: rows.upserts.length,
    deletes: encodedKeys,
    deleteCount: deletes.length,
  };
}

/** The key's columns in key order; checks the spec on the way. */
export function keyColumnsOf<Row>(spec: TableSpec<Row>): readonly ColumnSpec<Row>[] {
  const names = [spec.name, ...spec.columns.map((column) => column.name)];
  assert(
    names.every((name) => IDENTIFIER.test(name)),
    `table ${spec.name}: table and column names must be plain identifiers`,
  );
  assert(spec.key.length > 0, `table ${spec.name} has no key`);
  return spec.key.map((name) => {
    const column = spec.columns.find((candidate) => candidate.name === name);
    assert(
      column !== undefined && column.type !== 'jsonb',
      `table ${spec.name}: key column ${name} is missing or jsonb`,
    );
    return column;
  });
}

function encodeColumn<Row>(column: ColumnSpec<Row>, rows: readonly Row[]): EncodedColumn {
  return { name: column.name, type: column.type, elements: rows.map(encoderOf(column)) };
}

function encoderOf<Row>(column: ColumnSpec<Row>): (row: Row) => string | null {
  switch (column.type) {
    case 'text':
      return (row) => orNull(column.of(row), toSafeText);
    case 'bigint':
    case 'integer':
      return (row) => orNull(column.of(row), (value) => integerText(column.name, value));
    case 'boolean':
      return (row) => orNull(column.of(row), String);
    case 'timestamptz':
      return (row) => orNull(column.of(row), formatTimestamp);
    case 'jsonb':
      return (row) => orNull(column.of(row), (value) => toSafeJson(value) ?? null);
  }
}

function encodeKey<Row>(
  column: ColumnSpec<Row>,
  keys: readonly KeyValues[],
  index: number,
): EncodedColumn {
  const elements = keys.map((key) => {
    const value = key[index];
    assert(value !== undefined, `delete: the key lacks ${column.name}`);
    return typeof value === 'number' ? integerText(column.name, value) : toSafeText(value);
  });
  return { name: column.name, type: column.type, elements };
}

export function integerText(name: string, value: number): string {
  assert(Number.isSafeInteger(value), `${name}: ${value} is not a safe integer`);
  return String(value);
}

function orNull<V>(
  value: V | null | undefined,
  encode: (value: V) => string | null,
): string | null {
  return value === null || value === undefined ? null : encode(value);
}

function keysIn(columns: readonly (readonly (string | null)[])[]): readonly string[] {
  const first = columns[0] ?? [];
  if (columns.length === 1) return first.map((element) => element ?? '');
  return first.map((_, row) => JSON.stringify(columns.map((column) => column[row])));
}

function assertDistinct<Row>(spec: TableSpec<Row>, keys: readonly string[]): void {
  if (new Set(keys).size === keys.length) return;
  const seen = new Set<string>();
  const twice = keys.find((key) => seen.size === seen.add(key).size);
  assert(false, `table ${spec.name}: key ${twice ?? ''} occurs twice in one turn`);
}

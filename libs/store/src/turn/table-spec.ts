import { assert, present, type Millis } from '@ekiden/kernel';

import {
  JsonTexts,
  isLongJson,
  toSafeJson,
  toSafeText,
  type Element,
  type Elements,
} from '../encoding/index.js';

/**
 * How one column of a row is stored. `null` is SQL NULL; a json `undefined` or `null` too. What
 * changes often is json: jsonb is taken apart when it is written, at many times the cost.
 */
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
  | {
      readonly name: string;
      readonly type: 'json' | 'jsonb';
      readonly of: (row: Row) => unknown;
      /** Rows may hold arrays of thousands: those are written in parts. */
      readonly large?: boolean;
      /** An update with NULL leaves what is there: for what is large and never changes. */
      readonly kept?: boolean;
    };

export type ColumnType = ColumnSpec<unknown>['type'];

/**
 * One table of the state. Column names are SQL identifiers of ours, never user input. The `turn`
 * column, which every table has, is written by the store.
 */
export interface TableSpec<Row> {
  readonly name: string;
  /** Names of the primary key's columns, which are columns of the spec and never JSON. */
  readonly key: readonly string[];
  readonly columns: readonly ColumnSpec<Row>[];
}

/** Key values in the order of the spec's `key`. */
export type KeyValues = readonly (string | number)[];

/** One column of many rows, as the elements of a Postgres array. */
export interface ColumnWrite {
  readonly name: string;
  readonly type: ColumnType;
  readonly elements: Elements;
  /** NULL leaves what is there. */
  readonly kept: boolean;
}

/** The changed rows of one table, to be encoded. Made by `tableWrite`. */
export interface TableWrite {
  readonly table: string;
  readonly key: readonly string[];
  readonly upserts: readonly ColumnWrite[];
  readonly upsertCount: number;
  readonly deletes: readonly ColumnWrite[];
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
  const upserts = spec.columns.map((column) => columnWrite(column, rows.upserts));
  const deletedKeys = keyColumns.map((column, index) => keyWrite(column, deletes, index));
  const putKeys = keyColumns.map((column) => columnWrite(column, rows.upserts));
  assertDistinct(spec, [...keysIn(putKeys), ...keysIn(deletedKeys)]);
  return {
    table: spec.name,
    key: spec.key,
    upserts,
    upsertCount: rows.upserts.length,
    deletes: deletedKeys,
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
      column !== undefined && column.type !== 'json' && column.type !== 'jsonb',
      `table ${spec.name}: key column ${name} is missing or JSON`,
    );
    return column;
  });
}

function columnWrite<Row>(column: ColumnSpec<Row>, rows: readonly Row[]): ColumnWrite {
  const encode = encoderOf(column);
  const at = (index: number): Element => encode(present(rows[index], 'a row'));
  const kept = 'kept' in column && column.kept;
  return { name: column.name, type: column.type, elements: { count: rows.length, at }, kept };
}

function encoderOf<Row>(column: ColumnSpec<Row>): (row: Row) => Element {
  switch (column.type) {
    case 'text':
      return (row) => orNull(column.of(row), toSafeText);
    case 'bigint':
    case 'integer':
      return (row) => orNull(column.of(row), (value) => wholeNumber(column.name, value));
    case 'boolean':
    case 'timestamptz':
      return (row) => column.of(row);
    case 'json':
    case 'jsonb':
      return (row) => orNull(column.of(row), column.large === true ? jsonElement : plainJson);
  }
}

function plainJson(value: unknown): Element {
  return toSafeJson(value) ?? null;
}

/** JSON that may be large. */
export function jsonElement(value: unknown): Element {
  return isLongJson(value) ? new JsonTexts(value) : plainJson(value);
}

function keyWrite<Row>(
  column: ColumnSpec<Row>,
  keys: readonly KeyValues[],
  part: number,
): ColumnWrite {
  const at = (index: number): Element => {
    const value = keys[index]?.[part];
    assert(value !== undefined, `delete: the key lacks ${column.name}`);
    return typeof value === 'number' ? wholeNumber(column.name, value) : toSafeText(value);
  };
  const elements = { count: keys.length, at };
  return { name: column.name, type: column.type, elements, kept: false };
}

export function wholeNumber(name: string, value: number): number {
  assert(Number.isSafeInteger(value), `${name}: ${value} is not a safe integer`);
  return value;
}

function orNull<V>(value: V | null | undefined, encode: (value: V) => Element): Element {
  return value === null || value === undefined ? null : encode(value);
}

/** Keys of several columns as one text each. */
function keysIn(columns: readonly ColumnWrite[]): readonly Element[] {
  const [first] = columns;
  if (first === undefined) return [];
  return Array.from({ length: first.elements.count }, (_, row) =>
    columns.length === 1
      ? first.elements.at(row)
      : JSON.stringify(columns.map(({ elements }) => elements.at(row))),
  );
}

function assertDistinct<Row>(spec: TableSpec<Row>, keys: readonly Element[]): void {
  if (new Set(keys).size === keys.length) return;
  const seen = new Set<Element>();
  const twice = keys.find((key) => seen.size === seen.add(key).size);
  assert(false, `table ${spec.name}: key ${String(twice)} occurs twice in one turn`);
}

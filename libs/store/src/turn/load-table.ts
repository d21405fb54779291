import { assert, millis, type Millis } from '@ekiden/kernel';

import type { Database } from '../database/index.js';
import { fromSafeText } from '../encoding/index.js';
import { keyColumnsOf, type TableSpec } from './table-spec.js';

const PAGE = 5_000;

/** A row as it comes from the database, read by column name. A wrong name or type is a bug. */
export class StoredRow {
  private readonly table: string;
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(table: string, values: Readonly<Record<string, unknown>>) {
    this.table = table;
    this.values = values;
  }

  /** The turn that wrote the row. */
  get turn(): number {
    return this.integer('turn');
  }

  text(column: string): string {
    const value = this.values[column];
    assert(typeof value === 'string', `${this.table}.${column} is not text`);
    return fromSafeText(value);
  }

  textOrNull(column: string): string | null {
    return this.values[column] === null ? null : this.text(column);
  }

  integer(column: string): number {
    const value = this.values[column];
    // node-postgres gives bigint as text.
    const number = typeof value === 'string' ? Number(value) : value;
    assert(
      typeof number === 'number' && Number.isSafeInteger(number),
      `${this.table}.${column} is not a safe integer`,
    );
    return number;
  }

  integerOrNull(column: string): number | null {
    return this.values[column] === null ? null : this.integer(column);
  }

  boolean(column: string): boolean {
    const value = this.values[column];
    assert(typeof value === 'boolean', `${this.table}.${column} is not boolean`);
    return value;
  }

  time(column: string): Millis {
    const value = this.values[column];
    assert(value instanceof Date, `${this.table}.${column} is not a time`);
    return millis(value.getTime());
  }

  timeOrNull(column: string): Millis | null {
    return this.values[column] === null ? null : this.time(column);
  }

  /** Unchecked JSON: the caller knows what it stored. */
  json(column: string): unknown {
    assert(column in this.values, `${this.table}.${column} was not read`);
    return this.values[column];
  }
}

export async function loadTable<Row, Loaded>(
  database: Database,
  spec: TableSpec<Row>,
  read: (row: StoredRow) => Loaded,
): Promise<readonly Loaded[]> {
  const key = keyColumnsOf(spec).map((column) => `"${column.name}"`);
  const names = spec.columns.map((column) => `"${column.name}"`);
  const loaded: Loaded[] = [];
  let after: readonly unknown[] | undefined;
  for (;;) {
    const from = after === undefined ? '' : keysAfter(spec);
    const rows = await database.query<Record<string, unknown>>(
      `SELECT ${names.join(', ')}, "turn" FROM "${spec.name}" ${from} ` +
        `ORDER BY ${key.join(', ')} LIMIT ${PAGE}`,
      after ?? [],
    );
    for (const row of rows) loaded.push(read(new StoredRow(spec.name, row)));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return loaded;
    after = spec.key.map((name) => last[name]);
  }
}

function keysAfter<Row>(spec: TableSpec<Row>): string {
  const key = keyColumnsOf(spec);
  const left = key.map((column) => `"${column.name}"`).join(', ');
  const right = key.map((column, index) => `$${index + 1}::${column.type}`).join(', ');
  return `WHERE (${left}) > (${right})`;
}

import { assert, present, type Millis, type Steps } from '@ekiden/kernel';

import { ArrayWriter, toSafeText, type Element } from '../encoding/index.js';
import {
  jsonElement,
  wholeNumber,
  type ColumnType,
  type ColumnWrite,
  type TableWrite,
} from './table-spec.js';

/** One event of the gap-free stream. The writer numbers them: the last committed number plus one. */
export interface OutboxEvent {
  readonly number: number;
  readonly type: string;
  readonly at: Millis;
  readonly payload: unknown;
}

export interface CommitContent {
  readonly epoch: number;
  readonly leaseMs: number;
  readonly turn: number;
  readonly writes: readonly TableWrite[];
  readonly events: readonly OutboxEvent[];
}

export interface Statement {
  readonly text: string;
  /** Single values as text, columns as binary arrays. */
  readonly values: readonly (string | Buffer)[];
  /**
   * Whether a plan of it stays good: what is only put goes by primary keys, while the best way to
   * what is deleted depends on how large the table has become.
   */
  readonly keepsPlan: boolean;
}

/**
 * In steps, since a turn may hold thousands of rows.
 *
 * A whole turn as ONE statement, hence one round trip and one implicit transaction: nothing is
 * ever left open by a client that freezes, and either all of it happened or nothing.
 *
 * The parts are chained by data, not by order: `fenced` asserts the epoch (and extends the lease),
 * `advanced` moves the turn row only if fenced, every write happens only if advanced. At read
 * committed, an epoch that changes while we wait for the lease row is seen after the wait.
 */
export function* commitStatement(content: CommitContent): Steps<Statement> {
  const parameter = new Parameters();
  const turn = `${parameter.number('turn', content.turn)}::bigint`;
  const parts = [
    fencedPart(content, parameter),
    advancedPart(content, turn, parameter),
    ...content.writes.flatMap((write, index) => writeParts(write, index, turn, parameter)),
  ];
  if (content.events.length > 0) parts.push(outboxPart(content.events, turn, parameter));
  yield;
  yield* parameter.encode();
  const answer =
    'SELECT (SELECT count(*) FROM fenced)::int AS fenced, ' +
    '(SELECT count(*) FROM advanced)::int AS advanced';
  return {
    text: `WITH ${parts.join(',\n')}\n${answer}`,
    values: parameter.values,
    keepsPlan: content.writes.every(({ deleteCount }) => deleteCount === 0),
  };
}

/** The statement's parameters so far; each answers with its place, `$1` for the first. */
class Parameters {
  readonly values: (string | Buffer)[] = [];
  private readonly columns = new Map<number, ColumnWrite>();

  number(name: string, value: number): string {
    return this.add(String(wholeNumber(name, value)));
  }

  /** Its elements are made and written by `encode`. */
  column(column: ColumnWrite): string {
    this.columns.set(this.values.length, column);
    return `${this.add('')}::${column.type}[]`;
  }

  *encode(): Steps<void> {
    const arrays = new ArrayWriter();
    for (const [index, { elements, type }] of this.columns) {
      this.values[index] = yield* arrays.array(type, elements);
    }
  }

  private add(value: string | Buffer): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

const IF_ADVANCED = 'EXISTS (SELECT 1 FROM advanced)';

function fencedPart(content: CommitContent, parameter: Parameters): string {
  const epoch = parameter.number('epoch', content.epoch);
  const lease = parameter.number('leaseMs', content.leaseMs);
  return (
    `fenced AS (UPDATE lease SET expires_at = clock_timestamp() + ` +
    `${lease}::bigint * interval '1 millisecond' WHERE id = 1 AND epoch = ${epoch}::bigint RETURNING 1)`
  );
}

function advancedPart(content: CommitContent, turn: string, parameter: Parameters): string {
  const first = content.events[0];
  const last = content.events.at(-1);
  const numbered = content.events.every(
    (event, index) => first !== undefined && event.number === first.number + index,
  );
  assert(numbered, `turn ${content.turn}: event numbers have a gap`);
  const epoch = `${parameter.number('epoch', content.epoch)}::bigint`;
  const moved =
    first === undefined || last === undefined
      ? { set: '', where: '' }
      : {
          set: `, last_event = ${parameter.number('event', last.number)}::bigint`,
          where: ` AND last_event = ${parameter.number('event', first.number - 1)}::bigint`,
        };
  return (
    `advanced AS (UPDATE turn SET number = ${turn}, epoch = ${epoch}, committed_at = clock_timestamp()${moved.set} ` +
    `WHERE id = 1 AND number = ${turn} - 1${moved.where} ` +
    `AND EXISTS (SELECT 1 FROM fenced) RETURNING 1)`
  );
}

/** A value that is stored apart and stays the same is not even read. */
function assignment(table: string, { name, kept }: ColumnWrite): string {
  if (!kept) return `"${name}" = EXCLUDED."${name}"`;
  return `"${name}" = COALESCE(EXCLUDED."${name}", "${table}"."${name}")`;
}

function writeParts(
  write: TableWrite,
  index: number,
  turn: string,
  parameter: Parameters,
): readonly string[] {
  const parts: string[] = [];
  if (write.upsertCount > 0) {
    const names = write.upserts.map((column) => `"${column.name}"`);
    const changed = write.upserts.filter(({ name }) => !write.key.includes(name));
    parts.push(
      `upsert_${index} AS (INSERT INTO "${write.table}" (${names.join(', ')}, "turn") ` +
        `SELECT rows.*, ${turn} FROM ${unnest(write.upserts, parameter)} AS rows ` +
        `WHERE ${IF_ADVANCED} ` +
        `ON CONFLICT (${write.key.map((name) => `"${name}"`).join(', ')}) DO UPDATE SET ` +
        changed.map((column) => `${assignment(write.table, column)}, `).join('') +
        '"turn" = EXCLUDED."turn")',
    );
  }
  if (write.deleteCount > 0) {
    parts.push(
      `delete_${index} AS (DELETE FROM "${write.table}" ${deleteWhere(write, parameter)} ` +
        `AND ${IF_ADVANCED})`,
    );
  }
  return parts;
}

function deleteWhere(write: TableWrite, parameter: Parameters): string {
  const [only] = write.deletes;
  if (only !== undefined && write.deletes.length === 1) {
    return `WHERE "${only.name}" = ANY (${parameter.column(only)})`;
  }
  const names = write.deletes.map((column) => `"${column.name}"`);
  const same = names.map((name) => `"${write.table}".${name} = keys.${name}`).join(' AND ');
  return `USING ${unnest(write.deletes, parameter)} AS keys (${names.join(', ')}) WHERE ${same}`;
}

function outboxPart(events: readonly OutboxEvent[], turn: string, parameter: Parameters): string {
  const column = (
    name: string,
    type: ColumnType,
    of: (event: OutboxEvent) => Element,
  ): ColumnWrite => {
    const at = (index: number): Element => of(present(events[index], 'an event'));
    return { name, type, elements: { count: events.length, at }, kept: false };
  };
  const columns = [
    column('number', 'bigint', (event) => event.number),
    column('type', 'text', (event) => toSafeText(event.type)),
    column('at', 'timestamptz', (event) => event.at),
    column('payload', 'json', (event) => jsonElement(event.payload) ?? 'null'),
  ];
  return (
    `outbox AS (INSERT INTO outbox_events (number, type, at, payload, turn) ` +
    `SELECT rows.*, ${turn} FROM ${unnest(columns, parameter)} AS rows WHERE ${IF_ADVANCED})`
  );
}

function unnest(columns: readonly ColumnWrite[], parameter: Parameters): string {
  return `unnest(${columns.map((column) => parameter.column(column)).join(', ')})`;
}

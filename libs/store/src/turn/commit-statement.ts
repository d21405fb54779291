import { assert, formatTimestamp, type Millis } from '@ekiden/kernel';

import { arrayLiteral, jsonArrayLiteral, toSafeJson, toSafeText } from '../encoding/index.js';
import { integerText, type EncodedColumn, type TableWrite } from './table-spec.js';

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
  readonly values: readonly string[];
}

/**
 * A whole turn as ONE statement, hence one round trip and one implicit transaction: nothing is
 * ever left open by a client that freezes, and either all of it happened or nothing.
 *
 * The parts are chained by data, not by order: `fenced` asserts the epoch (and extends the lease),
 * `advanced` moves the turn row only if fenced, every write happens only if advanced. At read
 * committed, an epoch that changes while we wait for the lease row is seen after the wait.
 */
export function commitStatement(content: CommitContent): Statement {
  const values: string[] = [];
  const parameter = (value: string): string => {
    values.push(value);
    return `$${values.length}`;
  };
  const turn = `${parameter(integerText('turn', content.turn))}::bigint`;
  const parts = [
    fencedPart(content, parameter),
    advancedPart(content, turn, parameter),
    ...content.writes.flatMap((write, index) => writeParts(write, index, turn, parameter)),
  ];
  if (content.events.length > 0) parts.push(outboxPart(content.events, turn, parameter));
  const answer =
    'SELECT (SELECT count(*) FROM fenced)::int AS fenced, ' +
    '(SELECT count(*) FROM advanced)::int AS advanced';
  return { text: `WITH ${parts.join(',\n')}\n${answer}`, values };
}

type AddParameter = (value: string) => string;

const IF_ADVANCED = 'EXISTS (SELECT 1 FROM advanced)';

function fencedPart(content: CommitContent, parameter: AddParameter): string {
  const epoch = parameter(integerText('epoch', content.epoch));
  const lease = parameter(integerText('leaseMs', content.leaseMs));
  return (
    `fenced AS (UPDATE lease SET expires_at = clock_timestamp() + ` +
    `${lease}::bigint * interval '1 millisecond' WHERE id = 1 AND epoch = ${epoch}::bigint RETURNING 1)`
  );
}

function advancedPart(content: CommitContent, turn: string, parameter: AddParameter): string {
  const first = content.events[0];
  const last = content.events.at(-1);
  const numbered = content.events.every(
    (event, index) => first !== undefined && event.number === first.number + index,
  );
  assert(numbered, `turn ${content.turn}: event numbers have a gap`);
  const epoch = `${parameter(integerText('epoch', content.epoch))}::bigint`;
  const moved =
    first === undefined || last === undefined
      ? { set: '', where: '' }
      : {
          set: `, last_event = ${parameter(integerText('event', last.number))}::bigint`,
          where: ` AND last_event = ${parameter(integerText('event', first.number - 1))}::bigint`,
        };
  return (
    `advanced AS (UPDATE turn SET number = ${turn}, epoch = ${epoch}${moved.set} ` +
    `WHERE id = 1 AND number = ${turn} - 1${moved.where} ` +
    `AND EXISTS (SELECT 1 FROM fenced) RETURNING 1)`
  );
}

function writeParts(
  write: TableWrite,
  index: number,
  turn: string,
  parameter: AddParameter,
): readonly string[] {
  const parts: string[] = [];
  if (write.upsertCount > 0) {
    const names = write.upserts.map((column) => `"${column.name}"`);
    const changed = [...names.filter((name) => !write.key.includes(name.slice(1, -1))), '"turn"'];
    parts.push(
      `upsert_${index} AS (INSERT INTO "${write.table}" (${names.join(', ')}, "turn") ` +
        `SELECT rows.*, ${turn} FROM ${unnest(write.upserts, parameter)} AS rows ` +
        `WHERE ${IF_ADVANCED} ` +
        `ON CONFLICT (${write.key.map((name) => `"${name}"`).join(', ')}) DO UPDATE SET ` +
        `${changed.map((name) => `${name} = EXCLUDED.${name}`).join(', ')})`,
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

function deleteWhere(write: TableWrite, parameter: AddParameter): string {
  const [only] = write.deletes;
  if (only !== undefined && write.deletes.length === 1) {
    const list = `${parameter(arrayLiteral(only.elements))}::${only.type}[]`;
    return `WHERE "${only.name}" = ANY (${list})`;
  }
  const names = write.deletes.map((column) => `"${column.name}"`);
  const same = names.map((name) => `"${write.table}".${name} = keys.${name}`).join(' AND ');
  return `USING ${unnest(write.deletes, parameter)} AS keys (${names.join(', ')}) WHERE ${same}`;
}

function outboxPart(events: readonly OutboxEvent[], turn: string, parameter: AddParameter): string {
  const columns: readonly EncodedColumn[] = [
    { name: 'number', type: 'bigint', elements: events.map((event) => String(event.number)) },
    { name: 'type', type: 'text', elements: events.map((event) => toSafeText(event.type)) },
    { name: 'at', type: 'timestamptz', elements: events.map((event) => formatTimestamp(event.at)) },
    {
      name: 'payload',
      type: 'jsonb',
      elements: events.map((event) => toSafeJson(event.payload) ?? 'null'),
    },
  ];
  return (
    `outbox AS (INSERT INTO outbox_events (number, type, at, payload, turn) ` +
    `SELECT rows.*, ${turn} FROM ${unnest(columns, parameter)} AS rows WHERE ${IF_ADVANCED})`
  );
}

function unnest(columns: readonly EncodedColumn[], parameter: AddParameter): string {
  const arrays = columns.map(({ elements, type }) => {
    const literal = type === 'jsonb' ? jsonArrayLiteral(elements) : arrayLiteral(elements);
    return `${parameter(literal)}::${type}[]`;
  });
  return `unnest(${arrays.join(', ')})`;
}

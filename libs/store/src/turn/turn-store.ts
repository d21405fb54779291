import {
  assert,
  err,
  inSlices,
  millis,
  ok,
  present,
  type Millis,
  type Result,
  type Slicing,
} from '@ekiden/kernel';

import type { Database } from '../database/index.js';
import { fromSafeText } from '../encoding/index.js';
import type { Term } from '../leadership/index.js';
import { sortStatementError, type CommitFailure } from './commit-failure.js';
import { commitStatement, type OutboxEvent, type Statement } from './commit-statement.js';
import { loadTable, type StoredRow } from './load-table.js';
import type { TableSpec, TableWrite } from './table-spec.js';
import { TurnConnection } from './turn-connection.js';

export interface TurnCommit {
  readonly term: Term;
  /** The last committed turn plus one. */
  readonly turn: number;
  /** At most one write per table. */
  readonly writes: readonly TableWrite[];
  /** Numbered from the last committed event plus one, without gaps. */
  readonly events: readonly OutboxEvent[];
}

/** A turn in the form in which the database takes it; to be committed once. */
export interface PreparedTurn {
  /**
   * Commits the turn durably, and extends the term's lease. One commit at a time. `sent` is called
   * when the whole statement has left for the database, and only its answer is waited for.
   */
  commit(sent?: () => void): Promise<Result<void, CommitFailure>>;
}

interface Sending {
  readonly term: Term;
  readonly statement: Statement;
  readonly sent: (() => void) | undefined;
}

/** How far the database is. */
export interface Position {
  /** Of the leader that committed the last turn; 0 before the first. */
  readonly epoch: number;
  readonly turn: number;
  readonly lastEvent: number;
}

export interface TurnStoreOptions {
  readonly database: Database;
  /** No answer for this long: the server counts as frozen. 100 ms to 60 s, default 5 s. */
  readonly queryTimeoutMs?: number;
}

/** Encoding thousands of rows lets the event loop go on every few milliseconds. */
const SLICING: Slicing = {
  sliceMs: 8,
  now: () => performance.now(),
  pause: () => new Promise((resolve) => setImmediate(() => resolve(true))),
};

const QUERY_TIMEOUT_MS = 5_000;
const EVENTS_PER_READ_MAX = 10_000;
const PRUNE_BATCH = 5_000;

/** The unit of work: a turn is committed as a whole under the leader's epoch, or not at all. */
export class TurnStore {
  private readonly database: Database;
  private readonly connection: TurnConnection;
  private busy = false;

  constructor(options: TurnStoreOptions) {
    const queryTimeoutMs = options.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
    assert(
      queryTimeoutMs >= 100 && queryTimeoutMs <= 60_000,
      `queryTimeoutMs ${queryTimeoutMs} is outside 100 to 60000`,
    );
    this.database = options.database;
    this.connection = new TurnConnection({ database: options.database, queryTimeoutMs });
  }

  /**
   * Encodes a turn, also while another one is being committed. Throws for our own bugs only (a gap
   * in the events, a key written twice, a value its column cannot hold).
   */
  async prepare(turn: TurnCommit): Promise<PreparedTurn> {
    const { term } = turn;
    const { epoch, leaseMs } = term;
    const encoded = await inSlices(commitStatement({ ...turn, epoch, leaseMs }), SLICING);
    const statement = present(encoded, 'a statement that nobody gives up').value;
    return { commit: (sent) => this.alone(() => this.send({ term, statement, sent })) };
  }

  /** Prepares a turn and commits it. */
  async commit(turn: TurnCommit): Promise<Result<void, CommitFailure>> {
    return (await this.prepare(turn)).commit();
  }

  /**
   * The last committed turn. After an `unknown` outcome this first ends the session in which the
   * commit was under way, so its answer is final. Rejects while the database cannot be reached.
   */
  async position(): Promise<Position> {
    return this.alone(async () => {
      await this.connection.ready();
      try {
        const rows = await this.connection.run<{ epoch: string; turn: string; last_event: string }>(
          {
            text: 'SELECT epoch, number AS turn, last_event FROM turn WHERE id = 1',
            values: [],
            keepsPlan: false,
          },
        );
        const row = rows[0];
        if (row === undefined) {
          throw new Error('the turn row is missing: the schema is not migrated');
        }
        return {
          epoch: Number(row.epoch),
          turn: Number(row.turn),
          lastEvent: Number(row.last_event),
        };
      } catch (error) {
        this.connection.abandon();
        throw new Error(this.database.explain(error), { cause: error });
      }
    });
  }

  /** Identity of this database, drawn when it was migrated first. */
  async clusterId(): Promise<string> {
    const rows = await this.database.query<{ cluster_id: string }>(
      'SELECT cluster_id FROM cluster WHERE id = 1',
    );
    return present(rows[0], 'the cluster row').cluster_id;
  }

  /** When the newest turn was committed, by the clock of the database; 0 before the first. */
  async lastCommitAt(): Promise<Millis> {
    const rows = await this.database.query<{ at: Date }>(
      'SELECT committed_at AS at FROM turn WHERE id = 1',
    );
    return millis(present(rows[0], 'the turn row').at.getTime());
  }

  /** Events in order, beginning after number `after`. A first number above `after + 1`: pruned. */
  async readEvents(range: {
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly OutboxEvent[]> {
    const rows = await this.database.query<{
      number: string;
      type: string;
      at: Date;
      payload: unknown;
    }>(
      `SELECT number, type, at, payload FROM outbox_events
        WHERE number > $1 ORDER BY number LIMIT $2`,
      [range.after, Math.min(range.limit, EVENTS_PER_READ_MAX)],
    );
    return rows.map((row) => ({
      number: Number(row.number),
      type: fromSafeText(row.type),
      at: millis(row.at.getTime()),
      payload: row.payload,
    }));
  }

  /**
   * Removes the oldest events beyond the newest `keep`, at most 5,000 per call so that it never
   * stands in the way of a commit. Returns how many; call again while it is 5,000.
   */
  async pruneEvents(options: { readonly keep: number }): Promise<number> {
    assert(Number.isSafeInteger(options.keep) && options.keep >= 0, `keep ${options.keep}`);
    const rows = await this.database.query<{ removed: number }>(
      `WITH removed AS (
         DELETE FROM outbox_events WHERE number IN (
           SELECT number FROM outbox_events
            WHERE number <= (SELECT last_event FROM turn WHERE id = 1) - $1::bigint
            ORDER BY number LIMIT $2)
         RETURNING 1)
       SELECT count(*)::int AS removed FROM removed`,
      [options.keep, PRUNE_BATCH],
    );
    return rows[0]?.removed ?? 0;
  }

  /**
   * All rows of a table, by key, read in pages. Consistent only for the leader (nobody else
   * writes) or in a database without one.
   */
  async loadAll<Row, Loaded>(
    table: TableSpec<Row>,
    read: (row: StoredRow) => Loaded,
  ): Promise<readonly Loaded[]> {
    return loadTable(this.database, table, read);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async send({ term, statement, sent }: Sending): Promise<Result<void, CommitFailure>> {
    try {
      await this.connection.ready();
    } catch (error) {
      return err({ kind: 'unavailable', reason: this.database.explain(error) });
    }
    if (!term.stillHeld()) return err({ kind: 'deposed' });
    const renewed = term.beginRenewal();
    try {
      const rows = await this.connection.run<{ fenced: number; advanced: number }>(statement, sent);
      if (rows[0]?.fenced !== 1) return err({ kind: 'deposed' });
      renewed();
      return rows[0].advanced === 1 ? ok(undefined) : err({ kind: 'conflict' });
    } catch (error) {
      const failure = sortStatementError(error, (cause) => this.database.explain(cause));
      if (failure.kind === 'unknown') this.connection.abandon();
      return err(failure);
    }
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    assert(!this.busy, 'the turn store does one thing at a time');
    this.busy = true;
    try {
      return await work();
    } finally {
      this.busy = false;
    }
  }
}

import type { Client, Connection, QueryResultRow } from 'pg';

import type { Database } from '../database/index.js';
import type { Statement } from './commit-statement.js';

export interface TurnConnectionOptions {
  readonly database: Database;
  /** How long an answer may take before the server counts as frozen. */
  readonly queryTimeoutMs: number;
}

/** What its types do not tell of a client. */
interface WithConnection {
  readonly connection: Connection;
}

interface Session {
  readonly client: Client & WithConnection;
  readonly pid: number;
  /** Tells our session from a later one with the same pid. */
  readonly startedAt: string;
  broken: boolean;
}

/** Plans kept by the server; statements beyond are planned each time. */
const PREPARED_MAX = 64;

/**
 * The one connection that commits. It is made on demand; after an answer that did not come it is
 * dropped, and its session in the server is ended before anything else is asked: otherwise a
 * statement still under way there could commit after we have looked.
 */
export class TurnConnection {
  private readonly options: TurnConnectionOptions;
  private readonly names = new Map<string, string>();
  private session: Session | undefined;
  /** At most a few: nothing is sent before all of them are ended. */
  private unsettled: readonly Session[] = [];

  constructor(options: TurnConnectionOptions) {
    this.options = options;
  }

  /** Connects when needed. Rejects when the server cannot be reached: then nothing was sent. */
  async ready(): Promise<void> {
    if (this.session?.broken === true) this.drop();
    this.session ??= await this.open();
    const { client } = this.session;
    for (const old of this.unsettled) {
      try {
        await endSession(client, old, this.options.queryTimeoutMs);
      } catch (error) {
        // This session may hang now as well; it has nothing of ours in flight.
        this.drop();
        throw error;
      }
      this.unsettled = this.unsettled.filter((session) => session !== old);
    }
  }

  /**
   * One statement on the connection that `ready` has made. `sent` is called when all of it has left
   * this process: the socket takes only part of a large one at a time, and the rest must not wait
   * for whatever holds the event loop.
   */
  async run<Row extends QueryResultRow>(
    statement: Statement,
    sent?: () => void,
  ): Promise<readonly Row[]> {
    const { session } = this;
    if (session === undefined || session.broken) throw new Error('the connection was lost');
    const { text, values } = statement;
    const name = statement.keepsPlan ? this.nameOf(text) : undefined;
    const config = { text, values: [...values], ...(name === undefined ? {} : { name }) };
    const answer = session.client.query<Row>(config);
    if (sent !== undefined) whenWritten(session.client.connection, sent);
    return (await answer).rows;
  }

  /** Each session prepares a named statement once; there are as many as kinds of turns. */
  private nameOf(text: string): string | undefined {
    const known = this.names.get(text);
    if (known !== undefined || this.names.size >= PREPARED_MAX) return known;
    const name = `turn_${this.names.size + 1}`;
    this.names.set(text, name);
    return name;
  }

  /** After an unknown outcome: leaves the session, to be ended by the next `ready`. */
  abandon(): void {
    if (this.session !== undefined) this.unsettled = [...this.unsettled, this.session];
    this.drop();
  }

  async close(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    if (session === undefined) return;
    if (session.broken) this.destroy(session);
    else await session.client.end().catch(() => undefined);
  }

  private async open(): Promise<Session> {
    const { queryTimeoutMs } = this.options;
    const client = await this.options.database.connect({
      applicationName: 'ekiden-turn',
      connectTimeoutMs: queryTimeoutMs,
      // The server's own limit comes first, so that a merely slow commit fails for certain.
      statementTimeoutMs: Math.max(50, Math.floor(queryTimeoutMs * 0.8)),
      queryTimeoutMs,
    });
    try {
      const { rows } = await client.query<{ pid: number; started_at: string }>(
        `SELECT pid, backend_start::text AS started_at FROM pg_stat_activity
          WHERE pid = pg_backend_pid()`,
      );
      const row = rows[0];
      if (row === undefined) throw new Error('the server does not show our own session');
      const session = {
        client: client as Client & WithConnection,
        pid: row.pid,
        startedAt: row.started_at,
        broken: false,
      };
      client.on('error', () => {
        session.broken = true;
      });
      client.on('end', () => {
        session.broken = true;
      });
      return session;
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
  }

  private drop(): void {
    const { session } = this;
    this.session = undefined;
    if (session !== undefined) this.destroy(session);
  }

  private destroy(session: Session): void {
    // With a query under way this closes the socket at once; else it says good-bye first.
    void session.client.end().catch(() => undefined);
  }
}

/** Calls back when nothing is left to be written, or nothing can be any more. */
function whenWritten({ stream }: Connection, done: () => void): void {
  if (!stream.writableNeedDrain) {
    done();
    return;
  }
  const ended = (): void => {
    stream.off('drain', ended).off('close', ended);
    done();
  };
  stream.on('drain', ended).on('close', ended);
}

/** Ends a session of ours in the server and waits until it is gone. */
async function endSession(client: Client, old: Session, limitMs: number): Promise<void> {
  const { rows } = await client.query<{ gone: boolean }>(
    `SELECT pg_terminate_backend(pid, $3) AS gone FROM pg_stat_activity
      WHERE pid = $1 AND backend_start::text = $2`,
    [old.pid, old.startedAt, Math.max(50, Math.floor(limitMs / 2))],
  );
  if (rows[0]?.gone === false) {
    throw new Error(`the server session ${old.pid} of an unfinished commit does not end`);
  }
}

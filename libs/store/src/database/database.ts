import { Client } from 'pg';
import { DataSource } from 'typeorm';

import { silentLog, type StoreLog } from '../log/index.js';
import { clientSettings, type ConnectionLimits } from './client-settings.js';
import {
  describeTarget,
  type ConnectionTarget,
  type SocketConnection,
} from './connection-target.js';
import { dataSourceOptions } from './data-source-options.js';
import { migrate, type StoreClass } from './migrate.js';
import { cleanText, waitForDatabase } from './wait-for-database.js';

export interface DatabaseOptions {
  /** Either a server somewhere, or the embedded one. */
  readonly at: { readonly url: string } | SocketConnection;
  /** TypeORM entities for simple reads. */
  readonly entities: readonly StoreClass[];
  /** Applied at opening, under a lock. Empty: the schema is taken as it is. */
  readonly migrations: readonly StoreClass[];
  readonly log?: StoreLog;
  /** Ends the waiting for a database that is not up. */
  readonly signal?: AbortSignal;
  /** Connections for simple reads; the leader's two connections come on top. Default 8. */
  readonly poolMax?: number;
  readonly applicationName?: string;
  readonly statementTimeoutMs?: number;
}

const POOL_MAX = 8;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 15_000;
const CLIENT_EXTRA_MS = 2_000;
const IDLE_IN_TRANSACTION_MS = 10_000;
const CLOSE_LIMIT_MS = 5_000;

/**
 * Opens the database: waits until it is up, migrates it, connects the pool. Throws
 * `DatabaseUnusable` when waiting cannot help and `WaitAborted` when the signal ends it; no
 * message holds a password.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const target: ConnectionTarget =
    'url' in options.at
      ? { kind: 'url', url: options.at.url }
      : { kind: 'socket', connection: options.at };
  const log = options.log ?? silentLog;
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const limits: ConnectionLimits = {
    applicationName: options.applicationName ?? 'ekiden',
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs,
    queryTimeoutMs: statementTimeoutMs + CLIENT_EXTRA_MS,
    idleInTransactionMs: IDLE_IN_TRANSACTION_MS,
  };
  const waiting = options.signal === undefined ? { log } : { log, signal: options.signal };
  await waitForDatabase(target, limits, waiting);
  if (options.migrations.length > 0) {
    await migrate(target, limits, { ...waiting, migrations: options.migrations });
  }
  const source = new DataSource({
    ...dataSourceOptions(target, limits, {
      poolMax: options.poolMax ?? POOL_MAX,
      onPoolError: (error) => {
        const message = `a pooled connection ended: ${cleanText(target, error)}`;
        log({ level: 'warn', event: 'database-connection-lost', message });
      },
    }),
    entities: [...options.entities],
  });
  await source.initialize();
  return new Database(target, limits, source);
}

/** An open database: a pool for simple reads, and connections of one's own on demand. */
export class Database {
  /** For repositories and simple reads. Writes of state go through the turn store only. */
  readonly dataSource: DataSource;
  private readonly target: ConnectionTarget;
  private readonly limits: ConnectionLimits;

  /** Use `openDatabase`. */
  constructor(target: ConnectionTarget, limits: ConnectionLimits, dataSource: DataSource) {
    this.target = target;
    this.limits = limits;
    this.dataSource = dataSource;
  }

  /** Host and database name, without user and password. */
  get description(): string {
    return describeTarget(this.target);
  }

  /** One statement on a pooled connection. Rejects with what node-postgres says. */
  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return this.dataSource.query<Row[]>(sql, [...parameters]);
  }

  /**
   * A connection outside the pool, with limits of its own. The caller listens for `error` and
   * `end` and ends it; an unheard `error` is swallowed, not thrown.
   */
  async connect(limits: Partial<ConnectionLimits>): Promise<Client> {
    const client = new Client(clientSettings(this.target, { ...this.limits, ...limits }));
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
  }

  /** An error's text without passwords, for logs. */
  explain(error: unknown): string {
    return cleanText(this.target, error);
  }

  /** Ends the pool; gives up waiting for hung connections after five seconds. */
  async close(): Promise<void> {
    if (!this.dataSource.isInitialized) return;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_LIMIT_MS);
    });
    await Promise.race([this.dataSource.destroy().catch(() => undefined), limit]);
    clearTimeout(timer);
  }
}

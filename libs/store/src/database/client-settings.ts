import { types, type ClientConfig } from 'pg';

import { fromSafeJson } from '../encoding/index.js';
import type { ConnectionTarget } from './connection-target.js';

/** Limits of one connection, in milliseconds. */
export interface ConnectionLimits {
  /** Shown in `pg_stat_activity`. At most 63 bytes. */
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** The server cancels a statement that runs longer. */
  readonly statementTimeoutMs: number;
  /** The client gives up waiting (a frozen server answers nothing). Longer than the server's limit. */
  readonly queryTimeoutMs: number;
  /** The server ends a session that sits idle inside a transaction (a frozen client). */
  readonly idleInTransactionMs: number;
}

type TypeId = Parameters<typeof types.getTypeParser>[0];

const KEEPALIVE_AFTER_MS = 10_000;

/** What node-postgres needs for one connection; also understood by its pool. */
export function clientSettings(target: ConnectionTarget, limits: ConnectionLimits): ClientConfig {
  return {
    ...(target.kind === 'url'
      ? { connectionString: target.url }
      : {
          host: target.connection.host,
          port: target.connection.port,
          user: target.connection.user,
          database: target.connection.database,
        }),
    application_name: limits.applicationName,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    query_timeout: limits.queryTimeoutMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
    types: { getTypeParser: typeParser },
  };
}

/** As usual, except that JSON comes back with our escapes undone (encoding/safe-text). */
const typeParser: typeof types.getTypeParser = (
  oid: TypeId,
  format?: 'text' | 'binary',
): ReturnType<typeof types.getTypeParser> => {
  const isJson = oid === types.builtins.JSON || oid === types.builtins.JSONB;
  if (isJson && format !== 'binary') return fromSafeJson;
  return format === 'binary'
    ? types.getTypeParser(oid, 'binary')
    : types.getTypeParser(oid, 'text');
};

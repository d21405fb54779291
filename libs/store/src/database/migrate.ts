import { Client } from 'pg';
import { DataSource, type MixedList } from 'typeorm';

import type { StoreLog } from '../log/index.js';
import { pause } from '../retry/index.js';
import { MIGRATION_LOCK } from './advisory-locks.js';
import { clientSettings, type ConnectionLimits } from './client-settings.js';
import type { ConnectionTarget } from './connection-target.js';
import { dataSourceOptions } from './data-source-options.js';
import { WaitAborted } from './wait-for-database.js';

/** A TypeORM entity or migration: a class without constructor arguments. */
export type StoreClass = new () => object;

const LOCK_RETRY_MS = 200;
const STEP_LIMIT_MS = 600_000;

/**
 * Brings the schema up to date. Services that start together on one database take turns (advisory
 * lock on a session of its own, so that it ends with the process).
 */
export async function migrate(
  target: ConnectionTarget,
  limits: ConnectionLimits,
  options: {
    readonly migrations: readonly StoreClass[];
    readonly log: StoreLog;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  const { log, signal } = options;
  const locker = new Client(clientSettings(target, limits));
  locker.on('error', () => undefined);
  await locker.connect();
  try {
    await takeMigrationLock(locker, log, signal);
    const patient: ConnectionLimits = {
      ...limits,
      statementTimeoutMs: STEP_LIMIT_MS,
      queryTimeoutMs: STEP_LIMIT_MS + 5_000,
    };
    const migrations: MixedList<StoreClass> = [...options.migrations];
    const source = new DataSource({
      ...dataSourceOptions(target, patient, { poolMax: 1, onPoolError: () => undefined }),
      migrations,
    });
    await source.initialize();
    try {
      const done = await source.runMigrations({ transaction: 'each' });
      for (const migration of done) {
        log({ level: 'info', event: 'database-migrated', message: `applied ${migration.name}` });
      }
    } finally {
      await source.destroy();
    }
  } finally {
    await locker.end().catch(() => undefined);
  }
}

async function takeMigrationLock(
  locker: Client,
  log: StoreLog,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { rows } = await locker.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock($1, $2) AS taken',
      [...MIGRATION_LOCK],
    );
    if (rows[0]?.taken === true) return;
    if (attempt % 25 === 1) {
      log({
        level: 'info',
        event: 'database-migration-waiting',
        message: 'another service is bringing the schema up to date; waiting for it',
      });
    }
    await pause(LOCK_RETRY_MS, signal);
    if (signal?.aborted === true) throw new WaitAborted('gave up waiting for the migration lock');
  }
}

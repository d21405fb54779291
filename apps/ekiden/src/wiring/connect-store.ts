import { hostname } from 'node:os';
import type { Clock } from '@ekiden/kernel';
import { openDatabase, storeEntities, type DatabaseOptions } from '@ekiden/store';
import { migrations } from '../../../../migrations/index.js';
import { PostgresStateStore, serviceEntities } from '../adapters/persistence/index.js';
import type { Log } from '../ports/index.js';

export interface ConnectStoreOptions {
  readonly at: DatabaseOptions['at'];
  readonly address: string;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface ConnectedStore {
  readonly store: PostgresStateStore;
  close(): Promise<void>;
}

/** Waits for the database, migrates it and puts the state store over it. */
export async function connectStore(options: ConnectStoreOptions): Promise<ConnectedStore> {
  const { at, address, leaseMs, clock, log, signal } = options;
  const database = await openDatabase({
    at,
    entities: [...storeEntities, ...serviceEntities],
    migrations,
    log,
    signal,
  });
  const store = new PostgresStateStore({
    database,
    clock,
    holder: `${hostname()} pid ${process.pid}`,
    address,
    leaseMs,
    log,
  });
  return {
    store,
    close: async () => {
      await store.close();
      await database.close();
    },
  };
}

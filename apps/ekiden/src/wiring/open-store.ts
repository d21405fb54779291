import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@ekiden/kernel';
import {
  openDatabase,
  startEmbeddedPostgres,
  storeEntities,
  type Database,
  type EmbeddedPostgres,
} from '@ekiden/store';
import { migrations } from '../../../../migrations/index.js';
import { PostgresStateStore, serviceEntities } from '../adapters/persistence/index.js';
import type { Log } from '../ports/index.js';

export interface StoreSettings {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly address: string;
  readonly leaseMs: number;
}

/** The state store and whatever had to be started for it. */
export class StoreHolder {
  private readonly settings: StoreSettings;
  private readonly clock: Clock;
  private readonly log: Log;
  private postgres: EmbeddedPostgres | undefined;
  private database: Database | undefined;
  private store: PostgresStateStore | undefined;

  constructor(settings: StoreSettings, clock: Clock, log: Log) {
    this.settings = settings;
    this.clock = clock;
    this.log = log;
  }

  /** Starts the embedded Postgres unless a URL names another, waits for it, migrates. */
  async open(
    signal: AbortSignal,
    waitingFor: (reason: string) => void,
  ): Promise<PostgresStateStore> {
    const { databaseUrl, dataDir, address, leaseMs } = this.settings;
    const log: Log = (line) => {
      this.log(line);
      if (line.level === 'warn') waitingFor(`waiting for the database: ${line.message}`);
    };
    if (databaseUrl === undefined) {
      const embedded = { dataDir: join(dataDir, 'postgres'), log: this.log };
      this.postgres = await startEmbeddedPostgres(embedded);
    }
    this.database = await openDatabase({
      at: this.postgres?.connection ?? { url: databaseUrl ?? '' },
      entities: [...storeEntities, ...serviceEntities],
      migrations,
      log,
      signal,
    });
    this.store = new PostgresStateStore({
      database: this.database,
      clock: this.clock,
      holder: `${hostname()} pid ${process.pid}`,
      address,
      leaseMs,
      log,
    });
    return this.store;
  }

  async close(): Promise<void> {
    await this.store?.close();
    await this.database?.close();
    await this.postgres?.stop();
  }
}

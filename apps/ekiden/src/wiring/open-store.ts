import { join } from 'node:path';
import type { Clock } from '@ekiden/kernel';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@ekiden/store/embedded';
import type { Log } from '../ports/index.js';
import type { ServiceOptions } from '../runtime/index.js';
import type { Settings } from '../settings/index.js';
import { advertisedAddress } from './advertised-address.js';
import type { ConnectedStore } from './connect-store.js';

type StoreSettings = Pick<
  Settings,
  | 'dataDir'
  | 'databaseUrl'
  | 'leaseSeconds'
  | 'advertisedAddress'
  | 'hostname'
  | 'httpAddress'
  | 'httpPort'
>;

/**
 * The state store and whatever has to be started for it, each step begun as early as it can be.
 * What goes wrong in a step shows when the store is opened.
 */
export class StoreHolder {
  private readonly settings: StoreSettings;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly ending = new AbortController();
  private postgres: Promise<EmbeddedPostgres> | undefined;
  private connected: Promise<ConnectedStore> | undefined;
  private waitingFor: (reason: string) => void = () => undefined;

  constructor(settings: StoreSettings, clock: Clock, log: Log) {
    this.settings = settings;
    this.clock = clock;
    this.log = log;
  }

  /** Begins to start the embedded Postgres unless a URL names another. */
  startDatabase(): void {
    if (this.settings.databaseUrl !== undefined) return;
    const dataDir = join(this.settings.dataDir, 'postgres');
    this.postgres = startEmbeddedPostgres({ dataDir, log: this.log });
    this.postgres.catch(() => undefined);
  }

  /** Loads what speaks to a database, and begins to wait for this one and to migrate it. */
  async connect(): Promise<ServiceOptions['openStore']> {
    const { connectStore } = await import('./connect-store.js');
    const { databaseUrl = '', leaseSeconds } = this.settings;
    const connect = async (): Promise<ConnectedStore> =>
      connectStore({
        at: (await this.postgres)?.connection ?? { url: databaseUrl },
        clock: this.clock,
        address: advertisedAddress(this.settings),
        leaseMs: leaseSeconds * 1000,
        log: (line) => {
          this.log(line);
          if (line.level === 'warn') this.waitingFor(`waiting for the database: ${line.message}`);
        },
        signal: this.ending.signal,
      });
    const connected = connect();
    connected.catch(() => undefined);
    this.connected = connected;
    return async (signal, waitingFor) => {
      this.waitingFor = waitingFor;
      signal.addEventListener('abort', () => {
        this.ending.abort();
      });
      return (await connected).store;
    };
  }

  async close(): Promise<void> {
    this.ending.abort();
    await (await this.connected?.catch(() => undefined))?.close();
    await (await this.postgres?.catch(() => undefined))?.stop();
  }
}

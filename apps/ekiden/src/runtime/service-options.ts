import type { Chance, Clock, IdSource, Millis } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import type { Allocator } from '@ekiden/offers';
import type { OrchestratorSettings } from '../core/turn/index.js';
import type {
  HealthProber,
  HookCaller,
  Hosts,
  Log,
  Metrics,
  StateStore,
  VersionsKept,
} from '../ports/index.js';
import type { Traffic } from './route-keeper.js';

export interface ServiceOptions {
  /**
   * Opens the store and waits for as long as the database is not there, saying why; rejects only
   * for what waiting cannot mend, or when `signal` ends it.
   */
  readonly openStore: (
    signal: AbortSignal,
    waitingFor: (reason: string) => void,
  ) => Promise<StateStore>;
  readonly hosts: Hosts;
  readonly prober: HealthProber;
  readonly hookCaller: HookCaller;
  readonly clock: Clock;
  /** Where connections to service ports are brought to; `undefined` = nowhere. */
  readonly traffic: Traffic | undefined;
  /** Between two looks at what volumes hold; absent = nobody looks. */
  readonly volumeCheck: Millis | undefined;
  /** For probes and routes. */
  readonly timers: Timers;
  readonly ids: IdSource;
  readonly chance: Chance;
  readonly settings: OrchestratorSettings;
  /** Makes the allocator of a term; absent = the resource core's own. */
  readonly allocator?: (() => Allocator) | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
  /** `host:port` this service answers on. */
  readonly address: string;
  readonly mailboxCapacity: number;
  /** Newest events that stay in the outbox, for clients that resume. */
  readonly eventsKept: number;
  readonly versionsKept: VersionsKept;
  readonly requestTimeout: Millis;
}

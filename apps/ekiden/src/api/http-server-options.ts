import type { Millis } from '@ekiden/kernel';
import type { Logger } from 'pino';
import type { LongInquiry, QueueEntry } from '../core/matching/index.js';
import type { OrchestratorSettings } from '../core/turn/index.js';
import type { LogLevels, Metrics, MetricsReport, ServiceDoor } from '../ports/index.js';
import type { TransportRules } from './transport/index.js';

/** What the HTTP surface needs of the service around it. */
export interface HttpServerOptions {
  readonly door: ServiceDoor;
  /** What the service tells about itself in `GET /v2/info`. */
  readonly identity: {
    /** Host name that clients reach the service by. */
    readonly hostname: string;
    readonly httpPort: number;
    /** Version of Ekiden. */
    readonly version: string;
    /** Address of the database without credentials; `null` = one of its own. */
    readonly database: string | null;
    /** Newest versions kept of each app. */
    readonly versionsKept: number;
  };
  /** The settings in force by the names of their variables, without secrets. */
  readonly config: Readonly<Record<string, string | number | boolean | null>>;
  /** What an operator decides about definitions. */
  readonly settings: OrchestratorSettings;
  readonly log: Logger;
  readonly logLevels: LogLevels;
  /** Where this surface's measurements go, and all of this process are read. */
  readonly metrics: Metrics & MetricsReport;
  readonly rules: TransportRules;
  /** Commands that people run beside tasks. */
  readonly exec: {
    readonly isOn: boolean;
    /** Open at once. */
    readonly sessionsMax: number;
    /** Milliseconds without a byte in either direction before one is ended. */
    readonly idleMs: number;
  };
  /** Events that a client of the stream may leave untaken before it is disconnected. */
  readonly eventsOutstandingMax: number;
  /** Why instances wait: one entry per app that has instances to launch. */
  readonly inquireQueue: (now: Millis) => Pick<LongInquiry<readonly QueueEntry[]>, 'goOn'>;
}

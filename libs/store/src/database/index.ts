export { LEADER_LOCK } from './advisory-locks.js';
export type { ConnectionLimits } from './client-settings.js';
export { describeTarget, urlOf, type SocketConnection } from './connection-target.js';
export { Database, openDatabase, type DatabaseOptions } from './database.js';
export type { StoreClass } from './migrate.js';
export { redact, secretsIn } from './redact.js';
export { DatabaseUnusable, WaitAborted } from './wait-for-database.js';

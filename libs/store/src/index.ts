export {
  Database,
  DatabaseUnusable,
  WaitAborted,
  openDatabase,
  redact,
  secretsIn,
  urlOf,
  type ConnectionLimits,
  type DatabaseOptions,
  type SocketConnection,
  type StoreClass,
} from './database/index.js';
export {
  DirectoryInUse,
  EmbeddedPostgresUnavailable,
  lockDirectory,
  startEmbeddedPostgres,
  type DirectoryLock,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded/index.js';
export {
  ClusterEntity,
  LeaseEntity,
  OutboxEventEntity,
  TurnEntity,
  storeEntities,
} from './entities/index.js';
export {
  CampaignAborted,
  Leadership,
  type Leader,
  type LeadershipOptions,
  type Term,
} from './leadership/index.js';
export { silentLog, type StoreLog, type StoreLogLine } from './log/index.js';
export {
  TurnStore,
  tableWrite,
  type ColumnSpec,
  type ColumnType,
  type CommitFailure,
  type KeyValues,
  type OutboxEvent,
  type Position,
  type StoredRow,
  type TableSpec,
  type TableWrite,
  type TurnCommit,
  type TurnStoreOptions,
} from './turn/index.js';

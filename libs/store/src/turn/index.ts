export type { CommitFailure } from './commit-failure.js';
export type { OutboxEvent } from './commit-statement.js';
export type { StoredRow } from './load-table.js';
export {
  tableWrite,
  type ColumnSpec,
  type ColumnType,
  type KeyValues,
  type TableSpec,
  type TableWrite,
} from './table-spec.js';
export { TurnStore, type Position, type TurnCommit, type TurnStoreOptions } from './turn-store.js';

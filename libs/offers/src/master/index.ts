export type { TurnContext } from './draft.js';
export { createMaster, type Master, type MasterOptions } from './master.js';
export type { MasterChanges, MasterTurn } from './master-turn.js';
export type {
  AgentInfo,
  AgentRow,
  FrameworkRow,
  MasterEffect,
  StatusOutcome,
  StoredRows,
  TaskRow,
} from './rows.js';
export type { MasterState } from './tables.js';

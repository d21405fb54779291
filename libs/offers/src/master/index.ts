export type { TurnContext } from './draft.js';
export type { DrainOptions } from './drain.js';
export { createMaster, type Master } from './master.js';
export type { MasterChanges, MasterTurn } from './master-turn.js';
export type { OperateRefusal, OperatorOperation } from './operator.js';
export { quotaViolations, type QuotaAdmission, type QuotaViolation } from './quota-rules.js';
export type { RoleViolation } from './role-rules.js';
export type { RoleChange, RoleRefusal } from './roles.js';
export type {
  AgentDrain,
  AgentInfo,
  AgentRow,
  FrameworkRow,
  MasterEffect,
  RoleRow,
  StatusOutcome,
  StoredRows,
  TaskExecutor,
  TaskRow,
} from './rows.js';
export type { MasterOptions } from './settings.js';
export type { MasterState } from './tables.js';

export type {
  AgentAddresses,
  AgentOrder,
  DeploymentOrder,
  Answer,
  ApiCommand,
  AppEntry,
  Command,
  FoundTask,
  Origin,
  Rejection,
  Reply,
  RoleChange,
  SessionNote,
  RootChange,
  TaskSelection,
  WorldCommand,
} from './command.js';
export { Draft, type HistoryEntry, type TurnContext } from './draft.js';
export {
  NOTHING_CONFIRMED,
  drainStage,
  type ConfirmedRoutes,
  type Drain,
  type DrainStage,
} from './drain.js';
export type { Effect } from './effect.js';
export type { Look } from './look.js';
export { isBeingLeft, windowEnd, type MaintenanceRules } from './maintenance.js';
export { KillBudget, type KillAsk } from './kill-ask.js';
export { StartBudget, WAITING_MAX, growthIn } from './start-budget.js';
export { DEFAULT_SETTINGS, type OrchestratorSettings } from './settings.js';
export {
  appVersionKey,
  emptyMemory,
  emptyRows,
  viewOf,
  type AppVersionKey,
  type Eviction,
  type HealthHold,
  type LeaderMemory,
  type LeavingAgent,
  type OrchestratorRows,
  type ServiceState,
  type StateView,
} from './state.js';
export type { UnknownTask } from './unknown-task.js';
export { FAILOVER_TIMEOUT, FRAMEWORK_NAME, REFUSE_SECONDS } from './framework.js';

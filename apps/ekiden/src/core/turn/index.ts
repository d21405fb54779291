export type {
  Answer,
  ApiCommand,
  Command,
  Origin,
  Rejection,
  Reply,
  RootChange,
  TaskSelection,
  WorldCommand,
} from './command.js';
export { appVersionKey, type AppVersionKey, type OrchestratorRows, type StateView } from './state.js';

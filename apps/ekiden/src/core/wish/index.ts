export type {
  AppEntry,
  Origin,
  PlanParent,
  QueuedWrite,
  RootChange,
  TaskSelection,
} from './wish.js';

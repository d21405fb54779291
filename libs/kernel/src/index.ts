export type { Brand } from './brand.js';
export { SeededChance, shuffled, type Chance } from './chance/chance.js';
export { AssertionFailed, assert, assertNever, present } from './flow/assert.js';
export { DeadlineQueue } from './flow/deadline-queue.js';
export { decide, nothing, type Decision } from './flow/decision.js';
export { inSlices, type SlicedWork, type Slicing } from './flow/in-slices.js';
export { Lanes } from './flow/lanes.js';
export { Mailbox } from './flow/mailbox.js';
export { err, ok, type Result } from './flow/result.js';
export { eachInSteps, mapInSteps, runSteps, type Steps } from './flow/steps.js';
export { ChanceIdSource, type IdSource } from './ids/uuid.js';
export { Overlay, type Change } from './table/overlay.js';
export { Table, type IndexOf, type Merging, type TableView } from './table/table.js';
export { TASK_STATES, isTerminalTaskState, mayFollow, type TaskState } from './task/task-state.js';
export {
  TASK_REASONS,
  type AgentId,
  type MemberEnd,
  type TaskId,
  type TaskReason,
  type TaskStatus,
  type TaskStatusSource,
} from './task/task-status.js';
export { ManualClock, millis, seconds, type Clock, type Millis } from './time/clock.js';
export { formatTimestamp, parseTimestamp } from './time/timestamp.js';

export type {
  AdoptedPhase,
  AdoptedTask,
  Executor,
  HostReach,
  TaskExit,
  TaskStarted,
} from './executor.js';
export {
  HostDriver,
  type DriverRefusal,
  type HostDriverOptions,
  type HostTask,
  type RecoveredTask,
} from './host-driver.js';
export { exitOfStatus } from './exit-status.js';
export {
  plainMessage,
  statusOfFailure,
  type FailureStatus,
  type HostFailure,
} from './host-failure.js';
export { HOST_LIMITS, type HostLimits } from './host-limits.js';
export type { Phase } from './task-life.js';
export {
  FILES_LISTED_MAX,
  parseSandboxPath,
  type FileListing,
  type FilesFailure,
  type OpenTaskFile,
  type SandboxPath,
  type TaskFile,
  type TaskFiles,
} from './task-files.js';
export { chooseDoomed, type Remains, type Retention } from './retention.js';
export { BoundedQueue } from './bounded-queue.js';
export type {
  SessionExit,
  SessionOrder,
  SessionOutput,
  TaskSession,
  TaskSessions,
  TerminalRequest,
  TerminalSize,
} from './task-session.js';
export type { OutputBytes, OutputRequest, OutputStream, TaskOutputs } from './task-output.js';
export type {
  ContainerNetwork,
  ContainerPort,
  ContainerSpec,
  ContainerVolume,
  ExecutorKind,
  FetchItem,
  GroupMark,
  ResourceLimits,
  SharedFolder,
  TaskCommand,
  TaskResources,
  TaskSpec,
  TaskVolume,
  VolumeDisk,
} from './task-spec.js';
export { volumeFolder, type TaskVolumes, type VolumePlace } from './task-volumes.js';
export type { Cancel, Timers } from './timers.js';

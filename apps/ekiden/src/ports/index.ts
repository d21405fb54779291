export type { EventNews, EventSource } from './event-source.js';
export type { HookAnswer, HookCall, HookCaller } from './hook-caller.js';
export type {
  HostListener,
  HostTerm,
  Hosts,
  MeasuredVolume,
  TaskCommandOrder,
  TaskCommandOutcome,
  TaskCommands,
  VolumeSize,
} from './hosts.js';
export type { Log, LogEntry } from './log.js';
export {
  ADJUSTABLE_LEVELS,
  type AdjustableLevel,
  type LogLevels,
  type NamedLevel,
} from './log-levels.js';
export type {
  Counter,
  Histogram,
  Meter,
  MetricValues,
  Metrics,
  MetricsReport,
  MetricsSnapshot,
  Named,
  Timer,
} from './metrics.js';
export type { HealthProber, ProbeResult } from './prober.js';
export type {
  Applied,
  BackendTraffic,
  Draining,
  RouteFailure,
  Router,
  RouterUnavailable,
  ScopeMemory,
} from './router.js';
export type { LeadershipView, ServiceDoor } from './service-door.js';
export {
  noTasks,
  parseSandboxPath,
  type FileListing,
  type NoFile,
  type NoTask,
  type OpenTaskFile,
  type OutputRequest,
  type SessionOrder,
  type SessionOutput,
  type TaskAccess,
  type TaskFile,
  type TaskSession,
  type TerminalSize,
} from './task-access.js';
export type {
  CommitFailure,
  LeaderTerm,
  PreparedTurn,
  StateStore,
  StoredState,
  VersionsKept,
} from './state-store.js';

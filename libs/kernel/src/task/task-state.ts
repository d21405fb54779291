/**
 * Mesos's task states (offer-core 1.6). `TASK_LOST` is the legacy answer for frameworks that are
 * not partition-aware; ours are, so it never appears.
 */
export const TASK_STATES = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_DROPPED',
  'TASK_UNREACHABLE',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
  'TASK_UNKNOWN',
] as const;

export type TaskState = (typeof TASK_STATES)[number];

const TERMINAL: ReadonlySet<TaskState> = new Set<TaskState>([
  'TASK_FINISHED',
  'TASK_FAILED',
  'TASK_KILLED',
  'TASK_ERROR',
  'TASK_DROPPED',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
]);

/** A terminal task holds no resources and never changes again. */
export function isTerminalTaskState(state: TaskState): boolean {
  return TERMINAL.has(state);
}

const ORDER: Readonly<Record<TaskState, number>> = {
  TASK_STAGING: 0,
  TASK_STARTING: 1,
  TASK_RUNNING: 2,
  TASK_KILLING: 3,
  TASK_UNKNOWN: 4,
  TASK_UNREACHABLE: 4,
  TASK_FINISHED: 9,
  TASK_FAILED: 9,
  TASK_KILLED: 9,
  TASK_ERROR: 9,
  TASK_DROPPED: 9,
  TASK_GONE: 9,
  TASK_GONE_BY_OPERATOR: 9,
};

/**
 * Whether a report of `to` may replace `from`: states only move forward, late and repeated reports
 * are ignored, nothing leaves a terminal state. Uncertainty (unreachable, unknown) is the one
 * thing that can be taken back: such a task may be seen running again.
 */
export function mayFollow(from: TaskState, to: TaskState): boolean {
  if (isTerminalTaskState(from)) return false;
  if (from === 'TASK_UNREACHABLE' || from === 'TASK_UNKNOWN') return to !== from;
  return ORDER[to] > ORDER[from];
}

import type { Millis, TaskId, TaskStatus } from '@ekiden/kernel';
import type { TaskExit } from './executor.js';
import type { HostFailure } from './host-failure.js';
import type { Phase } from './task-life.js';
import type { TaskSpec } from './task-spec.js';
import type { Cancel } from './timers.js';

/** What the driver knows of one task. */
export interface Life {
  readonly taskId: TaskId;
  epoch: number;
  /** How to run it; absent for a task that was found here. */
  spec: TaskSpec | undefined;
  phase: Phase;
  since: Millis;
  /** Of the task itself. */
  killGracePeriod: Millis;
  /** Of the last kill. */
  killGrace: Millis;
  deadline: { readonly kind: DeadlineKind; readonly cancel: Cancel } | undefined;
  /** Takes back the next attempt of a shutdown that failed. */
  retry: Cancel | undefined;
  failure: HostFailure | undefined;
  exit: TaskExit | undefined;
  ipAddresses: readonly string[] | undefined;
  startedAt: Millis | undefined;
  /** Host ports; absent where that is not known. */
  readonly ports: readonly number[] | undefined;
  /** Set once, with phase `ended`. */
  terminal: TaskStatus | undefined;
}

export type DeadlineKind = 'idle' | 'staging' | 'cancel';

/** Which deadline runs in a phase; it goes on when the next phase has the same. */
export const DEADLINE_OF: Readonly<Record<Phase, DeadlineKind | null>> = {
  idle: 'idle',
  queued: 'staging',
  preparing: 'staging',
  starting: 'staging',
  running: null,
  killing: null,
  cancelling: 'cancel',
  overdue: 'cancel',
  evicting: null,
  ended: null,
};

const STOPPING: ReadonlySet<Phase> = new Set<Phase>([
  'killing',
  'cancelling',
  'overdue',
  'evicting',
]);

/** A shutdown of the executor's is wanted in this phase. */
export function isStopping(phase: Phase): boolean {
  return STOPPING.has(phase);
}

/** What is known of a task when its life begins here. */
export interface Newcomer {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly killGracePeriod: Millis;
  readonly startedAt?: Millis;
  readonly ports?: readonly number[];
}

export function newLife(task: Newcomer, phase: Phase, now: Millis): Life {
  const { taskId, epoch, killGracePeriod } = task;
  return {
    taskId,
    epoch,
    spec: undefined,
    phase,
    since: now,
    killGracePeriod,
    killGrace: killGracePeriod,
    deadline: undefined,
    retry: undefined,
    failure: undefined,
    exit: undefined,
    ipAddresses: undefined,
    startedAt: task.startedAt,
    ports: task.ports,
    terminal: undefined,
  };
}

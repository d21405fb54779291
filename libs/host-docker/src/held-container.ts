import type { Millis, Result, TaskId } from '@ekiden/kernel';
import type {
  AdoptedTask,
  HostFailure,
  TaskCommand,
  TaskExit,
  TaskSpec,
  TaskStarted,
} from '@ekiden/host';
import type { ContainerOwner } from './container-labels.js';

/** What the executor knows of one task's container. */
export interface HeldContainer {
  readonly owner: ContainerOwner;
  readonly containerId: string;
  /** Only when this object has prepared it. */
  readonly spec: TaskSpec | undefined;
  phase: 'prepared' | 'running' | 'ended';
  killAsked: boolean;
  startedAt: Millis | undefined;
  /** The first answer to a start; a repeated start gets the same. */
  started: Result<TaskStarted, HostFailure> | undefined;
  exit: TaskExit | undefined;
  /** The stop under way, and when it turns to SIGKILL (monotonic). */
  stop: { readonly endsAt: Millis; readonly done: Promise<Result<void, HostFailure>> } | undefined;
  /** Resolves at the end, or when the executor is closed. */
  readonly over: Promise<void>;
  readonly wake: () => void;
}

export function holdContainer(
  owner: ContainerOwner,
  containerId: string,
  spec?: TaskSpec,
): HeldContainer {
  let wake: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return {
    owner,
    containerId,
    spec,
    phase: 'prepared',
    killAsked: false,
    startedAt: undefined,
    started: undefined,
    exit: undefined,
    stop: undefined,
    over,
    wake,
  };
}

/** The executor object that was asked is closed; the task lives on. */
export const CLOSED: HostFailure = { kind: 'closed', message: 'The executor is closed' };

/** Notes how a task ended, once, and answers all who wait for it. */
export function conclude(held: HeldContainer, exit: TaskExit): void {
  if (held.phase === 'ended') return;
  held.phase = 'ended';
  held.exit = exit;
  held.wake();
}

export function commandOf(held: HeldContainer): TaskCommand | null | undefined {
  return held.spec?.command;
}

export function taskIdOf(held: HeldContainer): TaskId {
  return held.owner.taskId;
}

export function adoptedTask(held: HeldContainer): AdoptedTask {
  const { shared: _shared, ...owner } = held.owner;
  return {
    ...owner,
    phase: held.phase === 'ended' ? 'exited' : held.phase,
    killAsked: held.killAsked,
    ...(held.exit === undefined ? {} : { exit: held.exit }),
    ...(held.startedAt === undefined ? {} : { startedAt: held.startedAt }),
  };
}

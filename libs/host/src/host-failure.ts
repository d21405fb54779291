import { assertNever, type TaskReason, type TaskState } from '@ekiden/kernel';

/** What can go wrong on a host. `message` is a sentence for people and names the thing concerned. */
export type HostFailure =
  /** The spec cannot be run by this executor at all. */
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'fetchFailed'; readonly uri: string; readonly message: string }
  /** There is no such image where it was looked for, or it could not be had. */
  | { readonly kind: 'imageUnavailable'; readonly image: string; readonly message: string }
  | { readonly kind: 'portTaken'; readonly ports: readonly number[]; readonly message: string }
  | { readonly kind: 'commandNotFound'; readonly command: string; readonly message: string }
  /** The engine said no to running it this way. */
  | { readonly kind: 'engineRefused'; readonly message: string }
  /** The working directory could not be made. */
  | { readonly kind: 'sandbox'; readonly message: string }
  /** The host has no room: processes, memory, disk. */
  | { readonly kind: 'resources'; readonly message: string }
  /** The engine behind the executor does not answer; the task's fate is unknown. */
  | { readonly kind: 'engineGone'; readonly message: string }
  /** A shutdown came before the start. */
  | { readonly kind: 'cancelled'; readonly message: string }
  /** The task had its life already: tasks run once. */
  | { readonly kind: 'alreadyRan'; readonly message: string }
  /** The executor holds no such task. */
  | { readonly kind: 'unknownTask'; readonly message: string }
  /** Asked to forget a task that still runs. */
  | { readonly kind: 'stillRunning'; readonly message: string }
  /** SIGKILL was sent and processes are still there. */
  | { readonly kind: 'unkillable'; readonly message: string }
  /** Our own fault in the executor; the task's fate is unknown. */
  | { readonly kind: 'fault'; readonly message: string }
  /** This executor object was closed; tasks live on. */
  | { readonly kind: 'closed'; readonly message: string };

/** How a failed launch is reported (offer-core 1.6). */
export interface FailureStatus {
  readonly state: TaskState;
  readonly message: string;
  readonly reason?: TaskReason;
  readonly takenPorts?: readonly number[];
}

/** The terminal status of a task whose prepare or start failed this way. */
export function statusOfFailure(failure: HostFailure): FailureStatus {
  const { message } = failure;
  switch (failure.kind) {
    case 'invalid':
      return { state: 'TASK_ERROR', reason: 'TASK_INVALID', message };
    case 'fetchFailed':
      return { state: 'TASK_FAILED', reason: 'FETCH_FAILED', message };
    case 'portTaken':
      return { state: 'TASK_DROPPED', reason: 'PORT_TAKEN', takenPorts: failure.ports, message };
    case 'commandNotFound':
    case 'imageUnavailable':
    case 'engineRefused':
    case 'sandbox':
    case 'resources':
      return { state: 'TASK_FAILED', reason: 'CONTAINER_LAUNCH_FAILED', message };
    case 'engineGone':
    case 'closed':
      return { state: 'TASK_DROPPED', reason: 'AGENT_DISCONNECTED', message };
    case 'cancelled':
      return { state: 'TASK_KILLED', reason: 'TASK_KILLED_DURING_LAUNCH', message };
    case 'alreadyRan':
      return { state: 'TASK_DROPPED', message };
    case 'unknownTask':
    case 'stillRunning':
    case 'unkillable':
    case 'fault':
      return { state: 'TASK_FAILED', reason: 'COMMAND_EXECUTOR_FAILED', message };
    default:
      return assertNever(failure);
  }
}

/** Codes of the operating system that say that nothing more can be written, in words. */
const NO_DISK = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
]);

/** What an error of this code is about, without paths and calls; of others their own message. */
export function plainMessage(code: string | undefined, message: string): string {
  const plain = NO_DISK.get(code ?? '');
  return plain === undefined ? message : `${plain} (${code ?? ''})`;
}

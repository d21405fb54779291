import { assertNever, type MemberEnd, type TaskReason, type TaskState } from '@ekiden/kernel';
import type { TaskExit } from './executor.js';
import { statusOfFailure, type HostFailure } from './host-failure.js';
import type { Report } from './task-life.js';

/** What a report needs to know of the task beside the report's name. */
export interface ReportDetails {
  readonly failure: HostFailure | undefined;
  readonly exit: TaskExit | undefined;
  /** Whole seconds of the staging deadline, for its message. */
  readonly stagingSeconds: number;
}

export interface ReportedStatus {
  readonly state: TaskState;
  readonly source: 'AGENT' | 'EXECUTOR';
  readonly message?: string;
  readonly reason?: TaskReason;
  readonly exitCode?: number;
  readonly takenPorts?: readonly number[];
  readonly members?: readonly MemberEnd[];
}

const MESSAGE_LENGTH_MAX = 4096;
const UNSEEN_END: TaskExit = { exitCode: null, message: 'Nobody saw how the task ended' };

/** What a kill of a task is answered with that is not on the host. */
export const NOT_HERE: ReportedStatus = {
  state: 'TASK_KILLED',
  source: 'AGENT',
  reason: 'TASK_UNKNOWN',
  message: 'No such task on this host',
};

/** The status a step of the task's life reports, in Mesos's words. */
export function statusOfReport(
  report: Exclude<Report, 'repeat'>,
  details: ReportDetails,
): ReportedStatus {
  switch (report) {
    case 'starting':
      return { state: 'TASK_STARTING', source: 'EXECUTOR' };
    case 'running':
      return { state: 'TASK_RUNNING', source: 'EXECUTOR' };
    case 'killing':
      return { state: 'TASK_KILLING', source: 'EXECUTOR' };
    case 'killed':
      return ended('TASK_KILLED', details.exit ?? UNSEEN_END);
    case 'exit': {
      const exit = details.exit ?? UNSEEN_END;
      // With a reason of the host's own the task did not end by itself, whatever its code.
      const finished = exit.exitCode === 0 && exit.reason === undefined;
      return ended(finished ? 'TASK_FINISHED' : 'TASK_FAILED', exit);
    }
    case 'killedDuringLaunch':
      return {
        state: 'TASK_KILLED',
        source: 'AGENT',
        reason: 'TASK_KILLED_DURING_LAUNCH',
        message: 'Killed before it was started',
      };
    case 'stagingDeadline':
      return {
        state: 'TASK_FAILED',
        source: 'AGENT',
        reason: 'STAGING_DEADLINE',
        message: `Not running within ${details.stagingSeconds} seconds of its launch`,
      };
    case 'failure': {
      const failure = details.failure ?? { kind: 'unknownTask', message: 'The launch failed' };
      const status = statusOfFailure(failure);
      return { ...status, source: 'AGENT', message: bounded(status.message) };
    }
    default:
      return assertNever(report);
  }
}

function ended(state: TaskState, exit: TaskExit): ReportedStatus {
  return {
    state,
    source: 'EXECUTOR',
    message: bounded(exit.message),
    ...(exit.exitCode === null ? {} : { exitCode: exit.exitCode }),
    ...(exit.reason === undefined ? {} : { reason: exit.reason }),
    ...(exit.members === undefined ? {} : { members: exit.members.map(boundedEnd) }),
  };
}

function boundedEnd(end: MemberEnd): MemberEnd {
  return { ...end, message: bounded(end.message) };
}

function bounded(message: string): string {
  return message.slice(0, MESSAGE_LENGTH_MAX);
}

import type { Brand } from '../brand.js';
import type { Millis } from '../time/clock.js';
import type { TaskState } from './task-state.js';

export type TaskId = Brand<string, 'TaskId'>;
export type AgentId = Brand<string, 'AgentId'>;

/** Why a task is in the state it is in, in Mesos's words where Mesos has one (offer-core 1.6). */
export const TASK_REASONS = [
  'COMMAND_EXECUTOR_FAILED',
  'CONTAINER_LAUNCH_FAILED',
  'CONTAINER_LIMITATION_MEMORY',
  'CONTAINER_LIMITATION_DISK',
  'CONTAINER_PREEMPTED',
  'FETCH_FAILED',
  'INVALID_OFFERS',
  'PORT_TAKEN',
  'STAGING_DEADLINE',
  'AGENT_DISCONNECTED',
  'AGENT_DRAINING',
  'AGENT_REMOVED',
  'AGENT_REMOVED_BY_OPERATOR',
  'AGENT_RESTARTED',
  'RECONCILIATION',
  'TASK_KILLED_DURING_LAUNCH',
  'TASK_HEALTH_CHECK_STATUS_UPDATED',
  'TASK_INVALID',
  'TASK_GROUP_INVALID',
  'TASK_UNKNOWN',
] as const;

export type TaskReason = (typeof TASK_REASONS)[number];

export type TaskStatusSource = 'MASTER' | 'AGENT' | 'EXECUTOR';

/** How one member of a task group ended. */
export interface MemberEnd {
  readonly taskId: TaskId;
  /** Absent when nobody saw the end. */
  readonly exitCode?: number;
  readonly message: string;
  /** It was stopped because the group ends, and did not end by itself. */
  readonly stopped: boolean;
}

/** What is observed of one task at one moment. Delivered at least once, possibly late. */
export interface TaskStatus {
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  readonly state: TaskState;
  readonly source: TaskStatusSource;
  readonly at: Millis;
  readonly message?: string;
  readonly reason?: TaskReason;
  /** Exit code of the process, 128 + signal number when a signal ended it. */
  readonly exitCode?: number;
  readonly healthy?: boolean;
  /** Addresses the task answers on. */
  readonly ipAddresses?: readonly string[];
  /** With `PORT_TAKEN`: the host ports somebody else holds. */
  readonly takenPorts?: readonly number[];
  /** With the end of a task group. */
  readonly members?: readonly MemberEnd[];
}

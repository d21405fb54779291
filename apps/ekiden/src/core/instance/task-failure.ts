import type { AgentId, MemberEnd, Millis, TaskId, TaskState } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';

/** The last time a task of an app ended badly (marathon-api 5.8, TaskFailure). */
export interface TaskFailure {
  readonly appId: PathId;
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  readonly host: string;
  readonly state: TaskState;
  readonly message: string;
  readonly at: Millis;
  /** Version of the definition the task was launched from. */
  readonly version: Millis;
  readonly exitCode?: number;
  /** Absent when it never ran. */
  readonly startedAt?: Millis;
  /** Of a pod: how its containers ended, by their task ids. */
  readonly members?: readonly MemberEnd[];
}

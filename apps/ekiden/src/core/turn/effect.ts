import type { AgentId, Millis, TaskId, TaskState } from '@ekiden/kernel';

/**
 * What a committed turn asks of hosts. Performed at least once, in order per task; every one is
 * idempotent and says all it needs.
 */
export type Effect =
  | {
      readonly kind: 'launch';
      readonly agentId: AgentId;
      readonly taskId: TaskId;
      /** The task's `TaskSpec`, as it was launched (JSON data). */
      readonly info: unknown;
    }
  | {
      readonly kind: 'kill';
      readonly agentId: AgentId;
      readonly taskId: TaskId;
      readonly gracePeriod?: Millis;
    }
  | {
      readonly kind: 'acknowledge';
      readonly agentId: AgentId;
      readonly taskId: TaskId;
      readonly state: TaskState;
    };

import type { AgentId, Millis, TaskId } from '@ekiden/kernel';

import type { FrameworkId } from '../framework/index.js';

/** A task that has been given notice. Never stored: after a restart it is decided anew. */
export interface Eviction {
  readonly id: TaskId;
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  /** The ask it makes room for; tasks of one agent and ask make room for one more of it. */
  readonly onBehalfOf: FrameworkId;
  readonly askId: string;
  /** When it is killed. */
  readonly at: Millis;
  readonly killed: boolean;
}

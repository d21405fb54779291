import type { AgentId, Millis, TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';

/**
 * A task of ours on a host that is newer than this database: an older one was restored under it.
 * It is left alone until an operator has it adopted or removed (rollouts.md, restore).
 */
export interface UnknownTask {
  readonly taskId: TaskId;
  /** The app it was launched for, by its id; that app need not exist. */
  readonly appId: PathId;
  readonly agentId: AgentId;
  readonly host: string;
  /** The leadership term that launched it. */
  readonly epoch: number;
  readonly startedAt?: Millis;
  /** Absent where its host does not know them. */
  readonly hostPorts?: readonly number[];
  readonly seenAt: Millis;
  /** An operator wants it gone: it is killed whenever it is seen. */
  readonly removing?: true;
}

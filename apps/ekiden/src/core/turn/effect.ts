import type { AgentId, Millis, TaskId, TaskState } from '@ekiden/kernel';
import type { ExecutorKind } from '@ekiden/host';
import type { DiskSource } from '@ekiden/offers';
import type { VolumeId } from '../volume/index.js';

/**
 * What a committed turn asks of hosts. Performed at least once, in order per task; every one is
 * idempotent and says all it needs.
 */
export type Effect =
  | {
      readonly kind: 'launch';
      readonly agentId: AgentId;
      readonly taskId: TaskId;
      /** The task's `TaskSpec` as it was stored (JSON data). */
      readonly info: unknown;
      /** Of the term that asks now; a repeated launch is asked for by a later one than the first. */
      readonly epoch: number;
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
    }
  | {
      /** Deletes the data; answered by `volumeWiped`. Nobody uses it any more. */
      readonly kind: 'wipeVolume';
      readonly agentId: AgentId;
      readonly volumeId: VolumeId;
      readonly executor: ExecutorKind;
      /** Where it lies; absent = on the root disk. */
      readonly disk?: DiskSource;
    };

import type { Chance, Clock, Millis, TaskId, TaskState, TaskStatus } from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';
import type { AgentInfo } from '@ekiden/offers';
import type { VirtualScheduler } from '@ekiden/testkit';
import type { WorldCommand } from '../../src/core/turn/index.js';
import type { VolumeId } from '../../src/core/volume/index.js';
import type { Conduct } from './conduct.js';
import type { Faults } from './faults.js';

export interface SimulatedHostOptions {
  readonly agent: AgentInfo;
  readonly clock: Clock;
  readonly scheduler: VirtualScheduler;
  readonly chance: Chance;
  readonly faults: Faults;
  /** Hands a report to the leader of the moment, if there is one. */
  readonly tell: (report: WorldCommand) => void;
  readonly note: (text: string) => void;
  /** Called when a launch is refused because it bears an older term than the present one. */
  readonly onFenced: (task: TaskId) => void;
  /** Called when data is deleted that a task has. */
  readonly onWipedInUse: (volume: VolumeId, task: TaskId) => void;
  /** Called when a task's process starts. */
  readonly onStart: (task: TaskId) => void;
}

export interface HeldTask {
  readonly spec: TaskSpec;
  readonly startedAt: Millis;
  readonly conduct: Conduct;
  state: TaskState;
  /** What its health check would find. */
  healthy: boolean;
  killed: boolean;
  unacknowledged: TaskStatus[];
  repeating: boolean;
}

import { seconds, type Millis } from '@ekiden/kernel';

/** Bounds of one driver. */
export interface HostLimits {
  /** Tasks being prepared or started at the same time. */
  readonly launchesMax: number;
  /** Tasks known at the same time, ended ones that wait for an acknowledgement included. */
  readonly tasksMax: number;
  /** From the launch to TASK_RUNNING; from the adoption of a prepared task to its launch. */
  readonly stagingDeadline: Millis;
  /** How long the executor may take to answer a launch that was given up. */
  readonly cancelDeadline: Millis;
  /** Pause before a shutdown or a wait that failed is tried again. */
  readonly retryAfter: Millis;
  /** First redelivery of an unacknowledged status; doubles each time (offer-core 1.6). */
  readonly redeliverAfter: Millis;
  readonly redeliverAfterMax: Millis;
  /** Ended and acknowledged tasks remembered, so that a late launch cannot run one again. */
  readonly historyMax: number;
}

export const HOST_LIMITS: HostLimits = {
  launchesMax: 8,
  tasksMax: 20_000,
  stagingDeadline: seconds(300),
  cancelDeadline: seconds(30),
  retryAfter: seconds(10),
  redeliverAfter: seconds(10),
  redeliverAfterMax: seconds(600),
  historyMax: 10_000,
};

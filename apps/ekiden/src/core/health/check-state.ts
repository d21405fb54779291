import type { Millis } from '@ekiden/kernel';

/** What one health check of one task has shown so far (marathon-api 5.8, Health). */
export interface CheckState {
  /** The last result that counted was a success. */
  readonly alive: boolean;
  readonly consecutiveFailures: number;
  readonly firstSuccess?: Millis;
  /** First success of the present series: steady successes are not stored. */
  readonly lastSuccess?: Millis;
  readonly lastFailure?: Millis;
  readonly lastFailureCause?: string;
}

/** A check that has shown nothing yet. */
export const UNKNOWN_CHECK: CheckState = { alive: false, consecutiveFailures: 0 };

/** Whether anything that counts has been seen. */
export function isKnown(state: CheckState): boolean {
  return state.lastSuccess !== undefined || state.lastFailure !== undefined;
}

import { seconds, type Millis } from '@ekiden/kernel';
import type { HealthCheck } from '../app/index.js';
import type { CheckState } from './check-state.js';

/** One answer of a task to one of its checks. */
export interface Probing {
  readonly at: Millis;
  readonly ok: boolean;
  /** Why not, one sentence. */
  readonly cause?: string;
  /** When the task began to run. */
  readonly startedAt: Millis;
}

/** What an answer means; `none` = nothing to remember. */
export type Verdict =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'success' | 'failure';
      readonly state: CheckState;
      /** The check turned alive or ceased to be. */
      readonly flipped: boolean;
    };

const NONE: Verdict = { kind: 'none' };

/**
 * Where Marathon would have probed for the first time at the latest (marathon-behaviour 6.1). We
 * ask at once, but a failure before this moment proves nothing.
 */
const FIRST_PROBE = seconds(5);

/**
 * Weighs an answer of a running task (marathon-behaviour 6.2). Failures count once the check has
 * succeeded, or when the grace period is over; a success that follows a success changes nothing.
 */
export function judge(before: CheckState, check: HealthCheck, seen: Probing): Verdict {
  const { at, ok, cause, startedAt } = seen;
  if (ok) {
    if (before.alive) return NONE;
    const state: CheckState = {
      ...before,
      alive: true,
      consecutiveFailures: 0,
      firstSuccess: before.firstSuccess ?? at,
      lastSuccess: at,
    };
    return { kind: 'success', state, flipped: true };
  }
  if (before.firstSuccess === undefined && at < startedAt + graceOf(check)) return NONE;
  const { lastFailureCause: _outdated, ...rest } = before;
  const state: CheckState = {
    ...rest,
    alive: false,
    consecutiveFailures: before.consecutiveFailures + 1,
    lastFailure: at,
    ...(cause === undefined ? {} : { lastFailureCause: cause }),
  };
  return { kind: 'failure', state, flipped: before.alive };
}

/** How long a task that has never answered well is given. */
export function graceOf(check: HealthCheck): Millis {
  const firstProbe = Math.min(seconds(check.intervalSeconds), FIRST_PROBE);
  return Math.max(seconds(check.gracePeriodSeconds), firstProbe) as Millis;
}

/**
 * Whether the task is to be replaced. Marathon compared the count before the present failure, so
 * that one more than `maxConsecutiveFailures` kill; 0 never does.
 */
export function isGivenUp(state: CheckState, check: HealthCheck): boolean {
  const max = check.maxConsecutiveFailures;
  return max > 0 && state.consecutiveFailures > max;
}

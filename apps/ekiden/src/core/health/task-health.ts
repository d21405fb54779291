import { assert, type Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { UNKNOWN_CHECK, isKnown, type CheckState } from './check-state.js';
import { graceOf, isGivenUp } from './judge.js';

type Checks = Pick<AppDefinition, 'healthChecks'>;

/** States of a task's checks, one per check of its definition and in their order. */
export function checkStatesOf(
  stored: readonly CheckState[] | undefined,
  { healthChecks }: Checks,
): readonly CheckState[] {
  return healthChecks.map((_, index) => stored?.[index] ?? UNKNOWN_CHECK);
}

/** The states with one of them replaced. */
export function withCheckState(
  states: readonly CheckState[],
  index: number,
  state: CheckState,
): readonly CheckState[] {
  assert(index >= 0 && index < states.length, `no check ${index} of ${states.length}`);
  return states.map((old, at) => (at === index ? state : old));
}

/**
 * Health of a task with checks: healthy when every check is alive, unknown while any has shown
 * nothing, else unhealthy (marathon-behaviour 6.2). Unknown too without checks.
 */
export function overallHealth(states: readonly CheckState[]): boolean | undefined {
  if (states.length === 0 || !states.every(isKnown)) return undefined;
  return states.every(({ alive }) => alive);
}

/** Why a task is to be replaced, in the words of the check that gave it up first. */
export function causeToReplace(
  stored: readonly CheckState[] | undefined,
  { healthChecks }: Checks,
): string | undefined {
  for (const [index, check] of healthChecks.entries()) {
    const state = stored?.[index];
    if (state === undefined || !isGivenUp(state, check)) continue;
    return state.lastFailureCause ?? 'no cause was given';
  }
  return undefined;
}

/** The time a task may take to become healthy by all its checks; 0 without checks. */
export function longestGrace({ healthChecks }: Checks): Millis {
  return Math.max(0, ...healthChecks.map(graceOf)) as Millis;
}

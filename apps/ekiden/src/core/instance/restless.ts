import { isTerminal } from './conditions.js';
import type { Instance } from './instance.js';

/**
 * Whether something is or may soon be to be done about an instance: everything but one that runs
 * well or waits for its first place. Of a large app few are restless at a time, so that a look at it
 * costs what has changed.
 */
export function isRestless(instance: Instance): boolean {
  if (isPutAway(instance)) return instance.kill !== undefined;
  const { condition, goal, kill, healthKilledAt, replaces, task } = instance;
  if (goal !== 'Running' || kill !== undefined || healthKilledAt !== undefined) return true;
  if (replaces !== undefined) return true;
  if (condition === 'Scheduled') return false;
  if (condition !== 'Running') return true;
  return task?.health?.some(({ consecutiveFailures }) => consecutiveFailures > 0) === true;
}

/** It is not wanted at present and does not run; its reservation waits for it (VOL-04). */
export function isPutAway({ condition, goal }: Instance): boolean {
  return goal === 'Stopped' && (isTerminal(condition) || condition === 'Scheduled');
}

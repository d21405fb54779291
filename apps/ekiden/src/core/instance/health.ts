import type { AppDefinition } from '../app/index.js';
import type { Instance } from './instance.js';

/**
 * What the checks of an instance say of it where it runs, for the picture of its agent; `undefined` =
 * nothing yet, or it is the second beside one that does.
 */
export function sayOnAgent({ condition, replaces, task }: Instance): 'well' | 'ill' | undefined {
  if (replaces !== undefined || task?.healthy === undefined) return undefined;
  return condition === 'Running' && !task.healthy ? 'ill' : 'well';
}

/**
 * Whether an instance does its work: running, and healthy by the checks of the definition it was
 * launched from, and not about to be killed. Without checks, running is enough; a staging instance never counts (Marathon
 * counted it, marathon-behaviour 2.1 [Q]).
 */
export function isHealthy(instance: Instance, definition: AppDefinition | undefined): boolean {
  if (instance.condition !== 'Running' || instance.kill !== undefined) return false;
  if (definition === undefined || definition.healthChecks.length === 0) return true;
  return instance.task?.healthy === true;
}

/**
 * Whether it is healthy, or runs and has been: each check of its definition has succeeded once.
 */
export function hasBeenHealthy(instance: Instance, definition: AppDefinition): boolean {
  if (isHealthy(instance, definition)) return true;
  if (instance.condition !== 'Running' || instance.kill !== undefined) return false;
  const { health = [] } = instance.task ?? {};
  return definition.healthChecks.every((_, index) => health[index]?.firstSuccess !== undefined);
}

/**
 * Whether it does its work and has said so to every readiness check of its definition: what a
 * replacement waits for (marathon-api 5.6). A task that was ready once stays so.
 */
export function isHealthyAndReady(
  instance: Instance,
  definition: AppDefinition | undefined,
): boolean {
  if (!isHealthy(instance, definition)) return false;
  const checks = definition?.readinessChecks ?? [];
  return checks.every((_, index) => instance.task?.readiness?.[index]?.ready === true);
}

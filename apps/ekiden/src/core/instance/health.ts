import type { AppDefinition } from '../app/index.js';
import type { Instance } from './instance.js';

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

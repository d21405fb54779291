import type { PathId } from '../app/index.js';
import type { Deployment } from './deployment.js';

/**
 * Apps that have two generations by a deployment: the index `twins` of deployments. A rollout that
 * holds has them although its deployment has ended.
 */
export function twinsOf({ rollouts = [] }: Deployment): readonly PathId[] {
  return rollouts.flatMap(({ phase, twins }) =>
    phase === 'over' ? [] : twins.map(({ id }) => id),
  );
}

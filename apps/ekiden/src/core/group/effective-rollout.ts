import { ancestorsOf, type AppDefinition, type PathId, type Rollout } from '../app/index.js';
import type { Group } from './root-group.js';

/** The `rollout` that governs an app, and whose it is. */
export interface EffectiveRollout {
  /** The app itself, or the group around it that carries it. */
  readonly scope: PathId;
  readonly settings: Rollout;
}

/** What the question needs of a root: committed, drafted or proposed. */
export interface RolloutSource {
  readonly apps: { get(id: PathId): Pick<AppDefinition, 'rollout'> | undefined };
  readonly groups: { get(id: PathId): Pick<Group, 'rollout'> | undefined };
}

/** The nearest one wins: the app's own, else that of its closest group (rollouts.md, Generations). */
export function effectiveRollout(
  { apps, groups }: RolloutSource,
  id: PathId,
): EffectiveRollout | undefined {
  const own = apps.get(id)?.rollout;
  if (own !== undefined) return { scope: id, settings: own };
  for (const scope of ancestorsOf(id)) {
    const settings = groups.get(scope)?.rollout;
    if (settings !== undefined) return { scope, settings };
  }
  return undefined;
}

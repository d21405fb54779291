import {
  DEFAULT_ROLLOUT,
  ROOT_ID,
  parentOf,
  type AppDefinition,
  type PathId,
  type Rollout,
  type RolloutStrategy,
} from '../app/index.js';
import type { Group } from './root-group.js';
import type { Tree } from './tree.js';

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

/** A strategy that somebody chose for one write (`?strategy=`). */
export interface StrategyChoice {
  readonly strategy: RolloutStrategy;
  /** What the write names: apps, or the group. */
  readonly at: ReadonlySet<PathId>;
}

export function rolloutSource(tree: Pick<Tree, 'app' | 'group'>): RolloutSource {
  return { apps: { get: (id) => tree.app(id) }, groups: { get: (id) => tree.group(id) } };
}

/**
 * The nearest one wins: the app's own, else that of its closest group (rollouts.md, Generations). A
 * choice takes the place of the strategy in what governs the node it names, and stands for a rollout
 * of that node where there is none; what is nearer to the app than that node wins over it too.
 */
export function effectiveRollout(
  source: RolloutSource,
  id: PathId,
  choice?: StrategyChoice,
): EffectiveRollout | undefined {
  const own = source.apps.get(id)?.rollout;
  const chosen = choice !== undefined && choice.at.has(id);
  if (own !== undefined) return { scope: id, settings: by(own, chosen ? choice : undefined) };
  return rolloutAround(source, id, choice, chosen ? id : undefined);
}

/** The same without the app's own. `chosen`: the node where the choice has been met already. */
export function rolloutAround(
  { groups }: RolloutSource,
  id: PathId,
  choice?: StrategyChoice,
  chosen?: PathId,
): EffectiveRollout | undefined {
  let named = chosen;
  for (let scope = id; scope !== ROOT_ID;) {
    scope = parentOf(scope);
    if (named === undefined && choice?.at.has(scope) === true) named = scope;
    const settings = groups.get(scope)?.rollout;
    if (settings === undefined) continue;
    return { scope, settings: by(settings, named === undefined ? undefined : choice) };
  }
  return named === undefined ? undefined : { scope: named, settings: by(DEFAULT_ROLLOUT, choice) };
}

function by(settings: Rollout, choice: StrategyChoice | undefined): Rollout {
  if (choice === undefined || choice.strategy === settings.strategy) return settings;
  return { ...settings, strategy: choice.strategy };
}

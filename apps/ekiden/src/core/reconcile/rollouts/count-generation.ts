import type { PathId } from '../../app/index.js';
import {
  claimOf,
  generationBeside,
  isPromoted,
  type RolloutProgress,
  type Twin,
} from '../../deployment/index.js';
import {
  isHealthyAndReady,
  isTerminal,
  sumsServing,
  type Generation,
  type Instance,
} from '../../instance/index.js';
import type { TurnContext } from '../../turn/index.js';

/** How many instances of the new configuration of a twin are healthy and ready. */
export function servingOf(
  { draft }: TurnContext,
  { id, next }: Twin,
  generation: Generation | undefined,
): number {
  const app = draft.apps.get(id);
  if (app === undefined) return 0;
  if (app.readinessChecks.length === 0) {
    const hasChecks = app.healthChecks.length > 0;
    return sumsServing(draft.instances, id, { config: next, hasChecks, generation });
  }
  return draft.instances
    .by(generation === undefined ? 'app' : 'beside', id)
    .filter(
      (each) =>
        each.generation === generation &&
        each.configVersion === next &&
        each.goal === 'Running' &&
        isHealthyAndReady(each, draft.definitionOf(each)),
    ).length;
}

/** Configurations of an app beside the live one that are being given up. */
export function retiringConfigs({ draft }: TurnContext, id: PathId): number {
  const claim = claimOf(draft.deployments, id);
  const kept = claim && generationBeside(claim.progress);
  const configs = new Set<number>();
  for (const { generation, configVersion } of draft.instances.by('beside', id)) {
    const isKept =
      generation === kept &&
      (claim === undefined || isPromoted(claim.progress) || claim.twin.next === configVersion);
    if (!isKept) configs.add(configVersion);
  }
  return configs.size;
}

/** How many instances of the old generation of a promoted rollout have not ended. */
export function leftOfOld(
  { draft }: Pick<TurnContext, 'draft'>,
  { twins }: Pick<RolloutProgress, 'twins'>,
): number {
  const left = twins.flatMap(({ id, next }) =>
    draft.instances
      .by('beside', id)
      .filter(({ generation, configVersion }) => generation === 'warm' && configVersion !== next)
      .filter(({ condition }) => !isTerminal(condition) && condition !== 'UnreachableInactive'),
  );
  return left.length;
}

/**
 * Whether an instance of a generation that is given up may stop: hooks before that have run, where
 * there are any.
 */
export function mayStop(
  { draft }: Pick<TurnContext, 'draft'>,
  { appId, generation, configVersion }: Instance,
): boolean {
  if (generation !== 'warm') return true;
  return draft.deployments
    .by('retiring', appId)
    .every(({ rollouts = [] }) =>
      rollouts.every(
        ({ phase, twins }) =>
          phase !== 'retiring' ||
          twins.every(({ id, next }) => id !== appId || next === configVersion),
      ),
    );
}

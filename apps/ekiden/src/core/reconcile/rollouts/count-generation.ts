import type { PathId } from '../../app/index.js';
import { claimOf, generationBeside, isPromoted, type Twin } from '../../deployment/index.js';
import { isHealthyAndReady, sumsServing, type Generation } from '../../instance/index.js';
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

import {
  isPromoted,
  isRetired,
  type Deployment,
  type PlannedRollout,
} from '../deployment/index.js';
import { joinLive } from '../reconcile/index.js';
import type { TurnContext } from '../turn/index.js';

/**
 * The way back of a deployment's rollouts: where the old generation is kept warm it is one route
 * change, and anywhere else what is live is what is gone back to, so nothing is rolled out.
 */
export function rolloutsBack({ plan, rollouts = [] }: Deployment): readonly PlannedRollout[] {
  return (plan.rollouts ?? []).flatMap((planned, index) => {
    const progress = rollouts[index];
    const isWarm = progress !== undefined && isPromoted(progress) && !isRetired(progress);
    return isWarm ? [{ ...planned, replaced: [], back: true as const }] : [];
  });
}

/**
 * A deployment that ends where it stands keeps its target, and its new generation is on the way
 * there already: it joins what is live, and the rest is replaced within the promised minimum.
 */
export function adoptPreviews(context: TurnContext, { rollouts = [] }: Deployment): void {
  for (const progress of rollouts) {
    if (isPromoted(progress)) continue;
    for (const { id, next } of progress.twins) {
      for (const instance of context.draft.instances.by('beside', id)) {
        const { configVersion, generation, goal } = instance;
        const isNew = generation === 'preview' && configVersion === next;
        if (isNew && goal === 'Running') joinLive(context, instance);
      }
    }
  }
}

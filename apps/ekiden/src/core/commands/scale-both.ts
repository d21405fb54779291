import { isScaleOnly } from '../app/index.js';
import {
  claimOf,
  isPromoted,
  type AppChange,
  type DeploymentPlan,
  type RolloutPhase,
} from '../deployment/index.js';
import { changeInstance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';

/** Before it takes over: from then on there is one size for both, and nothing to choose. */
const SCALES: ReadonlySet<RolloutPhase> = new Set(['reserving', 'starting', 'awaitingPromotion']);

/**
 * Whether a change only scales apps with two generations that wait to be promoted: it passes their
 * lock and is for both (rollouts.md, awaitingPromotion).
 */
export function scalesBoth(
  { draft }: Pick<TurnContext, 'draft'>,
  changes: readonly AppChange[],
): boolean {
  if (changes.length === 0) return false;
  return changes.every(({ id, before, after }) => {
    if (before === undefined || after === undefined || !isScaleOnly(before, after)) return false;
    const claim = claimOf(draft.deployments, id);
    return claim?.deployment.status === 'running' && SCALES.has(claim.progress.phase);
  });
}

/** The plan of such a change: there is nothing left to do for a deployment of its own. */
export function planOfScaling(
  plan: Pick<DeploymentPlan, 'id' | 'parent' | 'version' | 'warnings'>,
): DeploymentPlan {
  return { ...plan, steps: [], changes: [], groupChanges: [], sentenced: {} };
}

/** Where there are two generations the old one follows; `sentenced` are those of it that are to go, by app. */
export function scaleOld(
  { draft, now }: TurnContext,
  changes: readonly AppChange[],
  sentenced: Readonly<Record<string, readonly string[]>>,
): void {
  for (const { id, after } of changes) {
    const claim = claimOf(draft.deployments, id);
    const isOwn = claim?.deployment.status === 'running' && !isPromoted(claim.progress);
    if (!isOwn || after === undefined) continue;
    const { deployment, progress } = claim;
    const twins = progress.twins.map((twin) =>
      twin.id === id && twin.keep !== undefined ? { ...twin, keep: after.instances } : twin,
    );
    const rollouts = (deployment.rollouts ?? []).map((one) =>
      one === progress ? { ...one, twins } : one,
    );
    draft.deployments.put(deployment.id, { ...deployment, rollouts });
    for (const instance of draft.instances.by('app', id)) {
      if (sentenced[id]?.includes(instance.id) !== true || instance.goal !== 'Running') continue;
      // There is no deployment whose plan would say that somebody asked for these very ones.
      const kill = instance.kill ?? { since: now, reason: 'userRequest' as const };
      draft.putInstance(changeInstance(instance, { goal: 'Decommissioned', kill }));
    }
    draft.dirty.add(id);
  }
}

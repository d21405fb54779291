import type { AbortOn } from '../app/index.js';
import type { Deployment } from './deployment.js';
import type { PlannedRollout, RolloutPhase, RolloutProgress } from './rollout-progress.js';
import { weightOfNew } from './strategies/canary.js';

/** A rollout whose traffic is counted, and what it is judged by. */
export interface Watched {
  readonly deployment: Deployment;
  readonly index: number;
  readonly planned: PlannedRollout;
  readonly progress: RolloutProgress;
  readonly bounds: AbortOn;
  /** Per cent of what comes to the stable ports that the new version is given. */
  readonly share: number;
}

const COUNTED: ReadonlySet<RolloutPhase> = new Set([
  'starting',
  'awaitingPromotion',
  'growing',
  'switching',
  'promoted',
  'holding',
]);

/**
 * Rollouts of a deployment whose traffic is counted: from the start of the new version to the end of
 * the hold, where there is an old version to go back to. What takes something back is not judged,
 * nor what waits for an operator anyway.
 */
export function watchedOf(deployment: Deployment): readonly Watched[] {
  const { plan, rollouts = [], paused, undoes, status } = deployment;
  if (paused !== undefined || undoes !== undefined) return [];
  if (status !== 'running' && status !== 'succeeded') return [];
  return rollouts.flatMap((progress, index) => {
    const planned = plan.rollouts?.[index];
    const bounds = planned?.settings.abortOn;
    if (planned === undefined || bounds === undefined || planned.back === true) return [];
    if (!COUNTED.has(progress.phase) || progress.condemned !== undefined) return [];
    if (progress.twins.every(({ keep }) => keep === undefined)) return [];
    const share = weightOfNew(planned.settings, progress);
    return [{ deployment, index, planned, progress, bounds, share }];
  });
}

/** Whether it is judged by what was counted: it is given something, and is not just being switched. */
export function isJudged({ share, progress }: Watched): boolean {
  return share > 0 && progress.phase !== 'switching';
}

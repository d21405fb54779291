import type { Rollout } from '../../app/index.js';
import type { RolloutProgress } from '../rollout-progress.js';
import { blueGreen, sizeOfGreen } from './blue-green.js';
import { canary, sizeOfCanary } from './canary.js';
import type { RolloutTargets, RolloutView, TwinView } from './rollout-view.js';

/** One look at a rollout with two generations: what each app is to have, and what comes next. */
export function lookAtRollout(view: RolloutView): RolloutTargets {
  return view.settings.strategy === 'canary' ? canary(view) : blueGreen(view);
}

/** How many instances of the new generation an app is to have now. */
export function sizeOfNew(
  settings: Rollout,
  progress: RolloutProgress,
  twin: Pick<TwinView, 'wanted' | 'open'>,
): number {
  const size = settings.strategy === 'canary' ? sizeOfCanary : sizeOfGreen;
  return size({ settings, progress }, twin);
}

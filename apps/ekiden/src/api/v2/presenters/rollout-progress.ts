import { formatTimestamp, millis, seconds } from '@ekiden/kernel';
import {
  isPromoted,
  weightOfNew,
  type Deployment,
  type PlannedRollout,
  type RolloutProgress,
  type Twin,
} from '../../../core/deployment/index.js';
import { isHealthyAndReady } from '../../../core/instance/index.js';
import { promotionDue } from '../../../core/reconcile/index.js';
import type { StateView } from '../../../core/turn/index.js';
import type { Shown, deploymentDetails } from '../../schemas/index.js';
import { given } from './given.js';
import { definitionIn } from './readiness.js';

type ShownProgress = NonNullable<Shown<typeof deploymentDetails>['rollouts']>[number];

/** Rollouts of a deployment with two generations, as far as they are. */
export function presentRollouts(
  { plan, rollouts = [] }: Deployment,
  state: StateView,
): readonly ShownProgress[] {
  return rollouts.flatMap((progress, index) => {
    const planned = plan.rollouts?.[index];
    return planned === undefined ? [] : [present(planned, progress, state)];
  });
}

/** Whether somebody is asked to promote it, or to open a gate. */
export function awaitsPromotion({ plan, rollouts = [] }: Deployment): boolean {
  return rollouts.some((progress, index) => {
    const planned = plan.rollouts?.[index];
    return planned !== undefined && promotionDue(planned, progress) !== undefined;
  });
}

function present(
  planned: PlannedRollout,
  progress: RolloutProgress,
  state: StateView,
): ShownProgress {
  const { scope, settings, replaced } = planned;
  const { phase, since, twins } = progress;
  const due = promotionDue(planned, progress);
  const heldUntil = millis(since + seconds(settings.blueGreen.holdSeconds));
  return {
    scope,
    strategy: settings.strategy,
    phase,
    since: formatTimestamp(since),
    ...(settings.strategy === 'canary' ? canaryFacts(planned, progress) : {}),
    ...(due === undefined ? {} : { promotionDeadline: formatTimestamp(due) }),
    ...(phase === 'holding' ? { holdUntil: formatTimestamp(heldUntil) } : {}),
    twins: twins.map((twin) => ({
      id: twin.id,
      instances: state.root.apps.get(twin.id)?.instances ?? 0,
      serving: serving(twin, progress, state),
      ...given('kept', twin.keep),
    })),
    replaced,
    previews: twins.flatMap(({ id, previewPorts = [] }) =>
      previewPorts.filter((port) => port > 0).map((port) => ({ app: id, port })),
    ),
  };
}

function canaryFacts(
  { settings }: PlannedRollout,
  progress: RolloutProgress,
): Required<Pick<ShownProgress, 'step' | 'steps' | 'weight'>> {
  const steps = settings.canary.steps.length;
  return { step: progress.step ?? 0, steps, weight: weightOfNew(settings, progress) };
}

function serving({ id, next }: Twin, progress: RolloutProgress, state: StateView): number {
  const definitionOf = definitionIn(state);
  return state.instances
    .by(isPromoted(progress) ? 'app' : 'beside', id)
    .filter((one) => one.configVersion === next && one.goal === 'Running')
    .filter((one) => isHealthyAndReady(one, definitionOf(one))).length;
}

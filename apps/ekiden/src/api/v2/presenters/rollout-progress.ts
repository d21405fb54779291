import { formatTimestamp, millis, seconds, type Millis } from '@ekiden/kernel';
import {
  errorPercentOf,
  isPromoted,
  latencyMsOf,
  weightOfNew,
  type Counts,
  type Deployment,
  type PlannedRollout,
  type RolloutProgress,
  type Twin,
} from '../../../core/deployment/index.js';
import { isHealthyAndReady } from '../../../core/instance/index.js';
import { promotionDue, trafficNote, type TrafficNote } from '../../../core/reconcile/index.js';
import type { StateView } from '../../../core/turn/index.js';
import type { Shown, deploymentDetails } from '../../schemas/index.js';
import { given } from './given.js';
import { definitionIn } from './readiness.js';

type ShownProgress = NonNullable<Shown<typeof deploymentDetails>['rollouts']>[number];

/** Rollouts of a deployment with two generations, as far as they are. */
export function presentRollouts(
  deployment: Deployment,
  state: StateView,
  now: Millis,
): readonly ShownProgress[] {
  const { plan, rollouts = [] } = deployment;
  return rollouts.flatMap((progress, index) => {
    const planned = plan.rollouts?.[index];
    if (planned === undefined) return [];
    const note = trafficNote(state, deployment, { index, now });
    return [{ ...present(planned, progress, state), ...(note && { traffic: trafficOf(note) }) }];
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

function trafficOf({
  windowSeconds,
  old,
  next,
  judgement,
}: TrafficNote): NonNullable<ShownProgress['traffic']> {
  const because =
    judgement.kind === 'unjudged'
      ? judgement.because
      : judgement.kind === 'bad'
        ? judgement.reason
        : judgement.besides;
  return {
    windowSeconds,
    old: countsOf(old),
    new: countsOf(next),
    judgement: judgement.kind,
    ...given('because', because),
  };
}

function countsOf(counts: Counts): NonNullable<ShownProgress['traffic']>['old'] {
  return {
    requests: counts.requests,
    errorPercent: rounded(errorPercentOf(counts)),
    latencyMs: rounded(latencyMsOf(counts)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
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

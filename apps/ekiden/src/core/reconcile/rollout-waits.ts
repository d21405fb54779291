import { millis, seconds, type Millis } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import {
  isPromoted,
  isRetired,
  type Deployment,
  type PlannedRollout,
  type RolloutProgress,
} from '../deployment/index.js';
import type { Instance } from '../instance/index.js';
import type { WaitingOn } from './waiting-on.js';

/** What the rollouts of a deployment wait for themselves, beside the instances of their twins. */
export function rolloutWaits({
  plan,
  rollouts = [],
  hooks = [],
}: Deployment): readonly WaitingOn[] {
  return rollouts.flatMap((progress, index) => {
    const planned = plan.rollouts?.[index];
    // A hook that runs before anything starts is told of by itself: there is room then.
    const isBegun =
      progress.missing === undefined && hooks.some(({ scope }) => scope === progress.scope);
    if (planned === undefined || (progress.phase === 'reserving' && isBegun)) return [];
    return waitsOf(planned, progress);
  });
}

/** When a rollout awaits somebody's word: until when, then it is aborted. */
export function promotionDue(
  { settings }: PlannedRollout,
  { phase, since, step = 0, stepSince }: RolloutProgress,
): Millis | undefined {
  const limit = seconds(settings.blueGreen.promotionDeadlineSeconds);
  if (phase === 'awaitingPromotion') return millis(since + limit);
  if (phase !== 'starting' || stepSince === undefined || settings.strategy !== 'canary') {
    return undefined;
  }
  return settings.canary.steps[step]?.gate === undefined ? undefined : millis(stepSince + limit);
}

interface InstancesByGeneration {
  readonly instances: { by(index: 'app' | 'beside', app: PathId): readonly Instance[] };
}

/** Instances that an action of a deployment is about: of a twin those that are to be promoted. */
export function instancesInQuestion(
  { instances }: InstancesByGeneration,
  { rollouts = [] }: Deployment,
  app: PathId,
): readonly Instance[] {
  for (const progress of rollouts) {
    const twin = progress.twins.find(({ id }) => id === app);
    if (twin === undefined || isPromoted(progress)) continue;
    return instances.by('beside', app).filter(({ configVersion }) => configVersion === twin.next);
  }
  // What is given up of another generation goes first: what is taken back ends without a trace.
  const isKept = rollouts.some((one) => !isRetired(one) && one.twins.some(({ id }) => id === app));
  const leaving = instances
    .by('beside', app)
    .filter(({ goal, generation }) => goal !== 'Running' || (generation === 'warm' && !isKept));
  return [...instances.by('app', app), ...leaving];
}

function waitsOf(planned: PlannedRollout, progress: RolloutProgress): readonly WaitingOn[] {
  const { scope, phase, since, missing } = progress;
  const wait = (kind: WaitingOn['kind'], text: string, from: Millis = since): WaitingOn => {
    return { kind, app: scope, instances: 0, message: `${scope}: ${text}`, since: from };
  };
  switch (phase) {
    case 'reserving':
      return [wait('capacity', missing ?? 'room for the whole new version is looked for')];
    case 'awaitingPromotion':
      return [
        {
          ...wait('promotion', 'the new version is there; promote it, or abort the deployment'),
          ...untilOf(promotionDue(planned, progress)),
        },
      ];
    case 'starting':
      return canaryWaits(planned, progress, wait);
    case 'switching':
      return [wait('router', 'the router has not confirmed yet that it leads to the new version')];
    case 'stopping':
      return [wait('stop', 'the old version is being stopped')];
    case 'growing':
    case 'promoted':
    case 'retiring':
    case 'holding':
    case 'over':
      return [];
  }
}

function canaryWaits(
  planned: PlannedRollout,
  progress: RolloutProgress,
  wait: (kind: WaitingOn['kind'], text: string, from?: Millis) => WaitingOn,
): readonly WaitingOn[] {
  const { strategy, canary } = planned.settings;
  const { step = 0, stepSince, lacksSince } = progress;
  const present = canary.steps[step];
  if (strategy !== 'canary' || stepSince === undefined || present === undefined) return [];
  // It waits for its instances first, of which is told beside this.
  if (lacksSince !== undefined) return [];
  const { weight, gate, pauseSeconds } = present;
  const share = `${weight} % of what comes goes to the new version`;
  if (gate !== undefined) {
    const due = untilOf(promotionDue(planned, progress));
    return [{ ...wait('promotion', `${share}; promote it to go on, or abort`, stepSince), ...due }];
  }
  if (pauseSeconds === undefined) return [];
  const until = millis(stepSince + seconds(pauseSeconds));
  return [{ ...wait('pause', `${share} for ${pauseSeconds} s`, stepSince), until }];
}

function untilOf(until: Millis | undefined): { readonly until?: Millis } {
  return until === undefined ? {} : { until };
}

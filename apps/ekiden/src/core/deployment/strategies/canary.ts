import { millis, seconds } from '@ekiden/kernel';
import type { CanaryStep, Rollout } from '../../app/index.js';
import { isPromoted } from '../claims.js';
import type { RolloutProgress } from '../rollout-progress.js';
import { afterHooks, enter, reserve, takeOver } from './promotion.js';
import type { RolloutMove, RolloutTargets, RolloutView, TwinView } from './rollout-view.js';

/**
 * Canary (DESIGN 7; rollouts.md; docs/sequences): the new generation takes a growing part of what
 * comes to the stable ports; before each weight there are instances for it. The old one keeps its
 * full number until the new one has everything, and is then held as in blue/green.
 */
export function canary(view: RolloutView): RolloutTargets {
  return { size: (twin) => sizeOfCanary(view, twin), move: moveOf(view) };
}

export function sizeOfCanary(
  { settings, progress }: Pick<RolloutView, 'settings' | 'progress'>,
  { wanted, open }: Pick<TwinView, 'wanted' | 'open'>,
): number {
  if (progress.phase === 'reserving' || !open) return 0;
  if (progress.phase !== 'starting') return wanted;
  const weight = stepOf(settings, progress)?.weight ?? 100;
  return Math.ceil((wanted * weight) / 100);
}

function stepOf(
  { canary: { steps } }: Rollout,
  { step = 0 }: RolloutProgress,
): CanaryStep | undefined {
  return steps[step];
}

function moveOf(view: RolloutView): RolloutMove {
  switch (view.progress.phase) {
    case 'reserving':
      return reserve(view);
    case 'starting':
      return view.levelsAreUp ? climb(view) : { kind: 'wait', on: 'instances' };
    case 'awaitingPromotion':
      return enter('growing');
    case 'growing':
    case 'switching':
    case 'promoted':
    case 'holding':
    case 'retiring':
    case 'stopping':
    case 'over':
      return takeOver(view);
  }
}

/** From step to step: instances, then the weight, then the pause or somebody's word. */
function climb(view: RolloutView): RolloutMove {
  const { settings, progress, now } = view;
  const { step = 0, stepSince, promoteAsked } = progress;
  const present = stepOf(settings, progress);
  const isReady = view.twins.every((twin) => twin.serving >= sizeOfCanary(view, twin));
  if (!isReady) return { kind: 'wait', on: 'instances' };
  if (present === undefined) return enter('growing');
  if (stepSince === undefined) return afterHooks(view, 'afterReady', () => ({ kind: 'weigh' }));
  const next: RolloutMove =
    step + 1 < settings.canary.steps.length ? { kind: 'step', step: step + 1 } : enter('growing');
  if (promoteAsked === true || view.unattended) return next;
  const pauseEnds = millis(stepSince + seconds(present.pauseSeconds ?? 0));
  if (now < pauseEnds) return { kind: 'wait', on: 'pause', until: pauseEnds };
  if (present.gate !== 'manual') return next;
  const limit = settings.blueGreen.promotionDeadlineSeconds;
  const until = millis(pauseEnds + seconds(limit));
  if (now < until) return { kind: 'wait', on: 'gate', until };
  return { kind: 'abort', reason: `nobody has opened the gate of step ${step + 1} in ${limit} s` };
}

/**
 * The part of what comes to the stable ports that the new generation gets before it is promoted,
 * in per cent: the weight of the last step that had its instances.
 */
export function weightOfNew(settings: Rollout, progress: RolloutProgress): number {
  if (progress.phase === 'switching' || isPromoted(progress)) return 100;
  if (settings.strategy !== 'canary') return 0;
  const { steps } = settings.canary;
  if (progress.phase === 'growing') return steps.at(-1)?.weight ?? 0;
  const { step = 0, stepSince } = progress;
  const acting = stepSince === undefined ? step - 1 : step;
  return steps[acting]?.weight ?? 0;
}

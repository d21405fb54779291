import { millis, seconds } from '@ekiden/kernel';
import { afterHooks, enter, reserve, takeOver } from './promotion.js';
import type { RolloutMove, RolloutTargets, RolloutView, TwinView } from './rollout-view.js';

/**
 * Blue/green (DESIGN 7; rollouts.md; docs/sequences): the new generation comes up beside the old
 * one at its preview size, waits for whoever promotes it, grows to full size, and takes over in one
 * route change. The old one keeps its full number until then.
 */
export function blueGreen(view: RolloutView): RolloutTargets {
  return { size: (twin) => sizeOfGreen(view, twin), move: moveOf(view) };
}

export function sizeOfGreen(
  { settings, progress }: Pick<RolloutView, 'settings' | 'progress'>,
  { wanted, open }: Pick<TwinView, 'wanted' | 'open'>,
): number {
  switch (progress.phase) {
    case 'reserving':
      return 0;
    case 'starting':
    case 'awaitingPromotion':
      return open ? Math.min(wanted, settings.blueGreen.previewInstances ?? wanted) : 0;
    case 'growing':
    case 'switching':
    case 'promoted':
    case 'holding':
    case 'retiring':
    case 'stopping':
    case 'over':
      return wanted;
  }
}

function moveOf(view: RolloutView): RolloutMove {
  const { settings, progress, now } = view;
  const isAsked = progress.promoteAsked === true;
  switch (progress.phase) {
    case 'reserving':
      return reserve(view);
    case 'starting': {
      if (!view.levelsAreUp) return { kind: 'wait', on: 'instances' };
      const isFree = isAsked || view.unattended || settings.blueGreen.promotion === 'automatic';
      return afterHooks(view, 'afterReady', () => enter(isFree ? 'growing' : 'awaitingPromotion'));
    }
    case 'awaitingPromotion': {
      if (isAsked) return enter('growing');
      const limit = settings.blueGreen.promotionDeadlineSeconds;
      const until = millis(progress.since + seconds(limit));
      if (now < until) return { kind: 'wait', on: 'promotion', until };
      return { kind: 'abort', reason: `nobody has promoted it within ${limit} seconds` };
    }
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

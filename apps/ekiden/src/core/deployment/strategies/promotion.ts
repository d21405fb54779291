import { assert, millis, seconds } from '@ekiden/kernel';
import type { HookMoment } from '../../app/index.js';
import type { RolloutPhase } from '../rollout-progress.js';
import { hasStopHooks } from '../retirement.js';
import type { RolloutMove, RolloutView } from './rollout-view.js';

/*
 * What blue/green and canary have in common (rollouts.md, Blue/green): room for all before anything
 * starts; and from full size on: the hooks, one route change, one commit, the hold, and the end of
 * the old generation.
 */

export function enter(phase: RolloutPhase): RolloutMove {
  return { kind: 'enter', phase };
}

/** Goes on when the hooks of a moment have done their work. */
export function afterHooks(
  { hooks }: Pick<RolloutView, 'hooks'>,
  moment: HookMoment,
  next: () => RolloutMove,
): RolloutMove {
  switch (hooks(moment)) {
    case 'done':
      return next();
    case 'waiting':
      return { kind: 'wait', on: 'hooks' };
    case 'failed':
      return { kind: 'abort', reason: `a hook ${moment} has failed` };
  }
}

/** Nothing of the new generation starts until all of it has room. */
export function reserve(view: RolloutView): RolloutMove {
  const isReached = view.twins.some(({ open }) => open);
  if (!isReached || !view.hasRoom()) return { kind: 'wait', on: 'capacity' };
  return afterHooks(view, 'beforeStart', () => enter('starting'));
}

/** The new generation at full size takes over. */
export function takeOver(view: RolloutView): RolloutMove {
  const { settings, progress, now } = view;
  switch (progress.phase) {
    case 'growing': {
      if (view.twins.some(({ serving, wanted }) => serving < wanted)) {
        return { kind: 'wait', on: 'instances' };
      }
      return afterHooks(view, 'beforePromote', () => enter('switching'));
    }
    case 'switching':
      if (!view.isConfirmed) return { kind: 'wait', on: 'routes' };
      // What has died since is started again; nothing that serves nothing is ever made live.
      return whereItServes(view, () => 'promoted');
    case 'promoted': {
      const holds = settings.blueGreen.holdSeconds > 0 && !view.unattended;
      // Nor has it succeeded, or is the old one given up, while nothing of it serves any more.
      return afterHooks(view, 'afterPromote', () =>
        whereItServes(view, () => (holds ? 'holding' : endOfHold(view))),
      );
    }
    case 'holding': {
      const until = millis(progress.since + seconds(settings.blueGreen.holdSeconds));
      return now >= until ? enter(endOfHold(view)) : { kind: 'wait', on: 'hold', until };
    }
    // Nothing is taken back for these hooks: what the deployment was for is done.
    case 'retiring':
      return afterHooks(view, 'beforeStop', () => enter('stopping'));
    case 'stopping':
      return view.left() > 0
        ? { kind: 'wait', on: 'instances' }
        : afterHooks(view, 'afterStop', () => enter('over'));
    case 'reserving':
    case 'starting':
    case 'awaitingPromotion':
    case 'over':
      assert(false, `a rollout does not take over while it is ${progress.phase}`);
  }
}

function whereItServes({ twins }: RolloutView, next: () => RolloutPhase): RolloutMove {
  return twins.every(({ serving, wanted }) => serving > 0 || wanted === 0)
    ? enter(next())
    : { kind: 'wait', on: 'instances' };
}

/** With hooks around it, the end of the old generation has phases of its own. */
function endOfHold({ settings, left }: Pick<RolloutView, 'settings' | 'left'>): RolloutPhase {
  return hasStopHooks(settings) && left() > 0 ? 'retiring' : 'over';
}

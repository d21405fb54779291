import type { Chance } from '@ekiden/kernel';
import { pick, pickWeighted } from '@ekiden/testkit';
import type { HookMoment, HookWire } from '../../src/core/app/index.js';
import { hookCommandFor, type HookConduct } from './conduct.js';

type Moments = readonly [HookMoment, ...HookMoment[]];

/** Where each instance, or a whole version, is replaced. */
export const MOMENTS_IN_PLACE: Moments = ['beforeStart', 'afterReady', 'beforeStop', 'afterStop'];

export const MOMENTS_SIDE_BY_SIDE: Moments = [...MOMENTS_IN_PLACE, 'beforePromote', 'afterPromote'];

const HOOKS_MAX = 3;

/** Hooks of a rollout, mostly such that work; at times several of one moment. */
export function randomHooks(chance: Chance, moments: Moments): readonly HookWire[] {
  return Array.from({ length: 1 + chance.int(HOOKS_MAX) }, () => {
    const conduct = pickWeighted<HookConduct>(chance, { well: 7, badly: 2, never: 1 });
    const does =
      chance.int(3) === 0
        ? { http: { url: `http://hooks.test/${conduct}` } }
        : { command: hookCommandFor(conduct) };
    return {
      at: pick(chance, moments),
      ...does,
      timeoutSeconds: pick(chance, [5, 20]),
      onFailure: pick(chance, ['abort', 'abort', 'ignore'] as const),
    };
  });
}

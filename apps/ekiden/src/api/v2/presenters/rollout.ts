import type { Rollout } from '../../../core/app/index.js';
import type { Shown, shownRollout } from '../../schemas/index.js';
import { given } from './given.js';

export type ShownRollout = Shown<typeof shownRollout>;

/** With every default in place, and as it can be sent again. */
function presentRollout(rollout: Rollout): ShownRollout {
  const { previewInstances, ...others } = rollout.blueGreen;
  return {
    ...rollout,
    blueGreen: { ...given('previewInstances', previewInstances ?? undefined), ...others },
  };
}

/** The field of a definition or a group, if it is asked for and there is one. */
export function rolloutOf(
  { rollout }: { readonly rollout?: Rollout },
  asked: boolean,
): { readonly rollout?: ShownRollout } {
  return asked && rollout !== undefined ? { rollout: presentRollout(rollout) } : {};
}

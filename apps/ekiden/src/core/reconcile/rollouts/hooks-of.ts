import {
  isRetiring,
  type Deployment,
  type PlannedRollout,
  type RolloutProgress,
  type RolloutView,
} from '../../deployment/index.js';
import type { TurnContext } from '../../turn/index.js';
import { runHooks } from '../tend-hooks.js';

/** How the hooks of each moment of a rollout stand; asking for them has them begin. */
export function hooksOf(
  context: TurnContext,
  { id }: Deployment,
  { planned, progress }: { readonly planned: PlannedRollout; readonly progress: RolloutProgress },
): RolloutView['hooks'] {
  const { scope, settings } = planned;
  return (at) => {
    const deployment = context.draft.deployments.get(id);
    const app = progress.twins[0]?.id;
    const retires = isRetiring(progress);
    if (deployment === undefined || app === undefined) return 'done';
    if (deployment.status !== 'running' && !retires) return 'done';
    const rollout = { scope, settings };
    // Nobody waits for what comes after the switch: what fails is noted.
    const state = runHooks(context, deployment, { at, app, rollout, lenient: retires });
    // What follows from a failure is the deployment's business: it waits, or is taken back.
    return state === 'done' ? 'done' : 'waiting';
  };
}

import type {
  Deployment,
  PlannedRollout,
  RolloutProgress,
  RolloutView,
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
    if (deployment?.status !== 'running' || app === undefined) return 'done';
    const state = runHooks(context, deployment, { at, app, rollout: { scope, settings } });
    // What follows from a failure is the deployment's business: it waits, or is taken back.
    return state === 'done' ? 'done' : 'waiting';
  };
}

import type { PathId } from '../app/index.js';
import type { Deployment } from '../deployment/index.js';
import { deploymentFailed, stepEvent } from '../events/index.js';
import { hookAppId } from '../launch/index.js';
import type { TurnContext } from '../turn/index.js';
import { withoutRollouts } from './begin-rollouts.js';

/** Text of a deployment that was superseded or cancelled (marathon-api 9.2). */
export const CANCELLED = 'The upgrade has been cancelled';

export interface Ending {
  readonly status: 'cancelled' | 'failed';
  readonly reason: string;
}

const NOBODY: ReadonlySet<PathId> = new Set();

/**
 * Ends a running deployment where it stands; the root keeps its target. `back`: apps whose old
 * generation is switched back to, instead of being given up.
 */
export function endDeployment(
  context: TurnContext,
  { paused: _paused, ...deployment }: Deployment,
  { status, reason, back = NOBODY }: Ending & { readonly back?: ReadonlySet<PathId> },
): void {
  const { draft, now } = context;
  draft.deployments.put(deployment.id, {
    ...deployment,
    status,
    finishedAt: now,
    reason,
    ...withoutRollouts(context, deployment, back),
  });
  if (deployment.announced) draft.events.push(stepEvent('deployment_step_failure', deployment));
  draft.events.push(deploymentFailed(deployment.plan, reason));
  for (const { id } of deployment.plan.changes) draft.dirty.add(id);
  for (const { app, state } of deployment.hooks ?? []) {
    if (state === 'running') draft.dirty.add(hookAppId(app));
  }
}

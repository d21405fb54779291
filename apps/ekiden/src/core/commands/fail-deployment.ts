import type { Steps } from '@ekiden/kernel';
import type { Deployment } from '../deployment/index.js';
import type { Failing, FailingHold } from '../reconcile/index.js';
import type { TurnContext } from '../turn/index.js';
import { pauseFor, takeBack } from './cancel-deployment.js';
import { undo } from './undo-deployment.js';

/**
 * What becomes of a deployment that cannot go on (rollouts.md, Undo, Deadline): it is taken back by
 * a deployment of its own, or waits for an operator and says why. What cannot be taken back waits.
 */
export function* failDeployment(
  context: TurnContext,
  deployment: Deployment,
  { reason, then }: Failing,
): Steps<void> {
  if (then === 'pause') {
    pauseFor(context, deployment, reason);
    return;
  }
  const ending = { status: 'failed', reason: `taken back: ${reason}` } as const;
  yield* takeBack(context, { id: deployment.id, ending });
}

/**
 * What becomes of a new version that turns out bad while the old one is kept warm: it is said so
 * once, and under `rollback` undone, which is one route change. Its deployment has succeeded, so
 * there is nothing to pause: whoever is to decide has until the hold is over.
 */
export function* failHold(
  context: TurnContext,
  deployment: Deployment,
  { index, reason, then }: FailingHold,
): Steps<void> {
  const { draft } = context;
  const { id, rollouts = [] } = deployment;
  const scope = rollouts[index]?.scope;
  if (scope === undefined) return;
  const condemned = rollouts.map((one, at) => (at === index ? { ...one, condemned: reason } : one));
  const note = (text: string): void => {
    draft.deployments.put(id, { ...(draft.deployments.get(id) ?? deployment), reason: text });
  };
  draft.deployments.put(id, { ...deployment, rollouts: condemned });
  draft.events.push({ type: 'deployment_rollout_condemned', id, scope, reason });
  if (then === 'pause') {
    note(reason);
    return;
  }
  const reply = yield* undo(context, draft.deployments.get(id) ?? deployment);
  if (reply.kind === 'deployed') {
    note(`taken back: ${reason}`);
    draft.events.push({ type: 'deployment_rolling_back', id, by: reply.deploymentId, reason });
  } else {
    const why = 'message' in reply ? reply.message : reply.kind;
    note(`${reason}; it cannot be taken back by itself: ${why}`);
  }
}

import type { Steps } from '@ekiden/kernel';
import type { Deployment } from '../deployment/index.js';
import type { Failing } from '../reconcile/index.js';
import type { TurnContext } from '../turn/index.js';
import { pauseFor, takeBack } from './cancel-deployment.js';

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

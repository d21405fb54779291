import { seconds } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { TurnContext } from '../turn/index.js';

/** A deployment's row holds its whole plan: too much to store again in every turn of a large one. */
const PRECISION = seconds(1);

/** An instance of the app has moved, and with it the deployment that changes the app. */
export function noteProgress({ draft, now }: TurnContext, app: PathId): void {
  const deployment = draft.runningDeploymentOf(app);
  if (deployment === undefined || now - deployment.progressAt < PRECISION) return;
  draft.deployments.put(deployment.id, { ...deployment, progressAt: now });
}

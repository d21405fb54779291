import { isBelow, type AppDefinition } from '../app/index.js';
import type { Deployment } from '../deployment/index.js';
import { ownWaits, type WaitingOn } from '../reconcile/index.js';
import type { StateView } from '../turn/index.js';
import type { Cause } from './report.js';

/** What a deployment waits for itself, whatever its instances do. */
export function deploymentCauses(state: StateView, deployment: Deployment): readonly Cause[] {
  return ownWaits(state, deployment).map((wait) => causeOf(wait, textOf(wait)));
}

/** The same of the deployment that changes an app, as far as it holds up that app. */
export function ownDeploymentCauses(state: StateView, { id }: AppDefinition): readonly Cause[] {
  const deployment = state.deployments.by('app', id)[0];
  if (deployment === undefined) return [];
  const isMeant = ({ app }: WaitingOn): boolean =>
    app === undefined || app === id || isBelow(id, app);
  return ownWaits(state, deployment)
    .filter(isMeant)
    .map((wait) => {
      const text = textOf(wait);
      const own = text.startsWith(`${id}: `) ? text.slice(id.length + 2) : text;
      return causeOf(wait, `deployment ${deployment.id}: ${own}`);
    });
}

/** What is a note beside others there stands alone here. */
function textOf({ kind, app, message }: WaitingOn): string {
  if (kind === 'resume') return `it is ${message}`;
  if (kind !== 'capacity' || app === undefined) return message;
  const missing = message.slice(app.length + 2);
  return `${app}: nothing of the new version starts before all of it has room: ${missing}`;
}

function causeOf({ since, until }: WaitingOn, message: string): Cause {
  return { kind: 'deployment', message, since, ...(until === undefined ? {} : { until }) };
}

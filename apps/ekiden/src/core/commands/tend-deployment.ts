import { assertNever, type Steps } from '@ekiden/kernel';
import type { Deployment } from '../deployment/index.js';
import type { DeploymentOrder, Reply, TurnContext } from '../turn/index.js';
import { cancel } from './cancel-deployment.js';
import { undo } from './undo-deployment.js';

/**
 * What an operator wants of a deployment (DESIGN 7). Every verb may be said twice. Pausing keeps
 * what there is: no further instance is started or stopped for it, what has been started goes on,
 * and what crashes is replaced as it was.
 */
export function* tendDeployment(
  context: TurnContext,
  { id, order }: { readonly id: string; readonly order: DeploymentOrder },
): Steps<Reply> {
  const deployment = context.draft.deployments.get(id);
  if (deployment === undefined) {
    return { kind: 'notFound', message: `DeploymentPlan ${id} does not exist` };
  }
  switch (order) {
    case 'pause':
    case 'resume':
      return hold(context, deployment, order);
    case 'abort':
      if (deployment.status !== 'running') return ended(deployment, order);
      return yield* cancel(context, { id, force: false });
    case 'undo':
      return deployment.status === 'running'
        ? yield* cancel(context, { id, force: false })
        : yield* undo(context, deployment);
    default:
      return assertNever(order);
  }
}

function hold(context: TurnContext, deployment: Deployment, order: 'pause' | 'resume'): Reply {
  const { draft, now } = context;
  if (deployment.status !== 'running') return ended(deployment, order);
  const { paused, ...going } = deployment;
  if ((paused !== undefined) === (order === 'pause')) return { kind: 'done' };
  // What it waits for has had no chance meanwhile.
  const next =
    order === 'pause' ? { ...going, paused: { since: now } } : { ...going, progressAt: now };
  draft.deployments.put(deployment.id, next);
  const type = order === 'pause' ? 'deployment_paused' : 'deployment_resumed';
  draft.events.push({ type, id: deployment.id });
  for (const { id } of deployment.plan.changes) draft.dirty.add(id);
  return { kind: 'done' };
}

function ended({ id, status }: Deployment, order: DeploymentOrder): Reply {
  const next = order === 'abort' ? ' What it did can be undone.' : '';
  const message = `Deployment ${id} has ended (${status}): there is nothing to ${order}.${next}`;
  return { kind: 'conflict', message };
}

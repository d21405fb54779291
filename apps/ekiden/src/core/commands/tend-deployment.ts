import { assertNever, millis, type Millis, type Steps } from '@ekiden/kernel';
import {
  trafficKey,
  type Deployment,
  type RolloutPhase,
  type RolloutProgress,
} from '../deployment/index.js';
import { keepsFromGoingOn } from '../reconcile/index.js';
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
    case 'promote':
      return promote(context, deployment);
    case 'pause':
    case 'resume':
      return hold(context, deployment, order);
    case 'abort':
      if (!isUnderWay(deployment)) return ended(deployment, order);
      return yield* cancel(context, { id, force: false });
    case 'undo':
      return isUnderWay(deployment)
        ? yield* cancel(context, { id, force: false })
        : yield* undo(context, deployment);
    default:
      return assertNever(order);
  }
}

/** Or is to be. */
function isUnderWay({ status }: Deployment): boolean {
  return status === 'running' || status === 'queued';
}

function hold(context: TurnContext, deployment: Deployment, order: 'pause' | 'resume'): Reply {
  const { draft, now } = context;
  if (!isUnderWay(deployment)) return ended(deployment, order);
  const { id } = deployment;
  const { paused, ...going } = deployment;
  if ((paused !== undefined) === (order === 'pause')) return { kind: 'done' };
  // What it waits for has had no chance meanwhile.
  const next =
    order === 'pause' ? { ...going, paused: { since: now } } : resumed(context, going, paused);
  draft.deployments.put(id, next);
  const type = order === 'pause' ? 'deployment_paused' : 'deployment_resumed';
  draft.events.push({ type, id });
  // What was counted before is no news: from here on it is judged anew.
  for (const { scope } of deployment.rollouts ?? []) draft.traffic.remove(trafficKey(id, scope));
  for (const { id } of deployment.plan.changes) draft.dirty.add(id);
  return { kind: 'done' };
}

/**
 * What it waits for, rollouts and dependencies, has its time from where it stood still; what it
 * could not go on for has all of it anew, or resuming would change nothing.
 */
function resumed(
  context: Pick<TurnContext, 'draft' | 'now'>,
  deployment: Deployment,
  paused: Deployment['paused'],
): Deployment {
  const { now } = context;
  const {
    rollouts,
    ahead,
    startedAt,
    stepSince = startedAt,
    patientSince = startedAt,
  } = deployment;
  const stood = now - (paused?.since ?? now);
  const isOver = paused?.reason !== undefined;
  const shifted = (at: Millis): Millis => millis(at + stood);
  const later = (at: Millis): Millis => (isOver ? now : shifted(at));
  return {
    ...deployment,
    ...hooksAgain(context, deployment),
    progressAt: now,
    stepSince: shifted(stepSince),
    patientSince: shifted(patientSince),
    ...(isOver && { triedAgainAt: now }),
    ...(ahead && {
      ahead: Object.fromEntries(Object.entries(ahead).map(([app, at]) => [app, shifted(at)])),
    }),
    ...(rollouts && {
      rollouts: rollouts.map((one) => ({
        ...one,
        since: later(one.since),
        ...(one.stepSince === undefined ? {} : { stepSince: later(one.stepSince) }),
      })),
    }),
  };
}

/**
 * Promotes what waits for it, or opens the gate of a canary; said earlier it is remembered. Once
 * promoted there is nothing left to do, which is no reason to complain.
 */
function promote(context: TurnContext, deployment: Deployment): Reply {
  const { draft } = context;
  const { id, plan, rollouts = [], status } = deployment;
  if (status === 'queued') {
    const message = `Deployment ${id} is queued, and has nothing to promote yet.`;
    return { kind: 'conflict', message };
  }
  const isAhead = rollouts.some((one) => WAITS_FOR_PROMOTION.has(one.phase));
  if (status === 'running' && isAhead) {
    const asked = rollouts.map((one): RolloutProgress =>
      WAITS_FOR_PROMOTION.has(one.phase) ? { ...one, promoteAsked: true } : one,
    );
    draft.deployments.put(id, { ...deployment, rollouts: asked });
    for (const change of plan.changes) draft.dirty.add(change.id);
    return { kind: 'done' };
  }
  if (rollouts.length > 0 && (status === 'running' || status === 'succeeded')) {
    return { kind: 'done' };
  }
  if (status !== 'running') return ended(deployment, 'promote');
  const message = `Deployment ${id} has nothing to promote: none of its apps has two generations.`;
  return { kind: 'conflict', message };
}

const WAITS_FOR_PROMOTION: ReadonlySet<RolloutPhase> = new Set([
  'reserving',
  'starting',
  'awaitingPromotion',
]);

/** What has failed is tried once more, but for what may fail: that is behind it. */
function hooksAgain(
  { draft }: Pick<TurnContext, 'draft'>,
  deployment: Deployment,
): Pick<Deployment, 'hooks'> {
  const { hooks } = deployment;
  if (hooks === undefined) return {};
  return {
    hooks: hooks.map((run) =>
      keepsFromGoingOn(draft, deployment, run) ? { ...run, state: 'again' } : run,
    ),
  };
}

function ended({ id, status }: Deployment, order: DeploymentOrder): Reply {
  const next = order === 'abort' ? ' What it did can be undone.' : '';
  const message = `Deployment ${id} has ended (${status}): there is nothing to ${order}.${next}`;
  return { kind: 'conflict', message };
}

import type { PathId } from '../app/index.js';
import type { Deployment, DeploymentPlan } from '../deployment/index.js';
import { deploymentFailed } from '../events/index.js';
import type { Draft, Rejection, TurnContext } from '../turn/index.js';
import type { QueuedWrite } from '../wish/index.js';
import type { Ending } from './end-deployment.js';

/** A place in the queue. */
export interface QueuePlace {
  /** Counted from 1, over all that is queued. */
  readonly position: number;
  readonly waitsFor: readonly string[];
}

/** What is queued, in the order in which it was. */
export function queueIn({
  deployments,
}: {
  readonly deployments: { by(index: 'status', status: 'queued'): readonly Deployment[] };
}): readonly Deployment[] {
  return [...deployments.by('status', 'queued')].sort((a, b) => numberOf(a) - numberOf(b));
}

function numberOf({ queued }: Deployment): number {
  return queued?.number ?? 0;
}

/**
 * The deployments that a plan has to wait for: running ones that touch the same apps, and queued
 * ones that were there before it. Who queues passes nobody who does.
 */
export function waitsOf(
  draft: Pick<Draft, 'deployments'>,
  { plan, blocking }: { readonly plan: DeploymentPlan; readonly blocking: readonly Deployment[] },
  before = Number.POSITIVE_INFINITY,
): readonly string[] {
  const touched = new Set(touchedBy(plan));
  const queued = queueIn(draft)
    .filter((one) => numberOf(one) < before)
    .filter((one) => touchedBy(one.plan).some((id) => touched.has(id)));
  return [...blocking, ...queued].map(({ id }) => id);
}

function touchedBy({ changes, groupChanges }: DeploymentPlan): readonly PathId[] {
  return [...changes, ...groupChanges].map(({ id }) => id);
}

/** Why nothing more is queued, if so. */
export function fullQueue({ draft, settings }: TurnContext): Rejection | undefined {
  const { queuedDeployments } = settings;
  if (draft.deployments.by('status', 'queued').length < queuedDeployments) return undefined;
  return {
    kind: 'unavailable',
    message: `${queuedDeployments} deployments are queued, and no more than that may be`,
    retryAfterSeconds: 30,
  };
}

/** Puts a plan behind what it waits for. It holds nothing, and its definitions are not the root's yet. */
export function enqueue(
  { draft, now }: TurnContext,
  plan: DeploymentPlan,
  { write, waitsFor }: { readonly write: QueuedWrite; readonly waitsFor: readonly string[] },
): QueuePlace {
  const queue = queueIn(draft);
  const last = queue.at(-1);
  const there = [...plan.changes, ...plan.groupChanges].filter((one) => one.before !== undefined);
  draft.deployments.put(plan.id, {
    id: plan.id,
    plan,
    status: 'queued',
    queued: {
      write,
      number: last === undefined ? 1 : numberOf(last) + 1,
      waitsFor,
      buildsOn: there.map(({ id }) => id),
    },
    queuedAt: now,
    step: 0,
    announced: false,
    startedAt: now,
    progressAt: now,
  });
  const position = queue.length + 1;
  draft.events.push({ type: 'deployment_queued', id: plan.id, position, waitsFor });
  return { position, waitsFor };
}

/** Ends what has never begun. Its plan did nothing, so there is nothing in it to undo. */
export function leaveQueue(
  { draft, now }: TurnContext,
  { queued: _queued, paused: _paused, ...deployment }: Deployment,
  { status, reason }: Ending,
): void {
  const { id, plan } = deployment;
  draft.deployments.put(id, {
    ...deployment,
    plan: { ...plan, changes: [], groupChanges: [] },
    status,
    reason,
    finishedAt: now,
  });
  const outcome = status === 'failed' ? 'refused' : 'givenUp';
  draft.events.push({ type: 'deployment_dequeued', id, outcome, reason });
  draft.events.push(deploymentFailed(plan, reason));
}

import { err, type Result, type Steps } from '@ekiden/kernel';
import { ROOT_ID } from '../app/index.js';
import type { Deployment, QueuedDeployment } from '../deployment/index.js';
import type { Draft, Rejection, Reply, TurnContext } from '../turn/index.js';
import { decideChanges, type Adoption, type Decided } from './adopt-changes.js';
import { reasonOf } from './announce-root.js';
import { adoptionOf, changeRoot } from './change-root.js';
import { killTasks, scalingBy } from './kill-tasks.js';
import { anotherPlan } from './plan-parent.js';
import { leaveQueue, queueIn, waitsOf } from './queue-write.js';

/**
 * Begins what is queued and has nothing in its way any more, in the order in which it was queued
 * and before what is asked for now. Each is decided anew, as if it had been asked for at this
 * moment; where what it was to change is gone it is refused, and says so.
 */
export function* startQueued(context: TurnContext): Steps<void> {
  for (const deployment of queueIn(context.draft)) {
    if (deployment.queued === undefined || !isDue(context.draft, deployment)) continue;
    yield* startOrWait(context, deployment, deployment.queued);
    yield;
  }
}

/**
 * What waits no longer begins in the next turn, at once: what it waited for has ended for everybody
 * to see. Returns whether there is any such.
 */
export function wakeQueue({ draft, now }: TurnContext): boolean {
  const due = queueIn(draft).filter((one) => isDue(draft, one));
  for (const { plan } of due) draft.wakes.set(plan.changes[0]?.id ?? ROOT_ID, now);
  return due.length > 0;
}

function isDue(draft: Draft, { queued, paused }: Deployment): boolean {
  return paused === undefined && queued?.waitsFor.some((id) => isUnderWay(draft, id)) === false;
}

function isUnderWay({ deployments }: Draft, id: string): boolean {
  const status = deployments.get(id)?.status;
  return status === 'running' || status === 'queued';
}

function* startOrWait(
  context: TurnContext,
  deployment: Deployment,
  queued: QueuedDeployment,
): Steps<void> {
  const { draft } = context;
  const { id } = deployment;
  const decided = yield* decideSafely(context, deployment, queued);
  if (!decided.ok) {
    leaveQueue(context, deployment, { status: 'failed', reason: reasonOf(decided.error) });
    return;
  }
  const waitsFor = waitsOf(draft, decided.value, queued.number);
  if (waitsFor.length > 0) {
    draft.deployments.put(id, { ...deployment, queued: { ...queued, waitsFor } });
    return;
  }
  draft.events.push({ type: 'deployment_dequeued', id, outcome: 'started' });
  const reply = yield* perform(context, id, queued);
  if (reply.kind === 'deployed') return;
  const reason = reply.kind === 'unchanged' ? 'Nothing is left to do' : refusalOf(reply);
  leaveQueue(context, deployment, { status: 'failed', reason });
}

function refusalOf(reply: Reply): string {
  return 'message' in reply ? reply.message : reply.kind;
}

/** A fault of ours ends the one it belongs to: nobody waits for its answer, and it would come back. */
function* decideSafely(
  context: TurnContext,
  deployment: Deployment,
  queued: QueuedDeployment,
): Steps<Result<Decided, Rejection>> {
  try {
    return yield* decide(context, deployment, queued);
  } catch (fault) {
    const message = fault instanceof Error ? fault.message : String(fault);
    return err({ kind: 'quarantined', message: `It met an internal fault: ${message}` });
  }
}

function* decide(
  context: TurnContext,
  { id }: Deployment,
  { write, buildsOn }: QueuedDeployment,
): Steps<Result<Decided, Rejection>> {
  const adoption =
    write.kind === 'changeRoot'
      ? yield* adoptionOf(context, write)
      : scalingBy(context, write.tasks, false);
  if (!adoption.ok) return adoption;
  const gone = goneSince(context.draft, adoption.value, buildsOn);
  if (gone !== undefined) return err({ kind: 'conflict', message: gone });
  const tasksGone = write.kind === 'killTasks' && adoption.value.changes.length === 0;
  if (tasksGone) {
    return err({ kind: 'conflict', message: 'None of the tasks to kill is there any more' });
  }
  const decided = yield* decideChanges(context, { ...adoption.value, id });
  if (!decided.ok || write.kind !== 'changeRoot') return decided;
  const another = yield* anotherPlan(context.draft, decided.value.plan, write.parent);
  return another === undefined ? decided : err(another);
}

/** An app or group that was to be changed, and would be made anew by now. */
function goneSince(
  { deployments, apps, groups }: Draft,
  { changes, groupChanges = [] }: Adoption,
  buildsOn: QueuedDeployment['buildsOn'],
): string | undefined {
  const made = new Set(
    [...changes, ...groupChanges]
      .filter(({ before, after }) => before === undefined && after !== undefined)
      .map(({ id }) => id),
  );
  const gone = buildsOn.find((id) => made.has(id) && !apps.has(id) && !groups.has(id));
  if (gone === undefined) return undefined;
  const by = [...deployments.values()]
    .filter(({ status }) => status !== 'queued')
    .filter(({ plan }) => plan.changes.some((one) => one.id === gone && one.after === undefined))
    .sort((a, b) => b.plan.version - a.plan.version)[0];
  const whom = by === undefined ? '' : ` by deployment ${by.id}`;
  return `'${gone}', which it was to change, has been removed${whom} since it was queued`;
}

function* perform(context: TurnContext, id: string, { write }: QueuedDeployment): Steps<Reply> {
  if (write.kind === 'changeRoot') {
    return yield* changeRoot(context, write.change, { ...write, force: false, id });
  }
  return yield* killTasks(context, { ...write, scale: true, wipe: false, force: false, id });
}

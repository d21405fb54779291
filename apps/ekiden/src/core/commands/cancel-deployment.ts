import type { Steps } from '@ekiden/kernel';
import { appsBelow, treeOf, type Group } from '../group/index.js';
import { ROOT_ID, isEqual, rulesAmong, type PathId } from '../app/index.js';
import {
  claimOf,
  type Deployment,
  type DeploymentPlan,
  type GroupChange,
} from '../deployment/index.js';
import type { Reply, TurnContext } from '../turn/index.js';
import { adoptChanges, type ProposedChange } from './adopt-changes.js';
import { announceAccepted, announceRefused } from './announce-root.js';
import { nextVersion } from './change-root.js';
import { CANCELLED, endDeployment, type Ending } from './end-deployment.js';
import { leaveQueue } from './queue-write.js';
import { adoptPreviews, rolloutsBack } from './rollouts-back.js';

const GIVEN_UP = 'It was given up while it was queued, and has changed nothing';

/**
 * `DELETE /v2/deployments/{id}` (marathon-behaviour 1.8). With force it ends where it stands;
 * without, the reverse change on the present root becomes a new deployment that supersedes it, and
 * instances that still run the restored definition are kept. One that is queued has nothing to take
 * back, and leaves the queue.
 */
export function* cancel(
  context: TurnContext,
  command: { readonly id: string; readonly force: boolean; readonly ending?: Ending },
): Steps<Reply> {
  const deployment = context.draft.deployments.get(command.id);
  if (deployment?.status === 'queued') {
    leaveQueue(context, deployment, { status: 'cancelled', reason: GIVEN_UP });
    return { kind: 'done' };
  }
  if (deployment?.status !== 'running') {
    return { kind: 'notFound', message: `DeploymentPlan ${command.id} does not exist` };
  }
  const ending = command.ending ?? { status: 'cancelled', reason: CANCELLED };
  if (command.force) {
    adoptPreviews(context, deployment);
    endDeployment(context, deployment, ending);
    return { kind: 'done' };
  }
  const version = nextVersion(context);
  const notice = { groupId: ROOT_ID, version };
  const adopted = yield* adoptChanges(context, {
    changes: reverse(context, deployment.plan),
    groupChanges: reverseGroups(context, deployment.plan),
    version,
    force: true,
    restoring: true,
    undoes: deployment.id,
    rollouts: rolloutsBack(deployment),
    ending,
    accepted: () => announceAccepted(context, notice),
  });
  if (!adopted.ok) {
    announceRefused(context, notice, adopted.error);
    return adopted.error;
  }
  const still = context.draft.deployments.get(command.id);
  if (still?.status === 'running') endDeployment(context, still, ending);
  return {
    kind: 'deployed',
    deploymentId: adopted.value.deploymentId,
    version,
    isNew: false,
  };
}

/**
 * A deployment that has failed is taken back without anybody's doing. Where the way back is refused
 * it stays where it is, and an operator is told why.
 */
export function* takeBack(
  context: TurnContext,
  { id, ending }: { readonly id: string; readonly ending: Ending },
): Steps<void> {
  const { draft } = context;
  const reply = yield* cancel(context, { id, force: false, ending });
  const deployment = draft.deployments.get(id);
  const { reason } = ending;
  if (reply.kind === 'deployed') {
    draft.events.push({ type: 'deployment_rolling_back', id, by: reply.deploymentId, reason });
  } else if (deployment?.status === 'running') {
    const why = 'message' in reply ? reply.message : reply.kind;
    pauseFor(context, deployment, `${reason}; it cannot be taken back by itself: ${why}`);
  }
}

/** It waits for an operator, and says why. */
export function pauseFor(
  { draft, now }: TurnContext,
  deployment: Deployment,
  reason: string,
): void {
  const { id, plan } = deployment;
  draft.deployments.put(id, { ...deployment, paused: { since: now, reason } });
  draft.events.push({ type: 'deployment_paused', id, reason });
  for (const change of plan.changes) draft.dirty.add(change.id);
}

function reverse(context: TurnContext, plan: DeploymentPlan): ProposedChange[] {
  return plan.changes.flatMap(({ id, before: original }): ProposedChange[] => {
    const present = context.draft.apps.get(id);
    if (present === undefined && original === undefined) return [];
    // Scaled meanwhile, both generations of it: that stays.
    const keep = claimOf(context.draft.deployments, id)?.twin.keep;
    const after = original && keep !== undefined ? { ...original, instances: keep } : original;
    return [
      {
        id,
        ...(present && { before: present }),
        ...(after && { after, restore: true }),
      },
    ];
  });
}

/**
 * Groups, deepest first: removed ones come back, dependencies lose and regain only what the plan
 * changed, and a group the plan made goes if nobody else has put anything into it or changed what
 * it depends on (marathon-behaviour 1.8).
 */
export function reverseGroups(context: TurnContext, plan: DeploymentPlan): GroupChange[] {
  const { draft } = context;
  const added = new Set(plan.changes.flatMap((c) => (c.before === undefined ? [c.id] : [])));
  const gone = new Set<PathId>();
  const changes: GroupChange[] = [];
  const deepestFirst = [...plan.groupChanges].sort((a, b) => b.id.length - a.id.length);
  for (const { id, before, after } of deepestFirst) {
    const present = draft.groups.get(id);
    if (before === undefined && present === undefined) continue;
    const inside = appsBelow(treeOf(draft), id).some((app) => !added.has(app.id));
    const children = draft.groups.by('parent', id).some((group) => !gone.has(group.id));
    const restored = restore(before, after, present);
    if (restored === undefined && !inside && !children) {
      gone.add(id);
      changes.push({ id, ...(present && { before: present }) });
      continue;
    }
    const kept = restored ?? (present && { ...present, dependencies: [] });
    if (kept === undefined || isEqual(kept, present)) continue;
    changes.push({ id, ...(present && { before: present }), after: kept });
  }
  return changes;
}

/** The group with only the plan's own changes taken back; undefined if nothing is left to keep. */
function restore(
  before: Group | undefined,
  after: Group | undefined,
  present: Group | undefined,
): Group | undefined {
  if (present === undefined) return before;
  const old = before?.dependencies ?? [];
  const planned = after?.dependencies ?? [];
  const kept = present.dependencies.filter((d) => old.includes(d) || !planned.includes(d));
  const removedByPlan = old.filter((d) => !planned.includes(d));
  const dependencies = [...new Set([...kept, ...removedByPlan])];
  if (before === undefined && dependencies.length === 0) return undefined;
  const { rollout: now, dependencyRules: standing, ...rest } = present;
  const rollout = isEqual(now, after?.rollout) ? before?.rollout : now;
  const mine = isEqual(standing, after?.dependencyRules);
  const dependencyRules = rulesAmong(mine ? before?.dependencyRules : standing, dependencies);
  const rules = dependencyRules && { dependencyRules };
  return { ...rest, dependencies, ...rules, ...(rollout && { rollout }) };
}

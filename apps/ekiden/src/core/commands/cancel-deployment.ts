import { appsBelow, treeOf, type Group } from '../group/index.js';
import type { PathId } from '../app/index.js';
import type { DeploymentPlan, GroupChange } from '../deployment/index.js';
import type { Reply, TurnContext } from '../turn/index.js';
import { CANCELLED, adoptChanges, cancelDeployment, type ProposedChange } from './adopt-changes.js';
import { nextVersion } from './change-root.js';

/**
 * `DELETE /v2/deployments/{id}` (marathon-behaviour 1.8). With force it ends where it stands;
 * without, the reverse change on the present root becomes a new deployment that supersedes it, and
 * instances that still run the restored definition are kept.
 */
export function cancel(
  context: TurnContext,
  command: { readonly id: string; readonly force: boolean },
): Reply {
  const deployment = context.draft.deployments.get(command.id);
  if (deployment?.status !== 'running') {
    return { kind: 'notFound', message: `DeploymentPlan ${command.id} does not exist` };
  }
  if (command.force) {
    cancelDeployment(context, deployment, CANCELLED);
    return { kind: 'done' };
  }
  const version = nextVersion(context);
  const adopted = adoptChanges(context, {
    changes: reverse(context, deployment.plan),
    groupChanges: reverseGroups(context, deployment.plan),
    version,
    force: true,
  });
  if (!adopted.ok) return adopted.error;
  const still = context.draft.deployments.get(command.id);
  if (still?.status === 'running') cancelDeployment(context, still, CANCELLED);
  return {
    kind: 'deployed',
    deploymentId: adopted.value.deploymentId,
    version,
    isNew: false,
  };
}

function reverse(context: TurnContext, plan: DeploymentPlan): ProposedChange[] {
  return plan.changes.flatMap(({ id, before: original }): ProposedChange[] => {
    const present = context.draft.apps.get(id);
    if (present === undefined && original === undefined) return [];
    return [
      {
        id,
        ...(present && { before: present }),
        ...(original && { after: original, restore: true }),
      },
    ];
  });
}

/**
 * Groups, deepest first: removed ones come back, dependencies lose and regain only what the plan
 * changed, and a group the plan made goes if nobody else has put anything into it.
 */
function reverseGroups(context: TurnContext, plan: DeploymentPlan): GroupChange[] {
  const { draft } = context;
  const added = new Set(plan.changes.flatMap((c) => (c.before === undefined ? [c.id] : [])));
  const gone = new Set<PathId>();
  const changes: GroupChange[] = [];
  const deepestFirst = [...plan.groupChanges].sort((a, b) => b.id.length - a.id.length);
  for (const { id, before, after } of deepestFirst) {
    const present = draft.groups.get(id);
    if (before !== undefined) {
      changes.push({
        id,
        ...(present && { before: present }),
        after: restore(before, after, present),
      });
    } else if (present !== undefined) {
      const inside = appsBelow(treeOf(draft), id).filter((app) => !added.has(app.id));
      const children = draft.groups.by('parent', id).filter((group) => !gone.has(group.id));
      if (inside.length > 0 || children.length > 0) continue;
      gone.add(id);
      changes.push({ id, before: present });
    }
  }
  return changes;
}

function restore(before: Group, after: Group | undefined, present: Group | undefined): Group {
  if (present === undefined || after === undefined) return before;
  const addedByPlan = new Set(after.dependencies.filter((d) => !before.dependencies.includes(d)));
  const kept = present.dependencies.filter((d) => !addedByPlan.has(d));
  const removedByPlan = before.dependencies.filter((d) => !after.dependencies.includes(d));
  return { ...present, dependencies: [...new Set([...kept, ...removedByPlan])] };
}

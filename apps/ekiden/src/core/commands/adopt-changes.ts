import { assert, err, ok, type Millis, type Result } from '@ekiden/kernel';
import {
  ROOT_ID,
  assignServicePorts,
  parentOf,
  stampVersion,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import {
  lintPlan,
  planDeployment,
  type AppChange,
  type Deployment,
  type DeploymentPlan,
  type GroupChange,
} from '../deployment/index.js';
import { deploymentFailed } from '../events/index.js';
import { patchedTree, treeOf, type Group, type Tree } from '../group/index.js';
import type { Rejection, TurnContext } from '../turn/index.js';
import { checkRoot } from './check-root.js';

/** A change as asked for: ports not allocated, version not stamped. */
export interface ProposedChange extends AppChange {
  /** A new version of the same definition, so that every instance is replaced. */
  readonly restart?: boolean;
  /** Brings back an earlier definition: instances that still run it are kept (undo). */
  readonly restore?: boolean;
}

export interface Adoption {
  readonly changes: readonly ProposedChange[];
  readonly groupChanges?: readonly GroupChange[];
  readonly version: Millis;
  readonly force: boolean;
  /** Instances that must be among the victims of a scale-down, by app id. */
  readonly sentenced?: Readonly<Record<string, readonly string[]>>;
}

/** Text of a deployment that was superseded or cancelled (marathon-api 9.2). */
export const CANCELLED = 'The upgrade has been cancelled';

/**
 * Turns proposed changes into a deployment of the draft: service ports, versions, root checks,
 * plan, conflicts; then the new definitions become the root at once (readable before anything
 * runs). Refused as a whole or taken as a whole.
 */
export function adoptChanges(
  context: TurnContext,
  adoption: Adoption,
): Result<{ readonly deploymentId: string }, Rejection> {
  const { draft } = context;
  const stamped = stamp(context, adoption);
  if (!stamped.ok) return stamped;
  const original = treeOf(draft);
  const groupChanges = [...(adoption.groupChanges ?? []), ...missingGroups(context, stamped.value)];
  const target = patchedTree(original, patchOf(stamped.value, groupChanges), parentOf);
  const violations = checkRoot({ original, target, changes: stamped.value, groupChanges });
  if (violations.length > 0) return err({ kind: 'invalid', violations });

  const blocking = conflicts(context, stamped.value);
  if (blocking.length > 0 && !adoption.force) {
    return err({ kind: 'locked', deployments: blocking.map(({ id }) => id) });
  }
  const changes = withUnfinished(stamped.value, blocking, target);
  const plan = planDeployment({
    id: context.ids.random(),
    parent: draft.rootVersion,
    version: adoption.version,
    original,
    target,
    changes,
    groupChanges,
    sentenced: adoption.sentenced ?? {},
  });
  const faults = lintPlan(plan);
  assert(faults.length === 0, `unsound plan: ${JSON.stringify(faults)}`);
  for (const deployment of blocking) cancelDeployment(context, deployment, CANCELLED);
  applyToRoot(context, stamped.value, groupChanges);
  start(context, plan);
  return ok({ deploymentId: plan.id });
}

/** Ends a running deployment where it stands; the root keeps its target. */
export function cancelDeployment(
  context: TurnContext,
  deployment: Deployment,
  reason: string,
): void {
  const { draft, now } = context;
  draft.deployments.put(deployment.id, {
    ...deployment,
    status: 'cancelled',
    finishedAt: now,
    reason,
  });
  draft.events.push(deploymentFailed(deployment.plan, reason));
  for (const { id } of deployment.plan.changes) draft.dirty.add(id);
}

function start(context: TurnContext, plan: DeploymentPlan): void {
  const { draft, now } = context;
  draft.rootVersion = plan.version;
  draft.deployments.put(plan.id, {
    id: plan.id,
    plan,
    status: 'running',
    step: 0,
    announced: false,
    startedAt: now,
    progressAt: now,
  });
  for (const { id } of plan.changes) draft.dirty.add(id);
}

function stamp(context: TurnContext, adoption: Adoption): Result<readonly AppChange[], Rejection> {
  const wanted = adoption.changes.flatMap((change) =>
    change.after === undefined ? [] : [{ ...change, after: change.after }],
  );
  const assigned = assignServicePorts(
    wanted,
    { has: (port) => context.draft.apps.by('servicePort', String(port)).length > 0 },
    context.settings.servicePorts,
  );
  if (!assigned.ok) {
    return err({ kind: 'unprocessable', message: assigned.error.message });
  }
  const byId = new Map(assigned.value.map((app) => [app.id, app]));
  const changes: AppChange[] = [];
  for (const { id, before, restart, restore } of adoption.changes) {
    const after = byId.get(id);
    const stamped =
      after &&
      (restore === true
        ? restored(after, adoption.version)
        : stampVersion(before, after, adoption.version, { restart: restart ?? false }));
    if (stamped === before) continue;
    changes.push({ id, ...(before && { before }), ...(stamped && { after: stamped }) });
  }
  return ok(changes);
}

/** A new version of an earlier definition that counts as the same configuration. */
function restored(definition: AppDefinition, version: Millis): AppDefinition {
  const { lastConfigChangeAt } = definition.versionInfo;
  return { ...definition, version, versionInfo: { lastScalingAt: version, lastConfigChangeAt } };
}

function patchOf(changes: readonly AppChange[], groups: readonly GroupChange[]) {
  return {
    apps: new Map<PathId, AppDefinition | undefined>(changes.map((c) => [c.id, c.after])),
    groups: new Map<PathId, Group | undefined>(groups.map((c) => [c.id, c.after])),
  };
}

/** Groups that have to be made around new apps, and an empty group an app takes the place of. */
function missingGroups(context: TurnContext, changes: readonly AppChange[]): GroupChange[] {
  const { groups } = context.draft;
  const made = new Map<PathId, GroupChange>();
  for (const { id, before, after } of changes) {
    if (before !== undefined || after === undefined) continue;
    const inTheWay = groups.get(id);
    if (inTheWay !== undefined) made.set(id, { id, before: inTheWay });
    for (let at = parentOf(id); at !== ROOT_ID; at = parentOf(at)) {
      if (groups.has(at)) continue;
      made.set(at, { id: at, after: { id: at, dependencies: [], enforceRole: false } });
    }
  }
  return [...made.values()];
}

function conflicts(context: TurnContext, changes: readonly AppChange[]): readonly Deployment[] {
  const found = new Map<string, Deployment>();
  for (const { id } of changes) {
    const deployment = context.draft.runningDeploymentOf(id);
    if (deployment !== undefined) found.set(deployment.id, deployment);
  }
  return [...found.values()];
}

/**
 * What a superseded deployment had not finished becomes part of the plan that supersedes it
 * (rollouts.md, force): nothing of it is forgotten half-way.
 */
function withUnfinished(
  changes: readonly AppChange[],
  superseded: readonly Deployment[],
  target: Tree,
): readonly AppChange[] {
  const merged = new Map(changes.map((change) => [change.id, change]));
  for (const { plan, step } of superseded) {
    const open = new Set(plan.steps.slice(step).flatMap((s) => s.actions.map((a) => a.app)));
    for (const old of plan.changes) {
      if (!open.has(old.id)) continue;
      const after = merged.has(old.id) ? merged.get(old.id)?.after : target.app(old.id);
      const before = old.before;
      if (before === undefined && after === undefined) {
        // Created by the old plan and gone again: what it started still has to be stopped.
        const unfinished = old.after ?? merged.get(old.id)?.before;
        if (unfinished !== undefined) {
          merged.set(old.id, { id: old.id, before: unfinished, mixed: true });
        }
        continue;
      }
      const change = { id: old.id, ...(before && { before }), ...(after && { after }) };
      merged.set(old.id, { ...change, mixed: true });
    }
  }
  return [...merged.values()];
}

function applyToRoot(
  context: TurnContext,
  changes: readonly AppChange[],
  groupChanges: readonly GroupChange[],
): void {
  const { draft } = context;
  for (const { id, after } of groupChanges) {
    if (after === undefined) draft.groups.remove(id);
    else draft.groups.put(id, after);
  }
  for (const { id, after } of changes) {
    if (after === undefined) draft.removeApp(id);
    else draft.putApp(after);
  }
}

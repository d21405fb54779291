import { assert, eachInSteps, err, ok, type Millis, type Result, type Steps } from '@ekiden/kernel';
import {
  assignPortsInSteps,
  isEqual,
  stampVersion,
  type AppDefinition,
  type ChangedApp,
  type PathId,
} from '../app/index.js';
import {
  lintPlan,
  withFindings,
  planDeployment,
  type AppChange,
  type Deployment,
  type DeploymentPlan,
  type GroupChange,
  type PlannedRollout,
  type TwinRefusal,
} from '../deployment/index.js';
import { deploymentFailed, healthChecksChanged, stepEvent } from '../events/index.js';
import {
  DependencyGraph,
  patchedTree,
  treeOf,
  walkApps,
  type Group,
  type NodePatch,
  type StrategyChoice,
  type TreePatch,
} from '../group/index.js';
import { wakeMarked } from '../reconcile/index.js';
import type { Rejection, TurnContext } from '../turn/index.js';
import type { Violation } from '../violation.js';
import type { PlanParent, QueuedWrite } from '../wish/index.js';
import { checkRoot, placeOf, type RootCheck } from './check-root.js';
import { beginRollouts, switchedBackTo } from './begin-rollouts.js';
import { completeGroups } from './complete-groups.js';
import { CANCELLED, endDeployment, type Ending } from './end-deployment.js';
import { findingsOf } from './findings-of.js';
import { anotherPlan } from './plan-parent.js';
import { enqueue, fullQueue, waitsOf, type QueuePlace } from './queue-write.js';
import { planOfScaling, scaleOld, scalesBoth } from './scale-both.js';
import { settleChanges } from './settle-changes.js';
import { unroutedRollouts } from './unrouted-rollouts.js';

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
  /** Brings back what was: a dependency that is gone by now is no reason to refuse it. */
  readonly restoring?: boolean;
  /** The deployment that this change takes back. */
  readonly undoes?: string;
  /** Of the plan, in place of what the definitions say; nothing is twinned beyond it. */
  readonly rollouts?: readonly PlannedRollout[];
  /** The strategy that the write asks for. */
  readonly choice?: StrategyChoice;
  /** Of the deployment; absent = a new one. */
  readonly id?: string;
  /** What is queued where deployments are in its way; absent = it is refused. */
  readonly queue?: QueuedWrite;
  /** The plan that it has to come to. */
  readonly parent?: PlanParent;
  /** How deployments that are in its way end; absent = cancelled. */
  readonly ending?: Ending;
  /** Called once the change is accepted, before its deployment begins: says so in events. */
  readonly accepted?: () => void;
  /** The change is a document of several nodes: violations name theirs (`/apps//prod/web`). */
  readonly addressed?: boolean;
  /** The change is a list of documents: where in it each app is (`(3)`). */
  readonly places?: ReadonlyMap<PathId, string>;
}

/** What a plan is decided with: no host is asked, no time is looked at. */
export type Planning = Pick<TurnContext, 'draft' | 'settings' | 'ids'> & {
  /** Absent = there are no agents to look at. */
  readonly master?: Pick<TurnContext['master'], 'agents'>;
};

/** Everything decided and nothing changed yet. */
export interface Decided {
  readonly plan: DeploymentPlan;
  readonly changes: readonly AppChange[];
  readonly groupChanges: readonly GroupChange[];
  /** Running deployments that touch the same apps. */
  readonly blocking: readonly Deployment[];
}

/** The deployment that a change became. */
export interface Adopted {
  readonly deploymentId: string;
  /** It has not begun. */
  readonly queued?: QueuePlace;
  /** There is none: the plan that was to be applied changes nothing. */
  readonly unchanged?: true;
}

/** Text of a plan that was refused because others hold its apps. */
const LOCKED = 'App is locked by one or more deployments.';

/**
 * Turns proposed changes into a deployment of the draft: service ports, versions, root checks,
 * plan, conflicts; then the new definitions become the root at once (readable before anything
 * runs). Refused as a whole or taken as a whole.
 */
export function* adoptChanges(
  context: TurnContext,
  adoption: Adoption,
): Steps<Result<Adopted, Rejection>> {
  const decided = yield* decideChanges(context, adoption);
  if (!decided.ok) return decided;
  const { plan, blocking } = decided.value;
  const refusal =
    tooManyChanges(context, plan) ?? (yield* anotherPlan(context.draft, plan, adoption.parent));
  if (refusal !== undefined) return err(refusal);
  if (adoption.parent !== undefined && isEmpty(decided.value)) {
    return ok({ deploymentId: plan.id, unchanged: true });
  }
  const { queue: write } = adoption;
  const waitsFor = write === undefined ? [] : waitsOf(context.draft, decided.value);
  if (write !== undefined && waitsFor.length > 0) {
    const full = fullQueue(context);
    if (full !== undefined) return err(full);
    return ok({ deploymentId: plan.id, queued: enqueue(context, plan, { write, waitsFor }) });
  }
  if (blocking.length > 0 && !adoption.force) {
    // Marathon announces the plan it refused as well (marathon-api 14, 13).
    context.draft.events.push(deploymentFailed(plan, LOCKED));
    return err({ kind: 'locked', deployments: blocking.map(({ id }) => id) });
  }
  const ending = adoption.ending ?? { status: 'cancelled', reason: CANCELLED };
  const back = switchedBackTo(plan);
  for (const deployment of blocking) endDeployment(context, deployment, { ...ending, back });
  context.draft.advanceRoot(plan.version);
  yield* applyToRoot(context, decided.value);
  yield* lookBelow(context, decided.value.groupChanges);
  wakeMarked(context);
  scaleOld(context, decided.value.changes, adoption.sentenced ?? {});
  adoption.accepted?.();
  start(context, plan, adoption.undoes);
  yield* eachInSteps(decided.value.changes, (change) => {
    context.draft.events.push(...healthChecksChanged(change));
  });
  return ok({ deploymentId: plan.id });
}

function isEmpty({ changes, groupChanges }: Decided): boolean {
  return changes.length === 0 && groupChanges.length === 0;
}

/** What a group says of rollouts and dependencies concerns its apps, also those that stay. */
function* lookBelow({ draft }: TurnContext, groupChanges: readonly GroupChange[]): Steps<void> {
  for (const { id, before, after } of groupChanges) {
    if (after === undefined || SAID_OF_APPS.every((key) => isEqual(before?.[key], after[key]))) {
      continue;
    }
    yield* eachInSteps(walkApps(treeOf(draft), id), (app) => void draft.dirty.add(app.id));
  }
}

const SAID_OF_APPS = ['rollout', 'dependencies', 'dependencyRules'] as const;

function tooManyChanges({ settings }: Planning, plan: DeploymentPlan): Rejection | undefined {
  const { changesAtOnce } = settings;
  if (plan.changes.length <= changesAtOnce) return undefined;
  const message =
    `This would change ${plan.changes.length} apps at once, and one request changes no more than ` +
    `${changesAtOnce}: change the groups inside one after the other`;
  return { kind: 'unprocessable', message };
}

/**
 * The plan that `adoptChanges` would start, refused for the same reasons but locks: without force
 * it is computed as if nothing were running. Leaves no trace in the draft.
 */
export function* planChanges(
  context: Planning,
  adoption: Adoption,
): Steps<Result<DeploymentPlan, Rejection>> {
  const decided = yield* decideChanges(context, adoption);
  return decided.ok ? ok(decided.value.plan) : decided;
}

/** What a change comes to; leaves no trace in the draft. */
export function* decideChanges(
  context: Planning,
  adoption: Adoption,
): Steps<Result<Decided, Rejection>> {
  const { draft } = context;
  const stamped = yield* stamp(context, adoption);
  if (!stamped.ok) return stamped;
  const original = treeOf(draft);
  const groupChanges = yield* completeGroups(
    context,
    original,
    stamped.value,
    adoption.groupChanges ?? [],
  );
  const changed = yield* byId(stamped.value);
  const target = patchedTree(original, yield* patchOf(stamped.value, changed, groupChanges));
  const graph = new DependencyGraph(target);
  const { unknownDependency } = context.settings;
  const given = { target, graph, changes: stamped.value, groupChanges };
  const check = { ...adoption, ...given, unknownDependency };
  const { violations, warnings } = yield* checkRoot(check);
  if (violations.length > 0) return err({ kind: 'invalid', violations });

  if (groupChanges.length === 0 && scalesBoth(context, stamped.value)) {
    const { rootVersion: parent } = draft;
    const id = adoption.id ?? context.ids.random();
    const scaling = { id, parent, version: adoption.version, warnings };
    const plan = planOfScaling(scaling);
    return ok({ plan, changes: stamped.value, groupChanges, blocking: [] });
  }
  const settled = yield* settleChanges(context, {
    changes: stamped.value,
    target,
    graph,
    adoption,
  });
  if (settled.refusals.length > 0) {
    return err({ kind: 'invalid', violations: settled.refusals.map((one) => refused(check, one)) });
  }
  const { rollouts, inPlace, changes, blocking } = settled;
  const plan = yield* planDeployment({
    id: adoption.id ?? context.ids.random(),
    parent: draft.rootVersion,
    version: adoption.version,
    original,
    target,
    graph,
    changes: settled.planned,
    ...(settled.planned === stamped.value && { changed }),
    groupChanges,
    sentenced: adoption.sentenced ?? {},
    rollouts,
    inPlace,
    warnings: [...warnings, ...unroutedRollouts(context.settings, rollouts, target)],
  });
  yield;
  const faults = yield* lintPlan(plan);
  assert(faults.length === 0, `unsound plan: ${JSON.stringify(faults)}`);
  const found = yield* findingsOf(context, check, plan);
  return ok({ plan: withFindings(plan, found), changes, groupChanges, blocking });
}

/** What cannot run twice, and the way out (rollouts.md, Blue/green, twin set). */
function refused(check: RootCheck, { id, scope, strategy, reason }: TwinRefusal): Violation {
  const whose = scope === id ? 'its rollout' : `the rollout of '${scope}'`;
  const message =
    `'${id}' has changed and cannot run twice, as ${strategy} of ${whose} would have it: it ` +
    `${reason}. Give it a rollout of its own: {"strategy": "serial"}, or {"twin": false}`;
  return { path: placeOf(check, 'apps', id) || '/', message };
}

function start(context: TurnContext, plan: DeploymentPlan, undoes: string | undefined): void {
  const { draft, now } = context;
  const queuedAt = draft.deployments.get(plan.id)?.queuedAt;
  const undone = undoes === undefined ? undefined : draft.deployments.get(undoes);
  if (undone !== undefined) draft.deployments.put(undone.id, { ...undone, undoneBy: plan.id });
  const deployment: Deployment = {
    id: plan.id,
    plan,
    status: 'running',
    step: 0,
    // The first step is announced here, before anything that happens in it.
    announced: plan.steps.length > 0,
    stepSince: now,
    startedAt: now,
    progressAt: now,
    ...(queuedAt === undefined ? {} : { queuedAt }),
    ...(undoes !== undefined && { undoes }),
    ...beginRollouts(context, plan),
  };
  draft.deployments.put(plan.id, deployment);
  if (deployment.announced) draft.events.push(stepEvent('deployment_info', deployment));
  for (const { id } of plan.changes) draft.dirty.add(id);
}

function* stamp(
  context: Planning,
  adoption: Adoption,
): Steps<Result<readonly AppChange[], Rejection>> {
  const wanted = adoption.changes.filter(isWanted);
  const assigned = yield* assignPortsInSteps(
    wanted,
    { has: (port) => context.draft.apps.by('servicePort', String(port)).length > 0 },
    context.settings.servicePorts,
  );
  if (!assigned.ok) {
    return err({ kind: 'unprocessable', message: assigned.error.message });
  }
  const changes: AppChange[] = [];
  let at = 0;
  yield* eachInSteps(adoption.changes, ({ id, before, after: asked, restart, restore }) => {
    const after = asked && assigned.value[at++];
    const stamped =
      after &&
      (restore === true
        ? restored(after, adoption.version)
        : stampVersion(before, after, adoption.version, { restart: restart ?? false }));
    if (stamped === before) return;
    changes.push(changeOf(id, before, stamped));
  });
  return ok(changes);
}

function isWanted(change: ProposedChange): change is ProposedChange & ChangedApp {
  return change.after !== undefined;
}

function changeOf(
  id: PathId,
  before: AppDefinition | undefined,
  after: AppDefinition | undefined,
): AppChange {
  if (before !== undefined && after !== undefined) return { id, before, after };
  return { id, ...(before && { before }), ...(after && { after }) };
}

/** A new version of an earlier definition that counts as the same configuration. */
function restored(definition: AppDefinition, version: Millis): AppDefinition {
  const { lastConfigChangeAt } = definition.versionInfo;
  return { ...definition, version, versionInfo: { lastScalingAt: version, lastConfigChangeAt } };
}

function* byId(changes: readonly AppChange[]): Steps<ReadonlyMap<PathId, AppChange>> {
  const changed = new Map<PathId, AppChange>();
  yield* eachInSteps(changes, (change) => void changed.set(change.id, change));
  return changed;
}

function* patchOf(
  changes: readonly AppChange[],
  changed: ReadonlyMap<PathId, AppChange>,
  groupChanges: readonly GroupChange[],
): Steps<TreePatch> {
  const apps: NodePatch<AppDefinition> = {
    has: (id) => changed.has(id),
    get: (id) => changed.get(id)?.after,
    values: () => changes.map(({ after }) => after),
  };
  const groups = new Map<PathId, Group | undefined>();
  yield* eachInSteps(groupChanges, ({ id, after }) => void groups.set(id, after));
  return { apps, groups };
}

/** Makes the target of a plan the root of the draft, whatever runs. */
export function* applyToRoot(
  { draft }: Pick<Planning, 'draft'>,
  { changes, groupChanges }: Pick<DeploymentPlan, 'changes' | 'groupChanges'>,
): Steps<void> {
  yield* eachInSteps(groupChanges, ({ id, after }) => {
    if (after === undefined) draft.removeGroup(id);
    else draft.putGroup(after);
  });
  yield* eachInSteps(changes, ({ id, after }) => {
    if (after === undefined) draft.removeApp(id);
    else draft.putApp(after);
  });
}

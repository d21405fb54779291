import {
  DEFAULT_KILL_GRACE_SECONDS,
  isResident,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import {
  rolling,
  startsBySums,
  stepChanging,
  type Deployment,
  type RollingTargets,
  type RollingView,
} from '../deployment/index.js';
import {
  allWaitFor,
  fateOf,
  forgottenAt,
  isHealthyAndReady,
  isTerminal,
  newInstanceId,
  sumsOfOneConfig,
  type Instance,
  type InstanceId,
  type KillReason,
} from '../instance/index.js';
import { spreadOf } from '../matching/index.js';
import { appVersionKey, type TurnContext } from '../turn/index.js';
import { drainsFirst } from './drain-first.js';
import { EarliestWake } from './earliest-wake.js';
import { killUnhealthy } from './kill-unhealthy.js';
import { killOverdue, movingView } from './move-instances.js';
import { killPreempted } from './preempt.js';
import { passKillOn } from './pass-kill-on.js';
import { isSerial, nextPlace, reachSerial, wasReplaced } from './reach-serial.js';
import { tendReplacements } from './replace-unhealthy.js';
import { isKeeper, reachResidents, settleKeeper, tendReservations } from './tend-residents.js';
import { tendUnreachable } from './tend-unreachable.js';
import { tendVolumes } from './tend-volumes.js';
import { watchStart } from './watch-start.js';

/** What governs an app at this moment. */
type Rule =
  /** A deployment has not reached it: keep what there is, restart what crashes as it was. */
  | { readonly kind: 'hold' }
  | {
      readonly kind: 'reach';
      readonly app: AppDefinition;
      readonly sentenced: ReadonlySet<string>;
    }
  | { readonly kind: 'stop'; readonly reason: KillReason };

/**
 * Looks at one app as a whole and does what is missing: buries what is over, creates and gives up
 * instances, passes kills on, sets the next look. Level-triggered: called any number of times it
 * changes nothing more than called once.
 */
export function reconcileApp(context: TurnContext, id: PathId): void {
  const { draft } = context;
  const rule = ruleFor(context, id);
  const wake = new EarliestWake();
  for (const instance of draft.instances.by('restless', id)) {
    if (isKeeper(instance)) settleKeeper(context, instance, appOf(context, rule, instance));
    else settle(context, instance, rule);
    if (instance.goal === 'Running') tendUnreachable(context, instance, wake);
  }
  killOverdue(context, id, wake);
  killPreempted(context, id, wake);
  tendReservations(context, id, wake);
  const replaced =
    rule.kind === 'reach' ? tendReplacements(context, rule.app, wake) : new Set<InstanceId>();
  if (rule.kind === 'reach') reach(context, rule, { replaced, wake });
  if (rule.kind === 'stop') {
    for (const instance of draft.instances.by('app', id)) {
      decommission(context, instance, rule.reason);
    }
  }
  const app = draft.apps.get(id);
  if (app !== undefined) {
    killUnhealthy(context, app, { replaced, mayGrow: rule.kind === 'reach', wake });
  }
  for (const instance of draft.instances.by('restless', id)) watch(context, instance, wake);
  for (const { taskId } of draft.orphans.by('app', id)) {
    passKillOn(context, { taskId, appId: id, grace: DEFAULT_KILL_GRACE_SECONDS }, wake);
  }
  tendVolumes(context, id, wake);
  tendLaunchDelays(context, id, wake);
  dropUnusedVersions(context, id);
  draft.wakes.set(id, wake.at);
}

function ruleFor(context: TurnContext, id: PathId): Rule {
  const { draft } = context;
  const app = draft.apps.get(id);
  const deployment = draft.runningDeploymentOf(id);
  const waits = deployment?.paused !== undefined;
  if (deployment !== undefined && (waits || !reached(deployment, id))) return { kind: 'hold' };
  if (app === undefined) return { kind: 'stop', reason: 'deletingApp' };
  const sentenced = deployment?.plan.sentenced[id] ?? [];
  return { kind: 'reach', app, sentenced: new Set(sentenced) };
}

/** The definition that an instance is to have by now; `undefined` = as it is. */
function appOf(context: TurnContext, rule: Rule, instance: Instance): AppDefinition | undefined {
  if (rule.kind !== 'reach') return undefined;
  return isSerial(context, rule.app) && !wasReplaced(instance) ? undefined : rule.app;
}

/** Whether the deployment has come to the step that changes this app (or has no such step). */
function reached({ plan, step }: Deployment, id: PathId): boolean {
  return (stepChanging(plan, id) ?? step) <= step;
}

/** Carries out what becomes of an instance by what is wanted of it and how its task stands. */
function settle(context: TurnContext, instance: Instance, rule: Rule): void {
  const { draft } = context;
  const definition = draft.definitionOf(instance);
  const inPlace = rule.kind === 'reach' && isSerial(context, rule.app);
  const outdated =
    rule.kind === 'stop' ||
    (rule.kind === 'reach' &&
      !inPlace &&
      instance.configVersion !== rule.app.versionInfo.lastConfigChangeAt);
  const resident = definition !== undefined && isResident(definition);
  switch (fateOf(instance, { outdated, resident })) {
    case 'keep':
      return;
    case 'relaunch':
      reschedule(context, instance, inPlace && wasReplaced(instance) ? rule.app : undefined);
      return;
    case 'forget':
      draft.removeInstance(instance);
      return;
  }
}

/**
 * Back into the queue as the same instance, from `app` where it is given; its task is forgotten, its
 * kill carried out.
 */
function reschedule(context: TurnContext, instance: Instance, app?: AppDefinition): void {
  const { task, kill: _kill, ...rest } = instance;
  if (task !== undefined) context.draft.forgetKill(task.id);
  const version = app && {
    appVersion: app.version,
    configVersion: app.versionInfo.lastConfigChangeAt,
  };
  context.draft.putInstance({
    ...rest,
    ...version,
    ...nextPlace(instance),
    condition: 'Scheduled',
    since: context.now,
  });
}

function reach(
  context: TurnContext,
  rule: Extract<Rule, { kind: 'reach' }>,
  { replaced, wake }: { readonly replaced: ReadonlySet<InstanceId>; readonly wake: EarliestWake },
): void {
  const { draft, now } = context;
  const { app } = rule;
  if (isSerial(context, app)) {
    reachSerial(context, app, { sentenced: rule.sentenced, wake });
    return;
  }
  if (isResident(app)) {
    reachResidents(context, app, rule.sentenced);
    return;
  }
  const config = app.versionInfo.lastConfigChangeAt;
  if (!allWaitFor(draft.instances, app.id, app.version)) {
    for (const instance of draft.instances.by('scheduled', app.id)) {
      adoptVersion(context, instance, app);
    }
  }
  const moving: Moving = {
    ...movingView(context, app, wake),
    ...(replaced.size === 0 ? {} : { isReplaced: ({ id }) => replaced.has(id) }),
  };
  const targets = targetsBySums(context, app, moving) ?? targetsByInstances(context, rule, moving);
  for (const instance of targets.stop) {
    const moves = moving.isLeaving?.(instance) === true;
    const kept = moves ? 'draining' : 'scaling';
    decommission(context, instance, instance.configVersion === config ? kept : 'upgrading');
  }
  const start = context.starts.take(app.id, targets.start);
  for (let i = 0; i < start; i += 1) {
    draft.putInstance({
      id: newInstanceId(app.id, context.ids, now),
      appId: app.id,
      appVersion: app.version,
      configVersion: config,
      goal: 'Running',
      condition: 'Scheduled',
      incarnation: 0,
      createdAt: now,
      since: now,
    });
  }
  if (start < targets.start) context.leftOver.add(app.id);
}

type Moving = Pick<RollingView, 'isLeaving' | 'makeWayFirst' | 'isReplaced'>;

/** Mostly some are to be started and none is to be stopped: no need to look at each of many. */
function targetsBySums(
  { draft }: TurnContext,
  app: AppDefinition,
  moving: Moving,
): RollingTargets | undefined {
  const special = moving.isLeaving ?? moving.isReplaced;
  if (special !== undefined || app.readinessChecks.length > 0) return undefined;
  const hasChecks = app.healthChecks.length > 0;
  const config = app.versionInfo.lastConfigChangeAt;
  const sums = sumsOfOneConfig(draft.instances, app.id, { config, hasChecks });
  const start =
    sums && startsBySums({ wanted: app.instances, strategy: app.upgradeStrategy }, sums);
  return start === undefined ? undefined : { start, stop: [] };
}

function targetsByInstances(
  { draft, master }: TurnContext,
  { app, sentenced }: Extract<Rule, { kind: 'reach' }>,
  moving: Moving,
): RollingTargets {
  return rolling({
    wanted: app.instances,
    configVersion: app.versionInfo.lastConfigChangeAt,
    strategy: app.upgradeStrategy,
    killSelection: app.killSelection,
    instances: draft.instances.by('app', app.id),
    isHealthy: (instance) => isHealthyAndReady(instance, draft.definitionOf(instance)),
    sentenced,
    spread: spreadOf(app, (id) => master.agent(id)),
    ...moving,
  });
}

/** A waiting instance of the same configuration will start from the newest definition. */
function adoptVersion(context: TurnContext, instance: Instance, app: AppDefinition): void {
  const same = instance.configVersion === app.versionInfo.lastConfigChangeAt;
  if (!same || instance.condition !== 'Scheduled' || instance.appVersion === app.version) return;
  context.draft.putInstance({ ...instance, appVersion: app.version });
}

function decommission(context: TurnContext, instance: Instance, reason: KillReason): void {
  const { draft, now } = context;
  if (instance.goal === 'Decommissioned') return;
  if (instance.condition === 'Scheduled' || isTerminal(instance.condition)) {
    draft.removeInstance(instance);
    return;
  }
  const deployment = draft.runningDeploymentOf(instance.appId)?.id;
  const detail = deployment === undefined ? {} : { detail: `deployment ${deployment}` };
  const kill = instance.kill ?? { since: now, reason, ...detail };
  draft.putInstance({ ...instance, goal: 'Decommissioned', kill });
}

/** Deadlines of a living task: passing on its kill, and the time it may take to start. */
function watch(context: TurnContext, instance: Instance, wake: EarliestWake): void {
  if (instance.task === undefined || isTerminal(instance.condition)) return;
  const doomed = instance.kill === undefined ? watchStart(context, instance, wake) : instance;
  if (doomed?.task === undefined || drainsFirst(context, doomed, wake)) return;
  const definition = context.draft.definitionOf(doomed);
  const grace = definition?.taskKillGracePeriodSeconds ?? DEFAULT_KILL_GRACE_SECONDS;
  passKillOn(context, { taskId: doomed.task.id, appId: doomed.appId, grace }, wake);
}

function tendLaunchDelays(context: TurnContext, id: PathId, wake: EarliestWake): void {
  const { draft, now } = context;
  const app = draft.apps.get(id);
  for (const delay of draft.launchDelays.by('app', id)) {
    const forget = forgottenAt(delay, app);
    const current = app?.versionInfo.lastConfigChangeAt === delay.configVersion;
    if (forget <= now || !current) draft.launchDelays.remove(delay.id);
    else wake.by(delay.until > now ? delay.until : forget);
  }
}

/**
 * Definitions nobody refers to any more leave memory (their history stays in the store). One that
 * was superseded in the very turn that made it stays until it is stored: clients know of it.
 */
function dropUnusedVersions(context: TurnContext, id: PathId): void {
  const { draft } = context;
  const versions = draft.appVersions.by('app', id);
  const current = draft.apps.get(id)?.version;
  if (versions.length <= (current === undefined ? 0 : 1)) return;
  const used = new Set(draft.instances.by('app', id).map((i) => i.appVersion));
  for (const { version } of versions) {
    const key = appVersionKey(id, version);
    const stored = draft.appVersions.before(key) !== undefined;
    if (version === current || used.has(version) || !stored) continue;
    draft.appVersions.remove(key);
  }
}

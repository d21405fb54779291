import {
  DEFAULT_KILL_GRACE_SECONDS,
  isResident,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import { changeIn, claimOf } from '../deployment/index.js';
import {
  fateOf,
  forgottenAt,
  isTerminal,
  situationOf,
  type Instance,
  type InstanceId,
} from '../instance/index.js';
import { appVersionKey, type TurnContext } from '../turn/index.js';
import { drainsFirst } from './drain-first.js';
import { EarliestWake } from './earliest-wake.js';
import { wakeWhenOverdue } from './failing-deployment.js';
import { killUnhealthy } from './kill-unhealthy.js';
import { killOverdue } from './move-instances.js';
import { killPreempted } from './preempt.js';
import { noteLost } from './lost-dependencies.js';
import { passKillOn } from './pass-kill-on.js';
import { nextPlace, slotAgain, waitsBetween, waitsForSlot, wasReplaced } from './reach-serial.js';
import { decommission, isOneByOne, reach } from './reach.js';
import { tendReplacements } from './replace-unhealthy.js';
import { mayStop, rolloutDeadline } from './rollouts/index.js';
import { rulesFor, type Rule, type Rules } from './rules.js';
import { isKeeper, settleKeeper, tendReservations } from './tend-residents.js';
import { isErrandId, tendErrands } from './tend-errands.js';
import { tendUnreachable } from './tend-unreachable.js';
import { tendVolumes } from './tend-volumes.js';
import { killOutgrown } from './tend-volume-use.js';
import { watchStart } from './watch-start.js';

/**
 * Looks at one app as a whole and does what is missing: buries what is over, creates and gives up
 * instances, passes kills on, sets the next look. Level-triggered: called any number of times it
 * changes nothing more than called once.
 */
export function reconcileApp(context: TurnContext, id: PathId): void {
  const { draft } = context;
  if (isErrandId(id)) {
    tendErrands(context, id);
    return;
  }
  const wake = new EarliestWake();
  noteLost(context, id);
  const rules = rulesFor(context, id, wake);
  for (const instance of draft.instances.by('restless', id)) {
    const rule = rules.of(instance);
    if (waitsForSlot(instance) && isOneByOne(context, rule)) continue;
    if (waitsBetween(context, instance)) continue;
    if (isKeeper(instance)) settleKeeper(context, instance, reachedBy(context, rule, instance));
    else settle(context, instance, rule);
    if (instance.goal === 'Running') tendUnreachable(context, instance, wake);
  }
  killOverdue(context, id, wake);
  killPreempted(context, id, wake);
  killOutgrown(context, id);
  tendReservations(context, id, wake);
  govern(context, id, { rule: rules.live, wake });
  if (draft.instances.count('beside', id) > 0 || rules.beside.kind === 'reach') {
    tendBeside(context, id, { rules, wake });
  }
  for (const instance of draft.instances.by('restless', id)) watch(context, instance, wake);
  for (const { taskId } of draft.orphans.by('app', id)) {
    passKillOn(context, { taskId, appId: id, grace: DEFAULT_KILL_GRACE_SECONDS }, wake);
  }
  const claim = claimOf(draft.deployments, id);
  const rolloutMoves = claim && rolloutDeadline(context, claim);
  if (rolloutMoves !== undefined) wake.by(rolloutMoves);
  wakeWhenOverdue(context, id, wake);
  tendVolumes(context, id, wake);
  tendLaunchDelays(context, id, wake);
  dropUnusedVersions(context, id);
  draft.wakes.set(id, wake.at);
}

interface Governing {
  readonly rule: Rule;
  readonly wake: EarliestWake;
}

/** The live instances. */
function govern(context: TurnContext, id: PathId, { rule, wake }: Governing): void {
  const { draft } = context;
  const replaced =
    rule.kind === 'reach' ? tendReplacements(context, rule.app, wake) : new Set<InstanceId>();
  if (rule.kind === 'reach') reach(context, rule, { replaced, wake });
  if (rule.kind === 'stop') {
    for (const instance of draft.instances.by('app', id)) {
      decommission(context, instance, rule.reason);
    }
  }
  const app = appOf(rule) ?? draft.apps.get(id);
  if (app === undefined) return;
  killUnhealthy(context, app, { replaced, mayGrow: rule.kind === 'reach', wake });
}

/** Those of another generation: what a rollout claims, and what is left of others. */
function tendBeside(
  context: TurnContext,
  id: PathId,
  { rules, wake }: { readonly rules: Rules; readonly wake: EarliestWake },
): void {
  const { draft } = context;
  for (const instance of draft.instances.by('beside', id)) {
    const rule = rules.of(instance);
    if (rule.kind === 'stop' && mayStop(context, instance)) {
      decommission(context, instance, rule.reason);
    }
  }
  const rule = rules.beside;
  if (rule.kind !== 'reach') return;
  const replaced = new Set<InstanceId>();
  reach(context, rule, { replaced, wake });
  const { generation } = rule;
  killUnhealthy(context, rule.app, { replaced, mayGrow: false, wake, generation });
}

/** The definition that instances are to have by now; `undefined` = as each is. */
function appOf(rule: Rule): AppDefinition | undefined {
  return rule.kind === 'reach' ? rule.app : undefined;
}

/** The definition that an instance is to have by now; `undefined` = as it is. */
function reachedBy(
  context: TurnContext,
  rule: Rule,
  instance: Instance,
): AppDefinition | undefined {
  if (rule.kind !== 'reach') return undefined;
  return isOneByOne(context, rule) && !wasReplaced(instance) ? undefined : rule.app;
}

/** Carries out what becomes of an instance by what is wanted of it and how its task stands. */
function settle(context: TurnContext, instance: Instance, rule: Rule): void {
  const { draft } = context;
  // Nearly all are: what lives is kept until its end has been seen.
  if (situationOf(instance.condition) === 'alive') return;
  const definition = draft.definitionOf(instance);
  const inPlace = isOneByOne(context, rule);
  const outdated =
    rule.kind === 'stop' ||
    (rule.kind === 'reach' &&
      !inPlace &&
      rule.asItIs !== true &&
      instance.configVersion !== rule.app.versionInfo.lastConfigChangeAt);
  const resident = definition !== undefined && isResident(definition);
  switch (fateOf(instance, { outdated, resident })) {
    case 'keep':
      return;
    case 'relaunch':
      reschedule(context, instance, inPlace && wasReplaced(instance) ? appOf(rule) : undefined);
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
  const { id, task, kill: _kill, slot: _slot, ...rest } = instance;
  if (task !== undefined) context.draft.forgetKill(task.id);
  const version = app && {
    appVersion: app.version,
    configVersion: app.versionInfo.lastConfigChangeAt,
  };
  context.draft.putInstance({
    id,
    ...rest,
    ...version,
    ...slotAgain(context, instance),
    ...nextPlace(instance),
    condition: 'Scheduled',
    since: context.now,
  });
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
  const isTwin = draft.deployments.by('twins', id).length > 0;
  for (const delay of draft.launchDelays.by('app', id)) {
    const forget = forgottenAt(delay, app);
    const current = isTwin || app?.versionInfo.lastConfigChangeAt === delay.configVersion;
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
  for (const { appVersion } of draft.instances.by('beside', id)) used.add(appVersion);
  // The old generation is kept up from it, also when none of it is left for a moment.
  const claim = claimOf(draft.deployments, id);
  const before = claim && changeIn(claim.deployment.plan, id)?.before;
  if (before !== undefined) used.add(before.version);
  for (const { version } of versions) {
    const key = appVersionKey(id, version);
    const stored = draft.appVersions.before(key) !== undefined;
    if (version === current || used.has(version) || !stored) continue;
    draft.appVersions.remove(key);
  }
}

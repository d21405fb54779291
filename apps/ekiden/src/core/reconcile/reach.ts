import { isResident, type AppDefinition } from '../app/index.js';
import {
  rolling,
  startsBySums,
  type RollingTargets,
  type RollingView,
} from '../deployment/index.js';
import {
  allWaitFor,
  changeInstance,
  isHealthyAndReady,
  isTerminal,
  newInstanceId,
  sumsOfOneConfig,
  type Instance,
  type InstanceId,
  type KillReason,
} from '../instance/index.js';
import { spreadOf } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';
import { reasonToMove } from './lost-dependencies.js';
import { movingView } from './move-instances.js';
import { newcomers } from './newcomers.js';
import { isSerial, reachSerial } from './reach-serial.js';
import type { Reach, Rule } from './rules.js';
import { passScopeHooks } from './tend-hooks.js';
import { reachResidents } from './tend-residents.js';

/** Starts and stops instances of one generation of an app, by the set there is. */
export function reach(
  context: TurnContext,
  rule: Reach,
  { replaced, wake }: { readonly replaced: ReadonlySet<InstanceId>; readonly wake: EarliestWake },
): void {
  const { draft, now } = context;
  const { app, generation } = rule;
  if (isOneByOne(context, rule)) {
    reachSerial(context, app, { sentenced: rule.sentenced, wake });
    return;
  }
  if (isResident(app)) {
    reachResidents(context, app, rule.sentenced);
    return;
  }
  const config = app.versionInfo.lastConfigChangeAt;
  if (rule.asItIs !== true && !allWaitFor(draft.instances, app.id, app.version)) {
    for (const instance of draft.instances.by('scheduled', app.id)) {
      adoptVersion(context, instance, app);
    }
  }
  const moving: Moving = {
    ...movingView(context, app, wake),
    ...(replaced.size === 0 ? {} : { isReplaced: ({ id }) => replaced.has(id) }),
  };
  const targets = targetsBySums(context, rule, moving) ?? targetsByInstances(context, rule, moving);
  const isOfNow = (each: Instance): boolean =>
    each.configVersion === config || rule.asItIs === true;
  const mayUpgrade = targets.stop.every(isOfNow) || passScopeHooks(context, app.id, 'beforeStop');
  for (const { id } of targets.stop) {
    const instance = draft.instances.get(id);
    if (instance === undefined) continue;
    const isKept = isOfNow(instance);
    if (!isKept && !mayUpgrade) continue;
    const moves = moving.isLeaving?.(instance) === true;
    const kept = moves ? reasonToMove(context, instance) : 'scaling';
    decommission(context, instance, isKept ? kept : 'upgrading');
  }
  const start = newcomers(context, app.id, targets.start);
  for (let i = 0; i < start; i += 1) {
    draft.putInstance({
      id: newInstanceId(app.id, context.ids, now),
      appId: app.id,
      appVersion: app.version,
      configVersion: config,
      goal: 'Running',
      condition: 'Scheduled',
      incarnation: 0,
      ...(generation === undefined ? {} : { generation }),
      createdAt: now,
      since: now,
    });
  }
}

/** Whether a rule replaces instances in their slots; of two generations each is as it is. */
export function isOneByOne(context: TurnContext, rule: Rule): boolean {
  if (rule.kind !== 'reach' || rule.generation !== undefined || rule.asItIs === true) return false;
  return isSerial(context, rule.app);
}

type Moving = Pick<RollingView, 'isLeaving' | 'makeWayFirst' | 'isReplaced'>;

/** Mostly some are to be started and none is to be stopped: no need to look at each of many. */
function targetsBySums(
  { draft }: TurnContext,
  { app, generation }: Reach,
  moving: Moving,
): RollingTargets | undefined {
  const special = moving.isLeaving ?? moving.isReplaced;
  if (special !== undefined || app.readinessChecks.length > 0) return undefined;
  const hasChecks = app.healthChecks.length > 0;
  const config = app.versionInfo.lastConfigChangeAt;
  const sums = sumsOfOneConfig(draft.instances, app.id, { config, hasChecks, generation });
  const start =
    sums && startsBySums({ wanted: app.instances, strategy: app.upgradeStrategy }, sums);
  return start === undefined ? undefined : { start, stop: [] };
}

function targetsByInstances(context: TurnContext, rule: Reach, moving: Moving): RollingTargets {
  const { draft, master } = context;
  const { app, sentenced } = rule;
  return rolling({
    wanted: app.instances,
    configVersion: app.versionInfo.lastConfigChangeAt,
    strategy: app.upgradeStrategy,
    killSelection: app.killSelection,
    instances: instancesOf(context, rule),
    isHealthy: (instance) => isHealthyAndReady(instance, draft.definitionOf(instance)),
    sentenced,
    spread: spreadOf(app, (id) => master.agent(id)),
    ...moving,
  });
}

/** Those of the generation. A deployment that was superseded may have left several versions of it. */
function instancesOf({ draft }: TurnContext, rule: Reach): readonly Instance[] {
  const { app, generation, asItIs } = rule;
  const configVersion = app.versionInfo.lastConfigChangeAt;
  const isOwn = (each: Instance): boolean =>
    each.generation === generation && (asItIs === true || each.configVersion === configVersion);
  const found =
    generation === undefined
      ? draft.instances.by('app', app.id)
      : draft.instances.by('beside', app.id).filter(isOwn);
  if (asItIs !== true) return found;
  return found.map((each) =>
    each.configVersion === configVersion ? each : { ...each, configVersion },
  );
}

/** A waiting instance of the same configuration will start from the newest definition. */
function adoptVersion(context: TurnContext, instance: Instance, app: AppDefinition): void {
  const same = instance.configVersion === app.versionInfo.lastConfigChangeAt;
  if (!same || instance.condition !== 'Scheduled' || instance.appVersion === app.version) return;
  context.draft.putInstance({ ...instance, appVersion: app.version });
}

/** Gives an instance up for good; what has no task goes at once. */
export function decommission(context: TurnContext, instance: Instance, reason: KillReason): void {
  const { draft, now } = context;
  if (instance.goal === 'Decommissioned') return;
  if (instance.condition === 'Scheduled' || isTerminal(instance.condition)) {
    draft.removeInstance(instance);
    return;
  }
  const deployment = draft.runningDeploymentOf(instance.appId)?.id;
  const cause = reason === 'dependencyLost' ? instance.task?.lost?.on : undefined;
  const grounds = cause ?? (deployment === undefined ? undefined : `deployment ${deployment}`);
  const detail = grounds === undefined ? {} : { detail: grounds };
  const kill = instance.kill ?? { since: now, reason, ...detail };
  draft.putInstance(changeInstance(instance, { goal: 'Decommissioned', kill }));
}

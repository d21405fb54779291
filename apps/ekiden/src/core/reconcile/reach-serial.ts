import type { AgentId, Millis } from '@ekiden/kernel';
import { isResident, type AppDefinition } from '../app/index.js';
import {
  bringsVersion,
  changeIn,
  freeSlot,
  minimumHealthy,
  rolloutInForce,
  serial,
} from '../deployment/index.js';
import {
  changeInstance,
  isHealthyAndReady,
  isTerminal,
  newInstanceId,
  type Instance,
} from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';
import { reasonToMove } from './lost-dependencies.js';
import { movingView } from './move-instances.js';
import { newcomers } from './newcomers.js';
import { passInstanceHooks } from './tend-hooks.js';
import { adopt, begin, kill, putAway, resume } from './tend-residents.js';

/** Whether the instances of an app are numbered and replaced one by one, each in its place. */
export function isSerial({ draft }: Pick<TurnContext, 'draft'>, app: AppDefinition): boolean {
  return rolloutInForce(draft, app.id)?.settings.strategy === 'serial';
}

/**
 * Whether a task that is over was stopped to be replaced in its slot; one that ended by itself
 * starts again as it was, until it is its turn.
 */
export function wasReplaced({ kill }: Instance): boolean {
  return kill?.reason === 'upgrading';
}

/** One step towards the wanted number of instances of the wanted definition, slot by slot. */
export function reachSerial(
  context: TurnContext,
  app: AppDefinition,
  { sentenced, wake }: { readonly sentenced: ReadonlySet<string>; readonly wake: EarliestWake },
): void {
  const { draft } = context;
  const config = app.versionInfo.lastConfigChangeAt;
  for (const instance of draft.instances.by('scheduled', app.id)) {
    const { goal, configVersion } = instance;
    if (goal !== 'Decommissioned' && configVersion === config) adopt(context, instance, app);
  }
  const deployment = draft.runningDeploymentOf(app.id);
  const targets = serial({
    wanted: app.instances,
    configVersion: config,
    order: orderOf(context, app, deployment?.undoes !== undefined),
    instances: draft.instances.by('app', app.id),
    isHealthy: (instance) => isSettled(context, instance, config),
    isServing: (instance) => isHealthyAndReady(instance, draft.definitionOf(instance)),
    floor: minimumHealthy(app.instances, app.upgradeStrategy),
    sentenced,
    oneByOne: deployment !== undefined,
    ...movingView(context, app, wake),
  });
  for (const [id, slot] of targets.slots) {
    const instance = draft.instances.get(id);
    if (instance !== undefined) draft.putInstance(changeInstance(instance, { slot }));
  }
  for (const instance of targets.remove) giveUp(context, current(context, instance), app);
  for (const instance of targets.resume) takeUp(context, current(context, instance), app);
  if (targets.replace !== undefined) replace(context, current(context, targets.replace), app);
  const mayStart = targets.start.every((slot) =>
    passInstanceHooks(context, app.id, 'beforeStart', slot),
  );
  if (!mayStart) return;
  if (isResident(app)) begin(context, app, targets.start);
  else create(context, app, targets.start);
}

/** What is taken back goes the other way: the one that was changed last is the first. */
function orderOf(
  { draft }: TurnContext,
  app: AppDefinition,
  reversed: boolean,
): 'ascending' | 'descending' {
  const order = rolloutInForce(draft, app.id)?.settings.serial.order ?? 'descending';
  if (!reversed) return order;
  return order === 'ascending' ? 'descending' : 'ascending';
}

function current({ draft }: TurnContext, instance: Instance): Instance {
  return draft.instances.get(instance.id) ?? instance;
}

/** Healthy and ready; where it is new, with the hooks behind it that follow its start. */
export function isSettled(context: TurnContext, instance: Instance, config: Millis): boolean {
  const { appId, configVersion, slot, task, createdAt } = instance;
  if (!isHealthyAndReady(instance, context.draft.definitionOf(instance))) return false;
  const deployment = context.draft.runningDeploymentOf(appId);
  if (deployment === undefined || configVersion !== config) return true;
  const change = changeIn(deployment.plan, appId);
  const begun = deployment.startedAt;
  const isNew = createdAt >= begun || (change !== undefined && bringsVersion(change));
  if (!isNew || (task?.stagedAt ?? 0) < begun) return true;
  return passInstanceHooks(context, appId, 'afterReady', slot);
}

/**
 * Stopped by an upgrade that did not know of slots: it is given one before its next task, as hooks
 * run for a slot.
 */
export function waitsForSlot(instance: Instance): boolean {
  const { goal, condition, slot } = instance;
  return slot === undefined && goal === 'Running' && isTerminal(condition) && wasReplaced(instance);
}

/** Between two tasks: its last one is over, and hooks run before the next. */
export function waitsBetween(context: TurnContext, instance: Instance): boolean {
  const { appId, condition, kill, slot } = instance;
  if (slot === undefined || !isTerminal(condition)) return false;
  const app = context.draft.apps.get(appId);
  if (app === undefined || !isSerial(context, app)) return false;
  if (kill?.reason !== 'upgrading' && kill?.reason !== 'scaling') return false;
  if (context.draft.runningDeploymentOf(appId)?.paused !== undefined) return false;
  if (!passInstanceHooks(context, appId, 'afterStop', slot)) return true;
  return kill.reason === 'upgrading' && !passInstanceHooks(context, appId, 'beforeStart', slot);
}

/** Stopped, and started again once it is; what does not run has only to learn of it. */
function replace(context: TurnContext, instance: Instance, app: AppDefinition): void {
  const config = app.versionInfo.lastConfigChangeAt;
  const runs = instance.condition !== 'Scheduled';
  const at = runs ? 'beforeStop' : 'beforeStart';
  if (!passInstanceHooks(context, app.id, at, instance.slot)) return;
  if (!runs) adopt(context, instance, app);
  else if (instance.configVersion !== config) kill(context, instance, 'upgrading');
  else kill(context, instance, reasonToMove(context, instance));
}

function giveUp(context: TurnContext, instance: Instance, app: AppDefinition): void {
  if (!passInstanceHooks(context, app.id, 'beforeStop', instance.slot)) return;
  if (isResident(app)) {
    putAway(context, instance);
    return;
  }
  if (instance.condition === 'Scheduled' || isTerminal(instance.condition)) {
    context.draft.removeInstance(instance);
    return;
  }
  kill(context, { ...instance, goal: 'Decommissioned' }, 'scaling');
}

/** A put away one starts again, with its data; what is still being stopped is waited for. */
function takeUp(context: TurnContext, instance: Instance, app: AppDefinition): void {
  const { condition, kill: stopped, slot } = instance;
  const isLost = condition === 'Unreachable' || condition === 'UnreachableInactive';
  const rests = condition === 'Scheduled' || (isTerminal(condition) && stopped === undefined);
  // What runs on a host that is silent has not been stopped.
  if (isLost) resume(context, instance, app);
  else if (rests && passInstanceHooks(context, app.id, 'beforeStart', slot)) {
    resume(context, instance, app);
  }
}

function create(context: TurnContext, app: AppDefinition, slots: readonly number[]): void {
  const { draft, now, ids } = context;
  const start = newcomers(context, app.id, slots.length);
  for (const slot of slots.slice(0, start)) {
    draft.putInstance({
      id: newInstanceId(app.id, ids, now),
      appId: app.id,
      appVersion: app.version,
      configVersion: app.versionInfo.lastConfigChangeAt,
      goal: 'Running',
      condition: 'Scheduled',
      incarnation: 0,
      slot,
      createdAt: now,
      since: now,
    });
  }
}

/** The slot that it has, but where another was given that while it was lost; a free one then. */
export function slotAgain(
  { draft }: TurnContext,
  { id, appId, slot }: Instance,
): { readonly slot?: number } {
  if (slot === undefined) return {};
  const others = draft.instances.by('app', appId).filter((one) => one.id !== id);
  return { slot: freeSlot(others, slot) };
}

/** Where the next task of an instance with a slot goes by preference. */
export function nextPlace({ slot, task }: Instance): { readonly lastAgent?: AgentId } {
  return slot === undefined || task === undefined ? {} : { lastAgent: task.agentId };
}

import { millis } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../app/index.js';
import { residentTargets } from '../deployment/index.js';
import {
  isHealthyAndReady,
  isTerminal,
  newInstanceId,
  type Instance,
  type KillReason,
} from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import { passScopeHooks } from './tend-hooks.js';
import { detachedGroups, isGone, orderWipe } from './tend-volumes.js';
import type { EarliestWake } from './earliest-wake.js';
import { restartsNow } from './lost-dependencies.js';
import { newcomers } from './newcomers.js';

/** Kept while its app exists, also when it does not run. */
export function isKeeper(instance: Instance): boolean {
  return instance.reservation !== undefined || instance.goal === 'Stopped';
}

/**
 * What becomes of an instance with data whose task is over: given up ones are forgotten, their
 * volumes are seen to by `tendVolumes`; put away ones rest; the others go back to their agent, with
 * the definition of `app` where that is what is to be reached. Where nothing has run on its volumes
 * yet, nothing keeps it there.
 */
export function settleKeeper(
  context: TurnContext,
  instance: Instance,
  app: AppDefinition | undefined,
): void {
  const { draft } = context;
  const over = isTerminal(instance.condition);
  if (instance.goal === 'Decommissioned') {
    const away =
      instance.condition === 'Unreachable' || instance.condition === 'UnreachableInactive';
    if (over || away || instance.condition === 'Scheduled') draft.removeInstance(instance);
    return;
  }
  if (!over) return;
  if (instance.goal === 'Stopped') {
    tidy(context, instance);
    return;
  }
  const { reservation } = instance;
  if (reservation !== undefined && isUnused(context, reservation.id)) {
    orderWipe(context, reservation.id, 'undone');
    draft.removeInstance(instance);
    return;
  }
  backIntoQueue(context, instance, app);
}

/** Reservations that come to nothing: their agent is gone, or does not confirm them. */
export function tendReservations(context: TurnContext, id: PathId, wake: EarliestWake): void {
  const { draft, now, settings } = context;
  for (const instance of draft.instances.by('reserved', id)) {
    const { condition, goal, kill, reservation, task } = instance;
    if (reservation === undefined || goal === 'Decommissioned') continue;
    const rests = isTerminal(condition) || condition === 'Scheduled';
    if (rests && isGone(context, reservation.agentId)) {
      // The operator has said that its data is lost (VOL-16).
      if (goal === 'Stopped') draft.removeInstance(instance);
      else backIntoQueue(context, withoutReservation(instance), undefined);
      continue;
    }
    if (condition !== 'Provisioned' || kill !== undefined || task === undefined) continue;
    if (!isUnused(context, reservation.id)) continue;
    const deadline = millis(task.stagedAt + settings.reservationTimeout);
    if (deadline > now) {
      wake.by(deadline);
      continue;
    }
    orderWipe(context, reservation.id, 'undone');
    draft.putInstance({
      ...instance,
      goal: 'Decommissioned',
      kill: { since: now, reason: 'notConfirmed' },
    });
  }
}

/** One step towards the wanted number of instances of the wanted definition, each with its data. */
export function reachResidents(
  context: TurnContext,
  app: AppDefinition,
  sentenced: ReadonlySet<string>,
): void {
  const { draft } = context;
  const config = app.versionInfo.lastConfigChangeAt;
  for (const instance of draft.instances.by('scheduled', app.id)) {
    if (instance.goal !== 'Decommissioned') adopt(context, instance, app);
  }
  const all = draft.instances.by('app', app.id);
  const targets = residentTargets({
    wanted: app.instances,
    configVersion: config,
    strategy: app.upgradeStrategy,
    killSelection: app.killSelection,
    instances: all,
    isHealthy: (instance) => isHealthyAndReady(instance, draft.definitionOf(instance)),
    sentenced,
    isLeaving: restartsNow(context, app.id),
  });
  for (const instance of targets.putAway) putAway(context, instance);
  for (const instance of targets.resume) resume(context, instance, app);
  const mayStop = targets.replace.length === 0 || passScopeHooks(context, app.id, 'beforeStop');
  for (const instance of mayStop ? targets.replace : []) {
    const isNew = instance.configVersion === config;
    kill(context, instance, isNew ? 'dependencyLost' : 'upgrading');
  }
  begin(context, app, targets.start);
}

/**
 * New instances, so many or one for each slot; data that an earlier life of the app has left behind
 * is taken up first.
 */
export function begin(
  context: TurnContext,
  app: AppDefinition,
  what: number | readonly number[],
): void {
  const slots = typeof what === 'number' ? [] : what;
  const wanted = typeof what === 'number' ? what : what.length;
  if (wanted === 0) return;
  const { draft, now, ids } = context;
  const start = newcomers(context, app.id, wanted);
  const groups = detachedGroups(context, app);
  for (let i = 0; i < start; i += 1) {
    const id = newInstanceId(app.id, ids, now);
    const [first, ...others] = groups[i] ?? [];
    const slot = slots[i];
    for (const volume of first === undefined ? [] : [first, ...others]) {
      draft.volumes.put(volume.id, { ...volume, instanceId: id });
    }
    draft.putInstance({
      id,
      appId: app.id,
      appVersion: app.version,
      configVersion: app.versionInfo.lastConfigChangeAt,
      goal: 'Running',
      condition: 'Scheduled',
      incarnation: 0,
      ...(slot === undefined ? {} : { slot }),
      ...(first === undefined
        ? {}
        : {
            reservation: {
              id: first.reservationId,
              agentId: first.agentId,
              host: first.host,
              role: first.role,
              volumes: [first, ...others].map(({ id: volume }) => volume),
            },
          }),
      createdAt: now,
      since: now,
    });
  }
}

/** What waits will start from the newest definition; its data stays the same. */
export function adopt({ draft }: TurnContext, instance: Instance, app: AppDefinition): void {
  const config = app.versionInfo.lastConfigChangeAt;
  if (instance.appVersion === app.version && instance.configVersion === config) return;
  draft.putInstance({ ...instance, appVersion: app.version, configVersion: config });
}

export function putAway(context: TurnContext, instance: Instance): void {
  const { draft } = context;
  if (instance.reservation === undefined && instance.condition === 'Scheduled') {
    draft.removeInstance(instance);
  } else if (isTerminal(instance.condition) || instance.condition === 'Scheduled') {
    draft.putInstance({ ...instance, goal: 'Stopped' });
  } else {
    kill(context, { ...instance, goal: 'Stopped' }, 'scaling');
  }
}

/** One that is still being stopped is wanted again once it is. */
export function resume(context: TurnContext, instance: Instance, app: AppDefinition): void {
  const rests = isTerminal(instance.condition) || instance.condition === 'Scheduled';
  if (rests) backIntoQueue(context, { ...instance, goal: 'Running' }, app);
  else context.draft.putInstance({ ...instance, goal: 'Running' });
}

export function kill({ draft, now }: TurnContext, instance: Instance, reason: KillReason): void {
  draft.putInstance({ ...instance, kill: instance.kill ?? { since: now, reason } });
}

function tidy({ draft }: TurnContext, instance: Instance): void {
  if (instance.task !== undefined) draft.forgetKill(instance.task.id);
  if (instance.kill === undefined) return;
  const { kill: _kill, ...rest } = instance;
  draft.putInstance(rest);
}

function withoutReservation(instance: Instance): Instance {
  const { reservation: _reservation, ...rest } = instance;
  return rest;
}

/** As the same instance, for its next task; its kill has been carried out. */
function backIntoQueue(
  { draft, now }: TurnContext,
  instance: Instance,
  app: AppDefinition | undefined,
): void {
  const { task, kill: _kill, ...rest } = instance;
  if (task !== undefined) draft.forgetKill(task.id);
  draft.putInstance({
    ...rest,
    ...(app === undefined
      ? {}
      : { appVersion: app.version, configVersion: app.versionInfo.lastConfigChangeAt }),
    condition: 'Scheduled',
    since: now,
  });
}

function isUnused({ draft }: TurnContext, reservation: Instance['id']): boolean {
  const volumes = draft.volumes.by('reservation', reservation);
  return volumes.length > 0 && volumes.every(({ usedAt }) => usedAt === undefined);
}

import { isTerminalTaskState, millis, type AgentId } from '@ekiden/kernel';
import {
  NO_RESOURCES,
  filterResources,
  toMilli,
  type OperatorOperation,
  type Resources,
} from '@ekiden/offers';
import type { AppDefinition, PathId } from '../app/index.js';
import type { InstanceId } from '../instance/index.js';
import { executorOf } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import {
  localVolumesOf,
  reservedFor,
  uuidOf,
  withoutVolumes,
  type LocalVolume,
  type Volume,
  type VolumeWipe,
  type WipeReason,
} from '../volume/index.js';
import type { EarliestWake } from './earliest-wake.js';

/** Nothing will ever come from it again: an operator has said so. */
export function isGone({ master }: Pick<TurnContext, 'master'>, agentId: AgentId): boolean {
  const row = master.agent(agentId);
  return row === undefined || row.goneSince !== undefined;
}

/** The data of a reservation is to go as soon as nobody uses it. */
export function orderWipe(
  { draft, now }: TurnContext,
  reservation: InstanceId,
  reason: WipeReason,
): void {
  for (const volume of draft.volumes.by('reservation', reservation)) {
    if (volume.wipe !== undefined) continue;
    draft.volumes.put(volume.id, { ...volume, wipe: { reason, since: now } });
    draft.dirty.add(volume.appId);
  }
}

/**
 * Volumes an app has left behind that a new instance of it can take up, by what belongs together:
 * nobody's, not about to be deleted, and just what the definition asks for.
 */
export function detachedGroups(
  context: TurnContext,
  app: AppDefinition,
): readonly (readonly Volume[])[] {
  const wanted = localVolumesOf(app);
  const executor = executorOf(app);
  return groupsOf(context, app.id).filter((group) => {
    if (isOwned(context, group) || group.length !== wanted.length) return false;
    return group.every(
      (volume) =>
        wanted.some((each) => isMadeFor(volume, each)) &&
        volume.executor === executor &&
        volume.wipe === undefined &&
        volume.deletion === undefined &&
        !isGone(context, volume.agentId),
    );
  });
}

function isMadeFor({ containerPath, size, disk }: Volume, wanted: LocalVolume): boolean {
  if (containerPath !== wanted.containerPath) return false;
  const { persistent } = wanted;
  const least = toMilli(persistent.size);
  if (persistent.type !== 'mount') {
    return size === least && disk?.type === (persistent.type === 'path' ? 'PATH' : undefined);
  }
  const most = persistent.maxSize === undefined ? size : toMilli(persistent.maxSize);
  return disk?.type === 'MOUNT' && size >= least && size <= most;
}

/**
 * Sees to an app's volumes (ADR 0043): those of agents that are gone are forgotten; of those whose
 * instance is gone everything but the data is given back; those to be wiped are wiped by their
 * host, then their disk is given back. Whatever breaks off is gone on with at the next look.
 */
export function tendVolumes(context: TurnContext, id: PathId, wake: EarliestWake): void {
  const { draft } = context;
  if (draft.volumes.count('app', id) === 0) return;
  for (const group of groupsOf(context, id)) {
    const [first] = group;
    if (first === undefined) continue;
    if (isGone(context, first.agentId)) {
      for (const volume of group) draft.volumes.remove(volume.id);
    } else if (isOwned(context, group)) {
      spare(context, group);
    } else if (!isUsed(context, first)) {
      release(context, first, wake);
      for (const volume of group) tendUnowned(context, volume, wake);
    }
  }
}

/** The host has been away: it is asked again for what is still to be done there. */
export function askAgainFor({ draft }: TurnContext, agentId: AgentId): void {
  for (const volume of draft.volumes.by('agent', agentId)) {
    draft.dirty.add(volume.appId);
    if (volume.wipe?.askedAt === undefined || volume.wipe.done === true) continue;
    const { askedAt: _askedAt, ...wipe } = volume.wipe;
    draft.volumes.put(volume.id, { ...volume, wipe });
  }
}

/** Agents that have just been declared gone: what was there begins anew elsewhere. */
export function noteGoneAgents(context: TurnContext): void {
  for (const [id, row] of context.master.changes().agents) {
    if (row !== undefined && row.goneSince === undefined) continue;
    for (const { appId } of context.draft.volumes.by('agent', id)) context.draft.dirty.add(appId);
  }
}

function groupsOf({ draft }: TurnContext, id: PathId): readonly (readonly Volume[])[] {
  const groups = new Map<InstanceId, Volume[]>();
  for (const volume of draft.volumes.by('app', id)) {
    const group = groups.get(volume.reservationId);
    if (group === undefined) groups.set(volume.reservationId, [volume]);
    else group.push(volume);
  }
  return [...groups.values()];
}

function isOwned({ draft }: TurnContext, [first]: readonly Volume[]): boolean {
  const owner = first && draft.instances.get(first.instanceId);
  return owner?.reservation?.id === first?.reservationId;
}

/** Whether a task that may live has it, whoever it belongs to. */
function isUsed({ master, state }: TurnContext, { agentId, reservationId }: Volume): boolean {
  return state.master.state.tasks.by('agent', agentId).some(({ id }) => {
    const task = master.task(id);
    if (task === undefined || isTerminalTaskState(task.state)) return false;
    return reservedFor(task.resources, reservationId).length > 0;
  });
}

/** Its app was to be deleted with its data, and is not any more. */
function spare({ draft }: TurnContext, group: readonly Volume[]): void {
  for (const { wipe, ...volume } of group) {
    const owner = draft.instances.get(volume.instanceId);
    if (wipe === undefined || owner?.goal === 'Decommissioned') continue;
    if (draft.apps.has(volume.appId)) draft.volumes.put(volume.id, volume);
  }
}

/** Processors, memory and ports of an instance that is gone. */
function release(context: TurnContext, volume: Volume, wake: EarliestWake): void {
  const resources = withoutVolumes(heldFor(context, volume));
  if (resources.length > 0) operate(context, volume, { kind: 'UNRESERVE', resources }, wake);
}

function tendUnowned(context: TurnContext, volume: Volume, wake: EarliestWake): void {
  const { draft, now, settings, effects } = context;
  const { wipe, deletion, ...kept } = volume;
  if (wipe === undefined) {
    if (deletion === undefined) return;
    if (deletion.confirmUntil > now) wake.by(deletion.confirmUntil);
    else draft.volumes.put(volume.id, kept);
    return;
  }
  if (wipe.done === true) {
    giveBack(context, volume, wake);
    return;
  }
  const row = context.master.agent(volume.agentId);
  // Asked for again when it is back.
  if (row?.registered !== true || !row.reachable) return;
  const dueAt = wipe.askedAt === undefined ? now : millis(wipe.askedAt + settings.wipeRetry);
  if (dueAt > now) {
    wake.by(dueAt);
    return;
  }
  wake.by(now + settings.wipeRetry);
  draft.volumes.put(volume.id, { ...volume, wipe: { ...wipe, askedAt: now } });
  effects.push({
    kind: 'wipeVolume',
    agentId: volume.agentId,
    volumeId: volume.id,
    executor: volume.executor,
    ...(volume.disk === undefined ? {} : { disk: volume.disk }),
  });
}

/** DESTROY, then UNRESERVE: the mirror of how it was made. */
function giveBack(context: TurnContext, volume: Volume, wake: EarliestWake): void {
  const { draft } = context;
  const uuid = uuidOf(volume.id);
  const volumes = filterResources(
    heldFor(context, volume),
    ({ disk }) => disk?.persistence?.id === uuid,
  );
  if (volumes.length > 0 && !operate(context, volume, { kind: 'DESTROY', volumes }, wake)) return;
  const resources = withoutVolumes(heldFor(context, volume));
  if (resources.length > 0) operate(context, volume, { kind: 'UNRESERVE', resources }, wake);
  draft.volumes.remove(volume.id);
}

function heldFor({ master }: TurnContext, { agentId, reservationId }: Volume): Resources {
  return reservedFor(master.agent(agentId)?.total ?? NO_RESOURCES, reservationId);
}

function operate(
  { master, now, settings }: TurnContext,
  { agentId }: Volume,
  operation: OperatorOperation,
  wake: EarliestWake,
): boolean {
  const done = master.operate(agentId, operation);
  // An agent that is away is looked at when it is back, anything else in a while.
  if (!done.ok && done.error.kind !== 'agentAway') wake.by(now + settings.wipeRetry);
  return done.ok;
}

/** Takes what a host says of a wipe; late and repeated answers change nothing. */
export function takeWipe(
  { draft }: TurnContext,
  { volumeId, problem }: { readonly volumeId: Volume['id']; readonly problem?: string },
): void {
  const volume = draft.volumes.get(volumeId);
  if (volume?.wipe === undefined || volume.wipe.done === true) return;
  const wipe: VolumeWipe =
    problem === undefined ? { ...volume.wipe, done: true } : { ...volume.wipe, problem };
  draft.volumes.put(volume.id, { ...volume, wipe });
  draft.dirty.add(volume.appId);
}

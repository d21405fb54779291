import type { PathId } from '../app/index.js';
import { volumeUseChanged } from '../events/index.js';
import type { Instance } from '../instance/index.js';
import type { TurnContext, WorldCommand } from '../turn/index.js';
import { holdsMoreThanItsSize, useText, type Volume, type VolumeUse } from '../volume/index.js';
import { takeWipe } from './tend-volumes.js';

type Measured = Extract<WorldCommand, { kind: 'volumesMeasured' }>;

/** What hosts say of volumes. */
export function takeVolumeNews(
  context: TurnContext,
  news: Measured | Extract<WorldCommand, { kind: 'volumeWiped' }>,
): void {
  if (news.kind === 'volumeWiped') takeWipe(context, news);
  else takeUses(context, news);
}

/** Notes what hosts have measured, and tells of data that has outgrown its volume, or fits again. */
function takeUses({ draft }: TurnContext, { at, uses }: Measured): void {
  for (const { volumeId, bytes } of uses) {
    const volume = draft.volumes.get(volumeId);
    if (volume === undefined || volume.wipe !== undefined) continue;
    if (volume.use !== undefined && volume.use.at > at) continue;
    const before = volume.use?.overSince;
    const over = holdsMoreThanItsSize(volume, bytes);
    const use: VolumeUse = { bytes, at, ...(over ? { overSince: before ?? at } : {}) };
    const next = { ...volume, use };
    draft.volumes.put(volumeId, next);
    if (over !== (before !== undefined)) draft.events.push(volumeUseChanged(next, use));
    if (over) draft.dirty.add(volume.appId);
  }
}

/**
 * Where the operator wants sizes kept, a task whose data was found to be too much while it ran is
 * killed and started again, later each time (as Mesos's `disk/du` isolator does with enforcement):
 * what it does at its start may make room. One instance of an app after the other.
 */
export function killOutgrown(context: TurnContext, id: PathId): void {
  const { draft, now, settings } = context;
  if (!settings.killsOutgrown) return;
  for (const volume of draft.volumes.by('app', id)) {
    const owner = draft.instances.get(volume.instanceId);
    if (owner === undefined || !isOutgrown(volume, owner) || isShort(context, owner)) continue;
    const detail = useText(volume);
    draft.putInstance({ ...owner, kill: { since: now, reason: 'outgrown', detail } });
  }
}

function isOutgrown({ use, reservationId }: Volume, owner: Instance): boolean {
  const { condition, goal, kill, reservation, task } = owner;
  if (use?.overSince === undefined || reservation?.id !== reservationId) return false;
  if (goal !== 'Running' || condition !== 'Running' || kill !== undefined) return false;
  return task?.startedAt !== undefined && task.startedAt < use.at;
}

/** Another one of its app is missing already. */
function isShort({ draft }: TurnContext, { id, appId }: Instance): boolean {
  return draft.instances
    .by('app', appId)
    .some(
      (other) =>
        other.id !== id &&
        other.goal === 'Running' &&
        (other.condition !== 'Running' || other.kill !== undefined),
    );
}

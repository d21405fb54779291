import { millis } from '@ekiden/kernel';
import type { Reply, TurnContext } from '../turn/index.js';
import type { Volume } from '../volume/index.js';
import { nearest } from './nearest-id.js';

/**
 * Deletes data that no instance has any more, in two steps (rollouts.md, Volumes): the first is
 * noted, the second within the window has the host wipe it.
 */
export function deleteVolume(
  { draft, now, settings }: TurnContext,
  { id }: { readonly id: Volume['id'] },
): Reply {
  const volume = draft.volumes.get(id);
  if (volume === undefined) {
    const near = nearest(
      [...draft.volumes.values()].map((each) => each.id),
      id,
    );
    const hint = near.length === 0 ? '' : `. Did you mean ${near.join(', ')}?`;
    return { kind: 'notFound', message: `Volume '${id}' does not exist${hint}` };
  }
  const owner = draft.instances.get(volume.instanceId);
  if (owner?.reservation?.id === volume.reservationId && owner.goal !== 'Decommissioned') {
    const message =
      `Volume '${id}' belongs to instance ${owner.id} of ${volume.appId}; delete the app, or the ` +
      `instance with its data: DELETE /v2/apps/${volume.appId.slice(1)}/tasks/<task>?wipe=true`;
    return { kind: 'conflict', message };
  }
  if (volume.wipe !== undefined) return { kind: 'volumeDeletion' };
  draft.dirty.add(volume.appId);
  if (volume.deletion !== undefined && volume.deletion.confirmUntil > now) {
    draft.volumes.put(id, { ...volume, wipe: { reason: 'deleted', since: now } });
    return { kind: 'volumeDeletion' };
  }
  const confirmUntil = millis(now + settings.volumeDeletionWindow);
  draft.volumes.put(id, { ...volume, deletion: { since: now, confirmUntil } });
  return { kind: 'volumeDeletion', confirmBy: confirmUntil };
}

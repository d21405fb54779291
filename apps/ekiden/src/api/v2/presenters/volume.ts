import { formatTimestamp } from '@ekiden/kernel';
import type { VolumeView } from '../../../core/volume/index.js';
import type { Shown, volume as schema } from '../../schemas/index.js';

type ShownVolume = Shown<typeof schema>;

export function presentVolume({ volume, owner, size, used, state, note }: VolumeView): ShownVolume {
  const { id, appId, agentId, host, executor, containerPath, role, usedAt, deletion, use } = volume;
  const disk = presentDisk(volume.disk);
  return {
    id,
    appId,
    ...(owner === undefined ? {} : { instanceId: owner.id }),
    ...(owner?.task === undefined ? {} : { taskId: owner.task.id }),
    agentId,
    host,
    executor,
    containerPath,
    size,
    ...(used === undefined ? {} : { used }),
    ...(use === undefined ? {} : { measuredAt: formatTimestamp(use.at) }),
    ...(use?.overSince === undefined ? {} : { overSince: formatTimestamp(use.overSince) }),
    ...(disk === undefined ? {} : { disk }),
    role,
    state,
    ...(note === undefined ? {} : { note }),
    createdAt: formatTimestamp(volume.createdAt),
    ...(usedAt === undefined ? {} : { usedAt: formatTimestamp(usedAt) }),
    ...(deletion === undefined ? {} : { confirmBy: formatTimestamp(deletion.confirmUntil) }),
  };
}

function presentDisk(disk: VolumeView['volume']['disk']): ShownVolume['disk'] {
  if (disk === undefined || (disk.type !== 'PATH' && disk.type !== 'MOUNT')) return undefined;
  const { profile, root } = disk;
  return {
    type: disk.type === 'PATH' ? 'path' : 'mount',
    ...(root === undefined ? {} : { root }),
    ...(profile === undefined ? {} : { profile }),
  };
}

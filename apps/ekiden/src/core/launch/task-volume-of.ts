import type { TaskVolume } from '@ekiden/host';
import type { Volume } from '../volume/index.js';

/** What a host is told of data that a task is to find; once used, it has to be there. */
export function taskVolumeOf({ id, containerPath, disk, usedAt }: Volume): TaskVolume {
  return {
    id,
    containerPath,
    ...(usedAt === undefined ? {} : { mustExist: true as const }),
    ...(disk === undefined ? {} : { disk }),
  };
}

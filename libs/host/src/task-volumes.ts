import type { Result } from '@ekiden/kernel';
import type { HostFailure } from './host-failure.js';
import type { VolumeDisk } from './task-spec.js';

/** The data that tasks of one kind leave on a host. */
export interface TaskVolumes {
  /**
   * Deletes the data of a volume that no task has any more. Ok when there is none; repeating it is
   * harmless, also after it broke off.
   */
  wipeVolume(id: string, disk?: VolumeDisk): Promise<Result<void, HostFailure>>;

  /**
   * Bytes that the data of each of these volumes takes on its disk. What is not there, and what
   * cannot be looked at, is left out; a volume that is being written to is measured by and by.
   */
  measureVolumes(
    volumes: readonly VolumePlace[],
  ): Promise<Result<ReadonlyMap<string, number>, HostFailure>>;
}

/** A volume, and where it lies; absent = on the root disk. */
export interface VolumePlace {
  readonly id: string;
  readonly disk?: VolumeDisk;
}

/** The name of a volume's folder: what people know it by, and its uuid, which makes it unique. */
export function volumeFolder(id: string): string {
  return id
    .replace(/[^A-Za-z0-9.-]+/g, '_')
    .replace(/^[.-]+/, '')
    .slice(-FOLDER_LENGTH_MAX);
}

const FOLDER_LENGTH_MAX = 180;

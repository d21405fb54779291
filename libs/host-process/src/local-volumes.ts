import { chown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '@ekiden/kernel';
import { volumeFolder, type HostFailure, type TaskVolumes } from '@ekiden/host';
import type { TaskVolume, VolumeDisk, VolumePlace } from '@ekiden/host';
import type { Account } from './account.js';
import { bytesOnDisk } from './disk-use.js';
import { failureOfError } from './world-error.js';

/** Marks what is being deleted; a volume's own folder never begins so. */
const DOOMED = '.wiped-';

/**
 * Volumes as folders of this machine, outside of every sandbox: under the data directory, or on the
 * disk that was set aside for them.
 */
export class LocalVolumes implements TaskVolumes {
  private readonly root: string;

  constructor(dataDir: string) {
    this.root = join(dataDir, 'volumes');
  }

  /** The folder of a volume, made if need be; it belongs to the account of the task. */
  async open(
    volume: TaskVolume,
    account: Account | undefined,
  ): Promise<Result<string, HostFailure>> {
    const { id, disk, mustExist } = volume;
    const base = await this.baseOf(disk);
    if (!base.ok) return base;
    const path = join(base.value, volumeFolder(id));
    const there = await exists(path);
    if (!there && mustExist === true) {
      const message =
        `Volume ${id} was in use on this host and its folder ${path} is gone: bring it back, or ` +
        'give the volume up by killing its task with wipe=true';
      return err({ kind: 'sandbox', message });
    }
    // For the task's account alone, which is the service's own where none is named.
    if (!there) await mkdir(path, { mode: 0o755 });
    if (account !== undefined) await chown(path, account.uid, account.gid);
    return ok(path);
  }

  /** Renamed first, so that a volume is never half there. */
  async wipeVolume(id: string, disk?: VolumeDisk): Promise<Result<void, HostFailure>> {
    try {
      const base = await this.baseOf(disk);
      if (!base.ok) return base;
      const folder = volumeFolder(id);
      const doomed = join(base.value, `${DOOMED}${folder}`);
      const path = join(base.value, folder);
      if (await exists(path)) {
        await rm(doomed, { recursive: true, force: true });
        await rename(path, doomed);
      }
      await rm(doomed, { recursive: true, force: true });
      return ok(undefined);
    } catch (error) {
      return err(failureOfError(error, `Cannot delete volume ${id}`));
    }
  }

  /** One after the other: it is meant to be cheap, not fast. */
  async measureVolumes(
    volumes: readonly VolumePlace[],
  ): Promise<Result<ReadonlyMap<string, number>, HostFailure>> {
    const sizes = new Map<string, number>();
    for (const { id, disk } of volumes) {
      const bytes = await bytesOnDisk(join(disk?.root ?? this.root, volumeFolder(id)));
      if (bytes !== undefined) sizes.set(id, bytes);
    }
    return ok(sizes);
  }

  /** The disk of an operator is not made here: what is not mounted would fill another one. */
  private async baseOf(disk: VolumeDisk | undefined): Promise<Result<string, HostFailure>> {
    if (disk?.root === undefined) {
      await mkdir(this.root, { recursive: true, mode: 0o711 });
      return ok(this.root);
    }
    try {
      await readdir(disk.root);
      return ok(disk.root);
    } catch (error) {
      return err(failureOfError(error, `Disk ${disk.root} cannot be used`));
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { setTimeout as delay } from 'node:timers/promises';
import { err, ok, type Result } from '@ekiden/kernel';
import type { HostFailure, TaskSpec, TaskVolumes, VolumeDisk, VolumePlace } from '@ekiden/host';
import { localVolumeName } from './container-config.js';
import type { Engine } from './engine.js';
import { isGone, unreachable } from './engine-failures.js';

const TRIES = 20;
const PAUSE_MS = 250;

function isInUse(removed: Awaited<ReturnType<Engine['removeVolume']>>): boolean {
  return !removed.ok && removed.error.kind === 'refused' && removed.error.status === 409;
}

/** Data of containers: volumes of their engine. */
export class EngineVolumes implements TaskVolumes {
  private readonly engine: Engine;
  private readonly disks: TaskVolumes | undefined;

  /** `disks`: who can delete what lies on disks set aside for volumes; absent = nobody here. */
  constructor(engine: Engine, disks?: TaskVolumes) {
    this.engine = engine;
    this.disks = disks;
  }

  async wipeVolume(id: string, disk?: VolumeDisk): Promise<Result<void, HostFailure>> {
    if (disk?.root !== undefined) {
      if (this.disks !== undefined) return this.disks.wipeVolume(id, disk);
      const message = `Volume ${id} lies in ${disk.root} of another machine: delete it there`;
      return err({ kind: 'sandbox', message });
    }
    let removed = await this.engine.removeVolume(localVolumeName(id));
    // Its last container has ended and is about to be cleared away.
    for (let tries = 1; tries < TRIES && isInUse(removed); tries += 1) {
      await delay(PAUSE_MS);
      removed = await this.engine.removeVolume(localVolumeName(id));
    }
    if (removed.ok || isGone(removed.error)) return ok(undefined);
    if (removed.error.kind !== 'refused') return err(unreachable(this.engine, removed.error));
    return err({ kind: 'engineRefused', message: removed.error.message });
  }

  async measureVolumes(
    volumes: readonly VolumePlace[],
  ): Promise<Result<ReadonlyMap<string, number>, HostFailure>> {
    const apart = volumes.filter(({ disk }) => disk?.root !== undefined);
    const beside = apart.length === 0 ? undefined : await this.disks?.measureVolumes(apart);
    const found = new Map(beside?.ok === true ? beside.value : []);
    if (apart.length === volumes.length) return ok(found);
    const sizes = await this.engine.volumeSizes();
    if (!sizes.ok) return err(unreachable(this.engine, sizes.error));
    for (const { id, disk } of volumes) {
      const size = disk?.root === undefined ? sizes.value.get(localVolumeName(id)) : undefined;
      if (size !== undefined) found.set(id, size);
    }
    return ok(found);
  }
}

/** A volume that a task has had and that is not there any more is not to be had anew. */
export async function missingVolume(
  engine: Engine,
  { volumes = [] }: TaskSpec,
): Promise<HostFailure | undefined> {
  for (const { id, disk, mustExist } of volumes) {
    if (mustExist !== true || disk?.root !== undefined) continue;
    const name = localVolumeName(id);
    const found = await engine.inspectVolume(name);
    if (found.ok) continue;
    if (!isGone(found.error)) return unreachable(engine, found.error);
    const message =
      `Volume ${id} was in use on this engine and ${name} is gone: bring it back, or give the ` +
      'volume up by killing its task with wipe=true';
    return { kind: 'sandbox', message };
  }
  return undefined;
}

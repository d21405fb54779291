import { err, ok } from '@ekiden/kernel';

import { addResources } from './arithmetic.js';
import { scalar, withIdentity } from './build.js';
import { resourcesOf } from './canonical.js';
import { compareIdentity } from './identity.js';
import type { Milli } from './milli.js';
import type { ConversionsOrViolation } from './operation-violation.js';
import { isPersistentVolume, isReserved, isRevocable } from './query.js';
import type { Resource, Resources } from './resource.js';

/** A volume's name is unique among those of one role on one agent. */
export interface VolumeId {
  readonly role: string;
  readonly id: string;
}

/** The persistent volumes of a bag, in its order: for the rule that ids are unique. */
export function volumeIds(resources: Resources): readonly VolumeId[] {
  const ids: VolumeId[] = [];
  for (const { role, disk } of resources) {
    if (disk?.persistence !== undefined) ids.push({ role, id: disk.persistence.id });
  }
  return ids;
}

/**
 * CREATE: makes persistent volumes of the disk they lie on. That their ids are new is the caller's
 * rule ({@link volumeIds}); within one call they must differ.
 */
export function createVolumes(volumes: Resources): ConversionsOrViolation {
  if (volumes.length === 0) return err({ rule: 'the operation names no volumes' });
  const seen = new Set<string>();
  for (const object of volumes) {
    const rule = volumeViolation(object);
    if (rule !== undefined) return err({ object, rule });
    if ((object.shared ?? 1) !== 1) return err({ object, rule: 'a new volume has one copy' });
    const key = `${object.role}\n${object.disk?.persistence?.id ?? ''}`;
    if (seen.has(key)) return err({ object, rule: 'a volume id is unique in its role' });
    seen.add(key);
  }
  return ok([{ consumed: resourcesOf(volumes.map(withoutVolume)), converted: volumes }]);
}

/**
 * DESTROY: the data goes, the disk comes back with its reservation. A shared volume goes with its
 * last copy only, which `applyConversions` sees to.
 */
export function destroyVolumes(volumes: Resources): ConversionsOrViolation {
  if (volumes.length === 0) return err({ rule: 'the operation names no volumes' });
  for (const object of volumes) {
    if (!isPersistentVolume(object)) return err({ object, rule: 'it is no persistent volume' });
  }
  return ok([{ consumed: volumes, converted: resourcesOf(volumes.map(withoutVolume)) }]);
}

/** GROW_VOLUME: the same volume with `addition`, free disk of the same kind and reservation. */
export function growVolume(volume: Resource, addition: Resource): ConversionsOrViolation {
  const rule = resizeViolation(volume);
  if (rule !== undefined) return err({ object: volume, rule });
  if (volume.type !== 'SCALAR' || addition.type !== 'SCALAR' || addition.milli <= 0) {
    return err({ object: addition, rule: 'the addition is an amount of disk above 0' });
  }
  const [free] = resourcesOf([addition]);
  if (free === undefined || compareIdentity(withoutVolume(volume), free) !== 0) {
    return err({ object: addition, rule: 'the addition lies on the same disk and reservation' });
  }
  const grown = scalar(volume, (volume.milli + addition.milli) as Milli);
  return ok([{ consumed: resourcesOf([volume, addition]), converted: resourcesOf([grown]) }]);
}

/** SHRINK_VOLUME: the same volume without so much, which comes back as free disk. */
export function shrinkVolume(volume: Resource, subtract: Milli): ConversionsOrViolation {
  const rule = resizeViolation(volume);
  if (rule !== undefined) return err({ object: volume, rule });
  if (volume.type !== 'SCALAR' || subtract <= 0 || subtract >= volume.milli) {
    return err({ object: volume, rule: 'more than nothing and less than all is taken off' });
  }
  const smaller = scalar(volume, (volume.milli - subtract) as Milli);
  const freed = scalar(withoutVolume(volume), subtract);
  return ok([
    {
      consumed: resourcesOf([volume]),
      converted: addResources(resourcesOf([smaller]), resourcesOf([freed])),
    },
  ]);
}

/** The rule a persistent volume breaks (offer-core 1.1), or `undefined`. */
export function volumeViolation(object: Resource): string | undefined {
  const { disk } = object;
  if (object.type !== 'SCALAR' || disk?.persistence === undefined) {
    return 'it is no persistent volume';
  }
  if (disk.volume === undefined) return 'a persistent volume says where tasks see it';
  if (!VOLUME_ID.test(disk.persistence.id)) return 'a volume id could name a directory';
  if (isRevocable(object)) return 'a persistent volume cannot be revocable';
  if (!isReserved(object)) return 'a persistent volume lies on reserved disk';
  if (disk.source?.type === 'BLOCK' || disk.source?.type === 'RAW') {
    return `a ${disk.source.type} disk has no file system for a volume`;
  }
  return undefined;
}

/** The disk a volume was made of: without persistence, mount and sharing. */
export function withoutVolume(volume: Resource): Resource {
  const { disk, shared: _, ...rest } = volume;
  const bare = disk?.source === undefined ? {} : { disk: { source: disk.source } };
  return withIdentity(volume, { ...rest, ...bare });
}

function resizeViolation(volume: Resource): string | undefined {
  const rule = volumeViolation(volume);
  if (rule !== undefined) return rule;
  if (volume.shared !== undefined) return 'a shared volume keeps its size';
  const source = volume.disk?.source?.type;
  return source === 'MOUNT' ? 'a volume on a MOUNT disk keeps its size' : undefined;
}

/** A directory is named after it. */
const VOLUME_ID = /^(?!\.\.?$)[^/\\\p{Cc}]{1,255}$/u;

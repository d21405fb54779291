import { err, ok, type Result } from '@ekiden/kernel';
import {
  isPersistentVolume,
  resourcesOf,
  subtractResources,
  toMilli,
  type Milli,
  type Resource,
  type Resources,
} from '@ekiden/offers';
import {
  wholePattern,
  type AppDefinition,
  type AppVolume,
  type PersistentVolume,
} from '../app/index.js';

export type LocalVolume = Extract<AppVolume, { kind: 'persistent' }>;

/** A part of a disk, or a whole one, for a volume. */
export interface ChosenDisk {
  readonly volume: LocalVolume;
  /** As it was offered. */
  readonly disk: Resource;
}

/** No disk of the agent would do for a volume. */
export interface DiskShortage {
  readonly containerPath: string;
  readonly type: PersistentVolume['type'];
  readonly size: Milli;
  /** The largest that would do but for its size. */
  readonly largest: Milli;
}

/**
 * Finds a disk for each volume, the biggest request first (marathon-behaviour 4.14): a part of the
 * root disk, a part of the path disk with the most room, or the smallest mounted disk that will
 * do, which is given wholly.
 */
export function chooseDisks(
  free: Resources,
  volumes: readonly LocalVolume[],
): Result<readonly ChosenDisk[], DiskShortage> {
  let left = free;
  const chosen = new Map<LocalVolume, ChosenDisk>();
  const biggestFirst = [...volumes].sort((a, b) => b.persistent.size - a.persistent.size);
  for (const volume of biggestFirst) {
    const disk = diskFor(left, volume);
    if (!disk.ok) return disk;
    left = subtractResources(left, resourcesOf([disk.value]));
    chosen.set(volume, { volume, disk: disk.value });
  }
  return ok(volumes.flatMap((volume) => chosen.get(volume) ?? []));
}

function diskFor(free: Resources, volume: LocalVolume): Result<Resource, DiskShortage> {
  const { persistent, containerPath } = volume;
  const wanted = toMilli(persistent.size);
  const most = persistent.maxSize === undefined ? undefined : toMilli(persistent.maxSize);
  const suitable = free.flatMap((object) => {
    const isDisk = object.name === 'disk' && object.type === 'SCALAR';
    return isDisk && !isPersistentVolume(object) && isOfKind(object, persistent) ? [object] : [];
  });
  const largest = Math.max(0, ...suitable.map(({ milli }) => milli)) as Milli;
  const fitting = suitable.filter(
    ({ milli }) => milli >= wanted && (most === undefined || milli <= most),
  );
  const whole = persistent.type === 'mount';
  const [best] = fitting.sort((a, b) => (whole ? a.milli - b.milli : b.milli - a.milli));
  if (best === undefined) {
    return err({ containerPath, type: persistent.type, size: wanted, largest });
  }
  return ok(whole ? best : { ...best, milli: wanted });
}

const SOURCES = { root: undefined, path: 'PATH', mount: 'MOUNT' } as const;

function isOfKind({ disk }: Resource, persistent: PersistentVolume): boolean {
  const source = disk?.source;
  if (source?.type !== SOURCES[persistent.type]) return false;
  if (source?.profile !== persistent.profileName) return false;
  return persistent.constraints.every(([, operator, pattern = '']) => {
    const matches = wholePattern(pattern)?.test(source?.root ?? '') ?? false;
    return operator === 'UNLIKE' ? !matches : matches;
  });
}

/** The persistent volumes an app or a pod asks for, in their order; those of pods go by their names. */
export function localVolumesOf({ container, pod }: AppDefinition): readonly LocalVolume[] {
  const ofPod = (pod?.volumes ?? []).flatMap((volume): readonly LocalVolume[] => {
    if (volume.kind !== 'persistent') return [];
    const { kind, name, persistent } = volume;
    return [{ kind, containerPath: name, mode: 'RW', persistent }];
  });
  const ofApp = (container?.volumes ?? []).flatMap((volume) =>
    volume.kind === 'persistent' ? [volume] : [],
  );
  return [...ofApp, ...ofPod];
}

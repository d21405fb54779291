import { compareText } from './reservation.js';

export const DISK_SOURCE_TYPES = ['PATH', 'MOUNT', 'BLOCK', 'RAW'] as const;

/**
 * Where disk space lies. Absent = the agent's root disk. PATH is a part of a shared file system
 * and can be divided; MOUNT is a whole file system and BLOCK a whole device, both given wholly;
 * RAW is storage of a provider that is no volume yet (offer-core 1.1).
 */
export interface DiskSource {
  readonly type: (typeof DISK_SOURCE_TYPES)[number];
  /** The directory, of PATH and MOUNT. */
  readonly root?: string;
  readonly id?: string;
  readonly profile?: string;
  readonly vendor?: string;
}

/** A name of data that outlives tasks; unique per role and agent. */
export interface Persistence {
  readonly id: string;
  readonly principal?: string;
}

/** How a task sees a persistent volume. */
export interface VolumeMount {
  readonly containerPath: string;
  readonly mode: 'RW' | 'RO';
}

/** What more there is to a `disk` than its size. `persistence` and `volume` come together. */
export interface DiskInfo {
  readonly source?: DiskSource;
  readonly persistence?: Persistence;
  readonly volume?: VolumeMount;
}

/**
 * Whether such a disk is one indivisible object: persistent volumes, MOUNT and BLOCK, and RAW with
 * an id. Two of them never merge, and nothing less than the whole is part of one.
 */
export function isWholeDisk(disk: DiskInfo): boolean {
  if (disk.persistence !== undefined) return true;
  const { source } = disk;
  if (source === undefined) return false;
  return source.type === 'MOUNT' || source.type === 'BLOCK' || isNamedRaw(source);
}

/** Total order of disks; the absent one comes first. */
export function compareDisks(a: DiskInfo | undefined, b: DiskInfo | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return (
    compareSources(a.source, b.source) ||
    compareText(a.persistence?.id, b.persistence?.id) ||
    compareText(a.persistence?.principal, b.persistence?.principal) ||
    compareText(a.volume?.containerPath, b.volume?.containerPath) ||
    compareText(a.volume?.mode, b.volume?.mode)
  );
}

/** The same disk without fields that say nothing; `undefined` when nothing remains. */
export function canonicalDisk(disk: DiskInfo): DiskInfo | undefined {
  const { source, persistence, volume } = disk;
  if (source === undefined && persistence === undefined && volume === undefined) return undefined;
  return {
    ...(source !== undefined && { source }),
    ...(persistence !== undefined && { persistence }),
    ...(volume !== undefined && { volume }),
  };
}

function compareSources(a: DiskSource | undefined, b: DiskSource | undefined): number {
  if (a === b) return 0;
  return (
    compareText(a?.type, b?.type) ||
    compareText(a?.root, b?.root) ||
    compareText(a?.id, b?.id) ||
    compareText(a?.profile, b?.profile) ||
    compareText(a?.vendor, b?.vendor)
  );
}

function isNamedRaw(source: DiskSource): boolean {
  return source.type === 'RAW' && source.id !== undefined;
}

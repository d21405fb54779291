import type { AgentId, Brand, IdSource, Millis } from '@ekiden/kernel';
import type { ExecutorKind } from '@ekiden/host';
import type { DiskSource, Milli } from '@ekiden/offers';
import { safePath, type PathId } from '../app/index.js';
import type { InstanceId } from '../instance/index.js';

/** `<safe path>#<container path>#<uuid>` (marathon-api 3.4). */
export type VolumeId = Brand<string, 'VolumeId'>;

/** Why the data of a volume is to go. */
export type WipeReason =
  /** Somebody killed its instance, or deleted its app, with `wipe`. */
  | 'wiped'
  /** Deleted by its id, and confirmed. */
  | 'deleted'
  /** It was made for an instance that never came up there. */
  | 'undone';

/** The data is to go: the host deletes it, then the books give the disk back (ADR 0043). */
export interface VolumeWipe {
  readonly reason: WipeReason;
  readonly since: Millis;
  /** When the host was asked last; absent = not yet, or to be asked anew. */
  readonly askedAt?: Millis;
  /** Why the host could not do it when it was asked last. */
  readonly problem?: string;
  /** The host says that nothing is left. */
  readonly done?: true;
}

/** What the data takes on its disk, as its host has seen it; noted when that is news. */
export interface VolumeUse {
  readonly bytes: number;
  readonly at: Millis;
  /** Since when that is more than the volume's size; absent = it is not. */
  readonly overSince?: Millis;
}

/** Data of an app on one agent. It outlives tasks, instances and the app itself. */
export interface Volume {
  readonly id: VolumeId;
  readonly appId: PathId;
  /** Who uses it, or did last. */
  readonly instanceId: InstanceId;
  /** Label of everything in the agent's books that belongs together with it. */
  readonly reservationId: InstanceId;
  readonly agentId: AgentId;
  readonly host: string;
  readonly role: string;
  /** Whose storage it lies in: a directory of the agent, or a volume of its Docker engine. */
  readonly executor: ExecutorKind;
  readonly containerPath: string;
  /** Thousandths of a MiB. */
  readonly size: Milli;
  /** Absent = the root disk. */
  readonly disk?: DiskSource;
  readonly createdAt: Millis;
  /** When a task first ran with it: from then on there may be something to lose. */
  readonly usedAt?: Millis;
  /** Absent = not measured yet. */
  readonly use?: VolumeUse;
  /** Its deletion was asked for once; asked again by then it happens. */
  readonly deletion?: { readonly since: Millis; readonly confirmUntil: Millis };
  readonly wipe?: VolumeWipe;
}

export function newVolumeId(
  app: PathId,
  containerPath: string,
  ids: IdSource,
  now: Millis,
): VolumeId {
  return `${safePath(app)}#${containerPath}#${ids.timeBased(now)}` as VolumeId;
}

/** The last part of a volume's id, by which the books of its agent know it. */
export function uuidOf(id: VolumeId): string {
  return id.slice(id.lastIndexOf('#') + 1);
}

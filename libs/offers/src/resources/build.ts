import type { DiskInfo } from './disk.js';
import type { Items } from './items.js';
import type { Milli } from './milli.js';
import type { Ranges } from './ranges.js';
import type { Reservation } from './reservation.js';
import type { RangesResource, Resource, ScalarResource, SetResource } from './resource.js';

/*
 * Objects of bags are built here, field by field in one order: the engine then knows them by a few
 * hidden classes, which makes comparing them several times and copying them ten times faster than
 * spreading does. Most are plain, so the check for that comes first.
 */

/** Who an object is; the value is another matter. */
export type Identity = Omit<Resource, 'type'>;

/** The same resource with another amount. */
export function scalar(of: Identity, milli: Milli): ScalarResource {
  const object: ScalarResource = { type: 'SCALAR', name: of.name, role: of.role, milli };
  if (!isPlain(of)) addDetails(object, of);
  return object;
}

/** The same resource with other intervals. */
export function intervals(of: Identity, ranges: Ranges): RangesResource {
  const object: RangesResource = { type: 'RANGES', name: of.name, role: of.role, ranges };
  if (!isPlain(of)) addDetails(object, of);
  return object;
}

/** The same resource with other words. */
export function words(of: Identity, items: Items): SetResource {
  const object: SetResource = { type: 'SET', name: of.name, role: of.role, items };
  if (!isPlain(of)) addDetails(object, of);
  return object;
}

/** The same object with other details. */
export function withIdentity(object: Resource, identity: Identity): Resource {
  switch (object.type) {
    case 'SCALAR':
      return scalar(identity, object.milli);
    case 'RANGES':
      return intervals(identity, object.ranges);
    case 'SET':
      return words(identity, object.items);
  }
}

/** The same volume in so many copies. */
export function copies(object: Resource, shared: number): Resource {
  const copy = withIdentity(object, object);
  const details: Details = copy;
  details.shared = shared;
  return copy;
}

/** Whether name and role say it all. */
export function isPlain(of: Identity): boolean {
  return (
    of.reservations === undefined &&
    of.disk === undefined &&
    of.revocable === undefined &&
    of.shared === undefined &&
    of.providerId === undefined
  );
}

interface Details {
  reservations?: readonly Reservation[];
  disk?: DiskInfo;
  revocable?: true;
  shared?: number;
  providerId?: string;
}

function addDetails(object: Details, of: Identity): void {
  if (of.reservations !== undefined) object.reservations = of.reservations;
  if (of.disk !== undefined) object.disk = of.disk;
  if (of.revocable !== undefined) object.revocable = of.revocable;
  if (of.shared !== undefined) object.shared = of.shared;
  if (of.providerId !== undefined) object.providerId = of.providerId;
}

import { copies } from './build.js';
import { resourcesOf } from './canonical.js';
import { isIndivisible } from './identity.js';
import type { Milli } from './milli.js';
import { unionRanges, type Ranges } from './ranges.js';
import { UNRESERVED, type Reservation } from './reservation.js';
import { canonical, NO_RESOURCES, type Resource, type Resources } from './resource.js';

export function isEmptyResources(resources: Resources): boolean {
  return resources.length === 0;
}

/** The amount of a scalar over all reservations; 0 when there is none. */
export function scalarOf(resources: Resources, name: string): Milli {
  let amount = 0;
  for (const object of resources) {
    if (object.name === name && object.type === 'SCALAR') amount += object.milli;
  }
  return amount as Milli;
}

/** The intervals of a ranges resource over all reservations. */
export function rangesOf(resources: Resources, name: string): Ranges {
  let found: Ranges = [];
  for (const object of resources) {
    if (object.name === name && object.type === 'RANGES') {
      found = unionRanges(found, object.ranges);
    }
  }
  return found;
}

/** The objects a predicate keeps; the bag itself when that is all of them. */
export function filterResources(
  resources: Resources,
  keep: (object: Resource) => boolean,
): Resources {
  let kept: Resource[] | undefined;
  for (let i = 0; i < resources.length; i += 1) {
    const object = resources[i];
    if (object === undefined) break;
    if (keep(object)) kept?.push(object);
    else kept ??= resources.slice(0, i);
  }
  if (kept === undefined) return resources;
  return kept.length === 0 ? NO_RESOURCES : canonical(kept);
}

/** What a role may use of it ({@link mayUse}); the bag itself when that is all. */
export function allocatableTo(resources: Resources, role: string): Resources {
  let kept: Resource[] | undefined;
  for (let i = 0; i < resources.length; i += 1) {
    const object = resources[i];
    if (object === undefined) break;
    if (mayUse(role, object)) kept?.push(object);
    else kept ??= resources.slice(0, i);
  }
  if (kept === undefined) return resources;
  return kept.length === 0 ? NO_RESOURCES : canonical(kept);
}

/** Unreserved, reserved for exactly `role`, or for one of its ancestors (offer-core 1.1). */
export function mayUse(role: string, object: Resource): boolean {
  const owner = object.role;
  return (
    owner === UNRESERVED ||
    owner === role ||
    (role.length > owner.length &&
      role.charCodeAt(owner.length) === SLASH &&
      role.startsWith(owner))
  );
}

/** Reserved for some role, whoever made the reservation. */
export function isReserved(object: Resource): boolean {
  return object.role !== UNRESERVED;
}

/** More than one level of reservation: only for frameworks with RESERVATION_REFINEMENT. */
export function isRefined(object: Resource): boolean {
  return object.reservations !== undefined && object.reservations.length > 1;
}

/** May be taken back at any time: only for frameworks with REVOCABLE_RESOURCES. */
export function isRevocable(object: Resource): boolean {
  return object.revocable === true;
}

/** Several may have it at once: only for frameworks with SHARED_RESOURCES. */
export function isShared(object: Resource): boolean {
  return object.shared !== undefined;
}

/** Whether a part of it may be given: not so for volumes, MOUNT, BLOCK, and RAW with an id. */
export function isDivisible(object: Resource): boolean {
  return !isIndivisible(object);
}

export function isPersistentVolume(object: Resource): boolean {
  return object.disk?.persistence !== undefined;
}

/** The stack written out, bottom first; empty = unreserved. */
export function reservationStack(object: Resource): readonly Reservation[] {
  if (object.reservations !== undefined) return object.reservations;
  return object.role === UNRESERVED ? [] : [{ type: 'STATIC', role: object.role }];
}

/** The shared objects only, each with one copy: what an agent has to offer whoever holds it. */
export function sharedOnce(resources: Resources): Resources {
  const once: Resource[] = [];
  let same = 0;
  for (const object of resources) {
    if (object.shared === undefined) continue;
    if (object.shared === 1) same += 1;
    once.push(object.shared === 1 ? object : copies(object, 1));
  }
  if (once.length === 0) return NO_RESOURCES;
  return same === resources.length ? resources : canonical(once);
}

/** Everything but shared objects; the bag itself when there are none. */
export function nonShared(resources: Resources): Resources {
  return filterResources(resources, isExclusive);
}

/** Single port numbers as a bag. */
export function portsResource(
  ports: readonly number[],
  name = 'ports',
  role = UNRESERVED,
): Resources {
  const ranges = ports.map((port) => ({ begin: port, end: port }));
  return resourcesOf([{ type: 'RANGES', name, role, ranges }]);
}

const SLASH = 47;

function isExclusive(object: Resource): boolean {
  return object.shared === undefined;
}

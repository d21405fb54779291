import { compareDisks, isWholeDisk } from './disk.js';
import { compareStacks, compareText } from './reservation.js';
import type { Resource } from './resource.js';

/**
 * The total order of resource identities: 0 = one resource (offer-core 1.1). Indivisible objects
 * are told apart by their size too: a smaller one is another one, and two that compare equal are
 * two of a kind. The most frequent comparison of all: plain objects never leave this function.
 */
export function compareIdentity(a: Resource, b: Resource): number {
  if (a === b) return 0;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.role !== b.role) return a.role < b.role ? -1 : 1;
  if (a.type !== b.type) return a.type < b.type ? -1 : 1;
  if (
    a.disk === undefined &&
    b.disk === undefined &&
    a.reservations === b.reservations &&
    a.revocable === b.revocable &&
    a.providerId === b.providerId
  ) {
    return 0;
  }
  return compareDetails(a, b);
}

/** Whether nothing less than the whole is part of it, and two of a kind stay two. */
export function isIndivisible(object: Resource): boolean {
  return object.disk !== undefined && isWholeDisk(object.disk);
}

function compareDetails(a: Resource, b: Resource): number {
  const order =
    compareStacks(a.reservations, b.reservations) ||
    compareDisks(a.disk, b.disk) ||
    Number(a.revocable === true) - Number(b.revocable === true) ||
    Number(a.shared !== undefined) - Number(b.shared !== undefined) ||
    compareText(a.providerId, b.providerId);
  if (order !== 0 || !isIndivisible(a)) return order;
  return a.type === 'SCALAR' && b.type === 'SCALAR' ? a.milli - b.milli : 0;
}

import { assert } from '@ekiden/kernel';

import { intervals, isPlain, scalar, words, type Identity } from './build.js';
import { canonicalDisk } from './disk.js';
import { compareIdentity, isIndivisible } from './identity.js';
import { sortedItems } from './items.js';
import { plus } from './merge.js';
import { coalesce } from './ranges.js';
import { canonicalLevel, stackToCarry } from './reservation.js';
import { canonical, isEmptyResource, type Resource, type Resources } from './resource.js';

/**
 * Brings objects in any order, with repetitions, into canonical form. `role` follows the stack
 * where there is one. That only persistent volumes are shared and only scalars are disks is the
 * caller's promise; text and JSON are checked where they are read.
 */
export function resourcesOf(objects: readonly Resource[]): Resources {
  const sorted: Resource[] = [];
  for (const object of objects) {
    const each = normalised(object);
    if (!isEmptyResource(each)) sorted.push(each);
  }
  sorted.sort(compareIdentity);
  const bag: Resource[] = [];
  for (const object of sorted) {
    const last = bag.at(-1);
    if (last !== undefined && compareIdentity(last, object) === 0 && merges(object)) {
      bag[bag.length - 1] = plus(last, object);
    } else {
      bag.push(object);
    }
  }
  return canonical(bag);
}

/** Whether two of one identity become one: copies of a shared object do, indivisible ones not. */
export function merges(object: Resource): boolean {
  return object.disk === undefined || object.shared !== undefined || !isIndivisible(object);
}

function normalised(object: Resource): Resource {
  const identity = isPlain(object) ? object : withoutNothings(object);
  switch (object.type) {
    case 'SCALAR':
      return scalar(identity, object.milli);
    case 'RANGES':
      return intervals(identity, coalesce(object.ranges));
    case 'SET':
      return words(identity, sortedItems(object.items));
  }
}

/** One spelling for one meaning: optional fields that say nothing go. */
function withoutNothings(object: Resource): Identity {
  const { name, reservations, revocable, shared, providerId } = object;
  const disk = object.disk === undefined ? undefined : canonicalDisk(object.disk);
  assert(disk === undefined || object.type === 'SCALAR', `${name}: only scalars are disks`);
  assert(disk?.volume === undefined || disk.persistence !== undefined, 'a mount without a volume');
  if (shared !== undefined) {
    assert(disk?.persistence !== undefined, `${name}: only persistent volumes are shared`);
    assert(Number.isSafeInteger(shared) && shared >= 0, `${shared} copies`);
  }
  const stack = reservations?.map(canonicalLevel) ?? [];
  return {
    name,
    role: stack.at(-1)?.role ?? object.role,
    ...stackToCarry(stack),
    ...(disk !== undefined && { disk }),
    ...(revocable !== undefined && { revocable }),
    ...(shared !== undefined && { shared }),
    ...(providerId !== undefined && { providerId }),
  };
}

import {
  addResources,
  filterResources,
  quantityOf,
  subtractSaturating,
  UNRESERVED,
} from '../../src/resources/index.js';
import type { Milli, Quantities, Resource, Resources } from '../../src/resources/index.js';

export function isReserved(object: Resource): boolean {
  return object.role !== UNRESERVED;
}

/** A reservation on top of another one. */
export function isRefined(object: Resource): boolean {
  return (object.reservations?.length ?? 0) > 1;
}

export function isShared(object: Resource): boolean {
  return object.shared !== undefined;
}

/** What quotas hand out by amount: scalars nobody reserved and nobody takes back. */
export function isPlainScalar(object: Resource): boolean {
  return object.type === 'SCALAR' && !isReserved(object) && object.revocable !== true;
}

/** `total` without what is allocated; shared objects stay available to the next one. */
export function availableOf(total: Resources, allocated: Resources): Resources {
  const exclusive = (each: Resource): boolean => !isShared(each);
  const left = subtractSaturating(
    filterResources(total, exclusive),
    filterResources(allocated, exclusive),
  );
  return addResources(left, filterResources(total, isShared));
}

/** Without objects that are, copies aside, among `taken`. */
export function withoutSame(bag: Resources, taken: readonly Resource[]): Resources {
  if (taken.length === 0) return bag;
  const names = new Set(taken.map(nameOf));
  return filterResources(bag, (object) => !names.has(nameOf(object)));
}

/** At most these amounts; a name without an amount has none. Whole objects stay whole. */
export function shrink(bag: Resources, target: Quantities): Resources {
  return cut(bag, (name) => quantityOf(target, name));
}

/** At most what is left under limits; a name without a limit passes untouched. */
export function shrinkToLimits(bag: Resources, left: ReadonlyMap<string, number>): Resources {
  return cut(bag, (name) => left.get(name) ?? Number.MAX_SAFE_INTEGER);
}

function cut(bag: Resources, most: (name: string) => number): Resources {
  const taken = new Map<string, number>();
  const kept: Resource[] = [];
  for (const object of bag) {
    if (object.type !== 'SCALAR') continue;
    const had = taken.get(object.name) ?? 0;
    const left = most(object.name) - had;
    const milli = isWhole(object) && object.milli > left ? 0 : Math.min(object.milli, left);
    if (milli <= 0) continue;
    taken.set(object.name, had + milli);
    kept.push(milli === object.milli ? object : { ...object, milli: milli as Milli });
  }
  return kept as readonly Resource[] as Resources;
}

function isWhole(object: Resource): boolean {
  const { disk } = object;
  if (disk === undefined) return false;
  const source = disk.source?.type;
  return disk.persistence !== undefined || (source !== undefined && source !== 'PATH');
}

/** The object without its amount, as text. */
function nameOf(object: Resource): string {
  const { name, role, reservations, disk, revocable, providerId, type } = object;
  return JSON.stringify({ name, role, reservations, disk, revocable, providerId, type });
}

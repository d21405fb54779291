import type { Brand } from '@ekiden/kernel';

import type { Milli } from './milli.js';
import {
  coalesce,
  containsRanges,
  countRanges,
  differenceRanges,
  intersectRanges,
  type Ranges,
  unionRanges,
} from './ranges.js';

/** The reservation of a resource nobody reserved. */
export const UNRESERVED = '*';

interface ResourceIdentity {
  readonly name: string;
  /** `*`, or the role path the resource is reserved for. */
  readonly role: string;
}

export interface ScalarResource extends ResourceIdentity {
  readonly type: 'SCALAR';
  readonly milli: Milli;
}

export interface RangesResource extends ResourceIdentity {
  readonly type: 'RANGES';
  readonly ranges: Ranges;
}

export interface SetResource extends ResourceIdentity {
  readonly type: 'SET';
  /** Sorted, each once. */
  readonly items: readonly string[];
}

/**
 * One resource object. Two objects are the same resource, and add up, only when
 * {@link compareIdentity} finds no difference (offer-core 1.1): today name, reservation and type;
 * disk source, volume, provider, revocable and shared join there when they come.
 */
export type Resource = ScalarResource | RangesResource | SetResource;

/**
 * The resources of one agent, offer or task: an immutable bag in canonical form (sorted by
 * identity, one object each, none empty). Plain JSON data, so rows that hold it need no codec, and
 * equal bags are deeply equal.
 */
export type Resources = Brand<readonly Resource[], 'Resources'>;

export const NO_RESOURCES: Resources = [] as readonly Resource[] as Resources;

/** The total order of resource identities. Extend it together with {@link Resource}. */
export function compareIdentity(a: Resource, b: Resource): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  if (a.role !== b.role) return a.role < b.role ? -1 : 1;
  if (a.type !== b.type) return a.type < b.type ? -1 : 1;
  return 0;
}

/** Brings objects in any order, with repetitions, into canonical form. */
export function resourcesOf(objects: readonly Resource[]): Resources {
  const sorted = objects.map(normalised).sort(compareIdentity);
  const bag: Resource[] = [];
  for (const object of sorted) {
    const last = bag.at(-1);
    if (isEmptyResource(object)) continue;
    if (last !== undefined && compareIdentity(last, object) === 0) {
      bag[bag.length - 1] = plus(last, object);
    } else {
      bag.push(object);
    }
  }
  return canonical(bag);
}

/** For functions of this folder whose result is canonical by construction. */
export function canonical(bag: readonly Resource[]): Resources {
  return bag as Resources;
}

export function isEmptyResource(object: Resource): boolean {
  switch (object.type) {
    case 'SCALAR':
      return object.milli <= 0;
    case 'RANGES':
      return object.ranges.length === 0;
    case 'SET':
      return object.items.length === 0;
  }
}

/** How much of it there is: the amount, or the number of integers or items, in thousandths. */
export function quantityOfResource(object: Resource): Milli {
  switch (object.type) {
    case 'SCALAR':
      return object.milli;
    case 'RANGES':
      return (countRanges(object.ranges) * 1000) as Milli;
    case 'SET':
      return (object.items.length * 1000) as Milli;
  }
}

/** Sum of two objects of one identity. */
export function plus(a: Resource, b: Resource): Resource {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') {
    return { ...a, milli: (a.milli + b.milli) as Milli };
  }
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    return { ...a, ranges: unionRanges(a.ranges, b.ranges) };
  }
  if (a.type === 'SET' && b.type === 'SET') return { ...a, items: sortedSet(a.items, b.items) };
  return a;
}

/** What is left of `a` without `b`, both of one identity; never below nothing. */
export function minus(a: Resource, b: Resource): Resource {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') {
    return { ...a, milli: Math.max(0, a.milli - b.milli) as Milli };
  }
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    return { ...a, ranges: differenceRanges(a.ranges, b.ranges) };
  }
  if (a.type === 'SET' && b.type === 'SET') {
    const gone = new Set(b.items);
    return { ...a, items: a.items.filter((item) => !gone.has(item)) };
  }
  return a;
}

/** What both objects of one identity have. */
export function common(a: Resource, b: Resource): Resource {
  if (a.type === 'SCALAR' && b.type === 'SCALAR') {
    return { ...a, milli: Math.min(a.milli, b.milli) as Milli };
  }
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    return { ...a, ranges: intersectRanges(a.ranges, b.ranges) };
  }
  if (a.type === 'SET' && b.type === 'SET') {
    const there = new Set(b.items);
    return { ...a, items: a.items.filter((item) => there.has(item)) };
  }
  return a;
}

/** Whether `inner` is part of `outer`, both of one identity. */
export function covers(outer: Resource, inner: Resource): boolean {
  if (outer.type === 'SCALAR' && inner.type === 'SCALAR') return outer.milli >= inner.milli;
  if (outer.type === 'RANGES' && inner.type === 'RANGES') {
    return containsRanges(outer.ranges, inner.ranges);
  }
  if (outer.type === 'SET' && inner.type === 'SET') {
    const there = new Set(outer.items);
    return inner.items.every((item) => there.has(item));
  }
  return false;
}

function normalised(object: Resource): Resource {
  switch (object.type) {
    case 'SCALAR':
      return object;
    case 'RANGES':
      return { ...object, ranges: coalesce(object.ranges) };
    case 'SET':
      return { ...object, items: sortedSet(object.items, []) };
  }
}

function sortedSet(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].sort();
}

import { copies, intervals, scalar, words } from './build.js';
import { containsItems, equalItems, unionItems } from './items.js';
import type { Milli } from './milli.js';
import {
  containsRanges,
  differenceRanges,
  equalRanges,
  intersectRanges,
  unionRanges,
} from './ranges.js';
import type { Resource } from './resource.js';

/*
 * Arithmetic of two objects of one identity (`compareIdentity` is 0). Adding indivisible objects is
 * the walks' business: two of a kind stay two.
 */

/** The sum; copies of a shared object add up. */
export function plus(a: Resource, b: Resource): Resource {
  if (a.shared !== undefined) return copies(a, a.shared + (b.shared ?? 0));
  if (a.type === 'SCALAR' && b.type === 'SCALAR') return scalar(a, (a.milli + b.milli) as Milli);
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    const ranges = unionRanges(a.ranges, b.ranges);
    return ranges === a.ranges ? a : intervals(a, ranges);
  }
  if (a.type === 'SET' && b.type === 'SET') {
    const items = unionItems(a.items, b.items);
    return items === a.items ? a : words(a, items);
  }
  return a;
}

/** What is left of `a` without `b`; `undefined` when that is nothing. */
export function minus(a: Resource, b: Resource): Resource | undefined {
  if (a.shared !== undefined) {
    const shared = a.shared - (b.shared ?? 0);
    return shared > 0 ? copies(a, shared) : undefined;
  }
  if (a.type === 'SCALAR' && b.type === 'SCALAR') {
    const left = a.milli - b.milli;
    return left > 0 ? scalar(a, left as Milli) : undefined;
  }
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    const ranges = differenceRanges(a.ranges, b.ranges);
    if (ranges === a.ranges) return a;
    return ranges.length > 0 ? intervals(a, ranges) : undefined;
  }
  if (a.type === 'SET' && b.type === 'SET') {
    const gone = new Set(b.items);
    const items = a.items.filter((item) => !gone.has(item));
    if (items.length === a.items.length) return a;
    return items.length > 0 ? words(a, items) : undefined;
  }
  return a;
}

/** What both have; `undefined` when that is nothing. */
export function common(a: Resource, b: Resource): Resource | undefined {
  if (a.shared !== undefined) {
    const shared = Math.min(a.shared, b.shared ?? 0);
    if (shared === a.shared) return a;
    return shared > 0 ? copies(a, shared) : undefined;
  }
  if (a.type === 'SCALAR' && b.type === 'SCALAR') {
    return a.milli <= b.milli ? a : scalar(a, b.milli);
  }
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    const ranges = intersectRanges(a.ranges, b.ranges);
    return ranges.length > 0 ? intervals(a, ranges) : undefined;
  }
  if (a.type === 'SET' && b.type === 'SET') {
    const there = new Set(b.items);
    const items = a.items.filter((item) => there.has(item));
    return items.length > 0 ? words(a, items) : undefined;
  }
  return a;
}

/** Whether `inner` is part of `outer`. */
export function covers(outer: Resource, inner: Resource): boolean {
  if (outer.shared !== undefined) return outer.shared >= (inner.shared ?? 0);
  if (outer.type === 'SCALAR' && inner.type === 'SCALAR') return outer.milli >= inner.milli;
  if (outer.type === 'RANGES' && inner.type === 'RANGES') {
    return containsRanges(outer.ranges, inner.ranges);
  }
  if (outer.type === 'SET' && inner.type === 'SET') return containsItems(outer.items, inner.items);
  return false;
}

/** Whether there is exactly as much of both. */
export function equalValue(a: Resource, b: Resource): boolean {
  if (a.shared !== b.shared) return false;
  if (a.type === 'SCALAR' && b.type === 'SCALAR') return a.milli === b.milli;
  if (a.type === 'RANGES' && b.type === 'RANGES') return equalRanges(a.ranges, b.ranges);
  if (a.type === 'SET' && b.type === 'SET') return equalItems(a.items, b.items);
  return false;
}

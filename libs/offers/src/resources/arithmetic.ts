import { assert } from '@ekiden/kernel';

import {
  canonical,
  common,
  compareIdentity,
  covers,
  isEmptyResource,
  minus,
  plus,
} from './resource.js';
import type { Resource, Resources } from './resource.js';

/** Everything of both bags. Linear: both are sorted by identity. */
export function addResources(a: Resources, b: Resources): Resources {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const sum: Resource[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const x = a[i];
    const y = b[j];
    if (x === undefined || y === undefined) break;
    const order = compareIdentity(x, y);
    if (order < 0) sum.push(x);
    else if (order > 0) sum.push(y);
    else sum.push(plus(x, y));
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
  for (; i < a.length; i += 1) push(sum, a[i]);
  for (; j < b.length; j += 1) push(sum, b[j]);
  return canonical(sum);
}

/** `a` without `b`. That `a` contains `b` is the caller's promise: a breach is a bug. */
export function subtractResources(a: Resources, b: Resources): Resources {
  assert(containsResources(a, b), 'subtracting resources that are not there');
  return subtractSaturating(a, b);
}

/** `a` without `b`; what `b` has beyond `a` is ignored (an over-allocated agent has nothing free). */
export function subtractSaturating(a: Resources, b: Resources): Resources {
  if (b.length === 0 || a.length === 0) return a;
  return pairwise(a, b, (x, y) => (y === undefined ? x : minus(x, y)));
}

/** What both bags have. */
export function intersectResources(a: Resources, b: Resources): Resources {
  return pairwise(a, b, (x, y) => (y === undefined ? undefined : common(x, y)));
}

/** Whether `inner` is part of `outer`, identity by identity. */
export function containsResources(outer: Resources, inner: Resources): boolean {
  let i = 0;
  for (const wanted of inner) {
    let there = outer[i];
    while (there !== undefined && compareIdentity(there, wanted) < 0) {
      i += 1;
      there = outer[i];
    }
    if (there === undefined || compareIdentity(there, wanted) !== 0) return false;
    if (!covers(there, wanted)) return false;
  }
  return true;
}

export function equalResources(a: Resources, b: Resources): boolean {
  return a === b || (a.length === b.length && containsResources(a, b) && containsResources(b, a));
}

function pairwise(
  a: Resources,
  b: Resources,
  keep: (x: Resource, y: Resource | undefined) => Resource | undefined,
): Resources {
  const kept: Resource[] = [];
  let j = 0;
  for (const x of a) {
    let y = b[j];
    while (y !== undefined && compareIdentity(y, x) < 0) {
      j += 1;
      y = b[j];
    }
    const same = y !== undefined && compareIdentity(y, x) === 0 ? y : undefined;
    const left = keep(x, same);
    if (left !== undefined && !isEmptyResource(left)) kept.push(left);
  }
  return canonical(kept);
}

function push(bag: Resource[], object: Resource | undefined): void {
  if (object !== undefined) bag.push(object);
}

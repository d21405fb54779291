import { assert } from '@ekiden/kernel';

import { merges } from './canonical.js';
import { compareIdentity } from './identity.js';
import { common, covers, equalValue, minus, plus } from './merge.js';
import { canonical, NO_RESOURCES, type Resource, type Resources } from './resource.js';

/*
 * All walks are linear: both bags are sorted by identity. Indivisible objects of one identity
 * stand side by side and are taken pair by pair, so a walk counts them. A result that equals an
 * argument is that argument where that costs nothing to know.
 */

/** Everything of both bags. */
export function addResources(a: Resources, b: Resources): Resources {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const sum: Resource[] = [];
  let i = 0;
  let j = 0;
  let x = a[0];
  let y = b[0];
  while (x !== undefined && y !== undefined) {
    const order = compareIdentity(x, y);
    if (order < 0) sum.push(x);
    else if (order > 0) sum.push(y);
    else if (merges(x)) sum.push(plus(x, y));
    else sum.push(x, y);
    if (order <= 0) {
      i += 1;
      x = i < a.length ? a[i] : undefined;
    }
    if (order >= 0) {
      j += 1;
      y = j < b.length ? b[j] : undefined;
    }
  }
  appendFrom(sum, a, i);
  appendFrom(sum, b, j);
  return canonical(sum);
}

/** `a` without `b`. That `a` contains `b` is the caller's promise: a breach is a bug. */
export function subtractResources(a: Resources, b: Resources): Resources {
  return subtract(a, b, true);
}

/** `a` without `b`; what `b` has beyond `a` is ignored (an over-allocated agent has nothing free). */
export function subtractSaturating(a: Resources, b: Resources): Resources {
  return subtract(a, b, false);
}

/** What both bags have. */
export function intersectResources(a: Resources, b: Resources): Resources {
  if (a === b || a.length === 0) return a;
  const both: Resource[] = [];
  let j = 0;
  for (const x of a) {
    let order = -1;
    let y = j < b.length ? b[j] : undefined;
    while (y !== undefined && (order = compareIdentity(y, x)) < 0) {
      j += 1;
      y = j < b.length ? b[j] : undefined;
    }
    if (y === undefined) break;
    if (order !== 0) continue;
    j += 1;
    const part = common(x, y);
    if (part !== undefined) both.push(part);
  }
  return canonical(both);
}

/** Whether `inner` is part of `outer`, identity by identity. */
export function containsResources(outer: Resources, inner: Resources): boolean {
  if (outer === inner) return true;
  let i = 0;
  for (const wanted of inner) {
    let order = -1;
    let there = i < outer.length ? outer[i] : undefined;
    while (there !== undefined && (order = compareIdentity(there, wanted)) < 0) {
      i += 1;
      there = i < outer.length ? outer[i] : undefined;
    }
    if (there === undefined || order !== 0 || !covers(there, wanted)) return false;
    i += 1;
  }
  return true;
}

export function equalResources(a: Resources, b: Resources): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) {
    const x = a[i];
    const y = b[i];
    if (x === undefined || y === undefined) return false;
    if (x !== y && !(compareIdentity(x, y) === 0 && equalValue(x, y))) return false;
  }
  return true;
}

/** `a` without `b`, or `undefined` when `b` is no part of it: one walk for question and answer. */
export function remainderOf(a: Resources, b: Resources): Resources | undefined {
  return walk(a, b, true);
}

function subtract(a: Resources, b: Resources, strict: boolean): Resources {
  const left = walk(a, b, strict);
  assert(left !== undefined, 'subtracting resources that are not there');
  return left;
}

/** `undefined` when it is strict and something of `b` is not there. */
function walk(a: Resources, b: Resources, strict: boolean): Resources | undefined {
  if (b.length === 0) return a;
  if (a === b) return NO_RESOURCES;
  // As long as it can get: an array that grows from nothing takes room for seventeen.
  const left: Resource[] = a.slice();
  let count = 0;
  let taken = 0;
  let i = 0;
  for (const y of b) {
    let order = 1;
    let x = i < a.length ? a[i] : undefined;
    while (x !== undefined && (order = compareIdentity(x, y)) < 0) {
      left[count++] = x;
      i += 1;
      x = i < a.length ? a[i] : undefined;
    }
    if (x === undefined || order !== 0) {
      if (strict) return undefined;
      continue;
    }
    i += 1;
    if (strict && !covers(x, y)) return undefined;
    const rest = minus(x, y);
    if (rest !== undefined) left[count++] = rest;
    if (rest !== x) taken += 1;
  }
  if (taken === 0) return a;
  for (; i < a.length; i += 1) left[count++] = a[i] as Resource;
  // Setting the length costs more than all the rest, and mostly something is left of everything.
  if (count < left.length) left.length = count;
  return canonical(left);
}

function appendFrom(bag: Resource[], rest: Resources, from: number): void {
  for (let i = from; i < rest.length; i += 1) {
    const object = rest[i];
    if (object !== undefined) bag.push(object);
  }
}

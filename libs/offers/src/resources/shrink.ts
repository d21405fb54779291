import type { Chance } from '@ekiden/kernel';

import { intervals, scalar, words } from './build.js';
import { isIndivisible } from './identity.js';
import type { ResourceLimits } from './limits.js';
import type { Milli } from './milli.js';
import type { Quantities, Quantity } from './quantities.js';
import type { Range, Ranges } from './ranges.js';
import {
  canonical,
  NO_RESOURCES,
  quantityOfResource,
  type Resource,
  type Resources,
} from './resource.js';

/**
 * The bag cut down to at most `target`: a name without a target goes, the others keep as much as
 * fits (offer-core 1.1, Mesos's shrinkResources). Objects of one name are tried in random order; a
 * divisible one is cut to what remains of the target, an indivisible one stays only if it fits
 * wholly. Ranges and sets are cut to so many whole members, the first ones; gpus to whole ones;
 * copies of a shared object count once and stay together. Chance is asked only when a name is to be
 * cut and has several objects. Nothing to cut: the same bag.
 */
export function shrinkToQuantities(
  resources: Resources,
  target: Quantities,
  chance: Chance,
): Resources {
  return shrink(resources, target, 0, chance);
}

/** The same with bounds: names without a bound pass untouched. */
export function shrinkToLimits(
  resources: Resources,
  limits: ResourceLimits,
  chance: Chance,
): Resources {
  return limits.length === 0 ? resources : shrink(resources, limits, Infinity, chance);
}

/** Both are sorted by name. `absent` = the bound of a name that has none. */
function shrink(
  resources: Resources,
  bounds: readonly Quantity[],
  absent: number,
  chance: Chance,
): Resources {
  let kept: Resource[] | undefined;
  let to = 0;
  let j = 0;
  let first = resources[0];
  while (first !== undefined) {
    const from = to;
    let amount: number = quantityOfResource(first);
    to += 1;
    let next = to < resources.length ? resources[to] : undefined;
    while (next?.name === first.name) {
      amount += quantityOfResource(next);
      to += 1;
      next = to < resources.length ? resources[to] : undefined;
    }
    let bound = j < bounds.length ? bounds[j] : undefined;
    while (bound !== undefined && bound.name < first.name) {
      j += 1;
      bound = j < bounds.length ? bounds[j] : undefined;
    }
    const most = bound?.name === first.name ? bound.milli : absent;
    if (amount > most) {
      kept ??= resources.slice(0, from);
      shrinkName(kept, resources, { from, to, most }, chance);
    } else if (kept !== undefined) {
      for (let i = from; i < to; i += 1) kept.push(resources[i] ?? first);
    }
    first = next;
  }
  if (kept === undefined) return resources;
  return kept.length === 0 ? NO_RESOURCES : canonical(kept);
}

/** The objects of one name, `from` to before `to`; those that stay keep their order. */
function shrinkName(
  kept: Resource[],
  resources: Resources,
  { from, to, most }: { readonly from: number; readonly to: number; readonly most: number },
  chance: Chance,
): void {
  if (most <= 0) return;
  if (to - from === 1) {
    const only = resources[from];
    const part = only === undefined ? undefined : atMost(only, most);
    if (part !== undefined) kept.push(part);
    return;
  }
  let left = most;
  const parts: (Resource | undefined)[] = resources.slice(from, to);
  for (const i of chance.shuffle([...parts.keys()])) {
    const object = parts[i];
    const part = object === undefined ? undefined : atMost(object, left);
    parts[i] = part;
    if (part !== undefined) left -= quantityOfResource(part);
  }
  for (const part of parts) if (part !== undefined) kept.push(part);
}

/** The most of an object that fits; `undefined` when nothing does. */
function atMost(object: Resource, bound: number): Resource | undefined {
  if (quantityOfResource(object) <= bound) return object;
  if (isIndivisible(object)) return undefined;
  const members = Math.floor(bound / 1000);
  switch (object.type) {
    case 'SCALAR': {
      const size = object.name === 'gpus' ? members * 1000 : bound;
      return size > 0 ? scalar(object, size as Milli) : undefined;
    }
    case 'RANGES':
      return members > 0 ? intervals(object, firstOf(object.ranges, members)) : undefined;
    case 'SET':
      return members > 0 ? words(object, object.items.slice(0, members)) : undefined;
  }
}

function firstOf(ranges: Ranges, count: number): Ranges {
  const first: Range[] = [];
  let missing = count;
  for (const range of ranges) {
    if (missing === 0) break;
    const size = Math.min(missing, range.end - range.begin + 1);
    first.push({ begin: range.begin, end: range.begin + size - 1 });
    missing -= size;
  }
  return first;
}

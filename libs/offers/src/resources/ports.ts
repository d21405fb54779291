import { assert, err, ok, type Chance, type Result } from '@ekiden/kernel';

import { subtractSaturating } from './arithmetic.js';
import { intervals } from './build.js';
import { rangesOf } from './query.js';
import {
  coalesce,
  containsRanges,
  countRanges,
  differenceRanges,
  intersectRanges,
  type Ranges,
} from './ranges.js';
import { canonical, type Resource, type Resources } from './resource.js';

/** Why ports could not be had, with numbers. */
export type PortShortage =
  | { readonly kind: 'portTaken'; readonly port: number }
  | { readonly kind: 'tooFewPorts'; readonly wanted: number; readonly available: number };

export interface PortsWanted {
  /** Exactly these, in this order; repetitions are the caller's mistake. */
  readonly fixed: readonly number[];
  /** This many more, none of them among the fixed ones. */
  readonly random: number;
}

export interface PortsTaken {
  readonly fixed: readonly number[];
  readonly random: readonly number[];
  /** The same ports as resources, with the reservations they came from. */
  readonly resources: Resources;
}

/** Takes ports out of a bag, over all its reservations (marathon-behaviour 4.7). */
export function takePorts(
  from: Resources,
  wanted: PortsWanted,
  chance: Chance,
): Result<PortsTaken, PortShortage> {
  const offered = rangesOf(from, 'ports');
  for (const port of wanted.fixed) {
    if (!containsRanges(offered, [single(port)])) return err({ kind: 'portTaken', port });
  }
  const fixed = coalesce(wanted.fixed.map(single));
  assert(countRanges(fixed) === wanted.fixed.length, 'fixed ports must be distinct');
  const random = chooseFromRanges(differenceRanges(offered, fixed), wanted.random, chance);
  if (!random.ok) return random;
  const ranges = coalesce([...fixed, ...random.value.map(single)]);
  return ok({
    fixed: wanted.fixed,
    random: random.value,
    resources: takeRanges(from, ranges),
  });
}

/**
 * Chooses `count` numbers: the ranges in random order, laid end to end, a random start, then
 * consecutively with wrap-around. Neighbours stay together (little fragmentation) and a number
 * just freed is seldom taken again (marathon-behaviour 4.7).
 */
export function chooseFromRanges(
  ranges: Ranges,
  count: number,
  chance: Chance,
): Result<readonly number[], PortShortage> {
  assert(Number.isInteger(count) && count >= 0, `choosing ${count} numbers`);
  const available = countRanges(ranges);
  if (available < count) return err({ kind: 'tooFewPorts', wanted: count, available });
  if (count === 0) return ok([]);
  const order = chance.shuffle(ranges);
  let skip = chance.int(available);
  const chosen: number[] = [];
  // Twice around: the second lap is the wrap-around, cut off at `count`.
  for (const range of [...order, ...order]) {
    const size = range.end - range.begin + 1;
    const first = Math.min(skip, size);
    skip -= first;
    for (let i = first; i < size && chosen.length < count; i += 1) chosen.push(range.begin + i);
  }
  return ok(chosen);
}

/** The bag without these ports, whatever they are reserved for. */
export function withoutPorts(from: Resources, ports: readonly number[]): Resources {
  if (ports.length === 0) return from;
  return subtractSaturating(from, takeRanges(from, coalesce(ports.map(single))));
}

/** The part of the bag's ports that lies in `ranges`, reservation by reservation. */
function takeRanges(from: Resources, ranges: Ranges): Resources {
  const wanted: Resource[] = [];
  for (const object of from) {
    if (object.type !== 'RANGES' || object.name !== 'ports') continue;
    const taken = intersectRanges(object.ranges, ranges);
    if (taken.length > 0) wanted.push(intervals(object, taken));
  }
  return canonical(wanted);
}

function single(port: number): { readonly begin: number; readonly end: number } {
  return { begin: port, end: port };
}

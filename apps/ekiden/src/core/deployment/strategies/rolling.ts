import { assert } from '@ekiden/kernel';
import type { KillSelection, UpgradeStrategy } from '../../app/index.js';
import {
  byKillPreference,
  isTerminal,
  victimsOf,
  type Instance,
  type InstanceSums,
  type SpreadValue,
} from '../../instance/index.js';

/** What a rolling replacement looks at: the set of instances, nothing counted along the way. */
export interface RollingView {
  readonly wanted: number;
  /** `lastConfigChangeAt` of the definition to reach. */
  readonly configVersion: number;
  readonly strategy: UpgradeStrategy;
  readonly killSelection: KillSelection;
  /** Every instance of the app that is not confirmed gone, whatever its goal or version. */
  readonly instances: readonly Instance[];
  readonly isHealthy: (instance: Instance) => boolean;
  /** Ids that must be among the victims when the app shrinks (kill and scale). */
  readonly sentenced: ReadonlySet<string>;
  /** Where the app is spread; a scale down keeps that even. Absent = nowhere. */
  readonly spread?: readonly SpreadValue[];
  /** Whether an instance is to be moved off its host; absent = none is. */
  readonly isLeaving?: (instance: Instance) => boolean;
  /** Whether somebody else sees to its replacement: it counts, and is left alone. */
  readonly isReplaced?: (instance: Instance) => boolean;
  /** Leaving instances make way within the promised minimum, before they are replaced. */
  readonly makeWayFirst?: boolean;
}

export interface RollingTargets {
  /** How many instances of the wanted configuration to create now. */
  readonly start: number;
  readonly stop: readonly Instance[];
}

/**
 * Rounds a product of small decimals the way people expect: 100 x 0.07 is 7, although binary
 * floating point makes it slightly more (marathon-behaviour 2.2 [Q]).
 */
function decimal(value: number): number {
  return Number(value.toFixed(9));
}

/** Fewest healthy instances a replacement may leave by its own doing. */
export function minimumHealthy(wanted: number, strategy: UpgradeStrategy): number {
  return Math.ceil(decimal(wanted * strategy.minimumHealthCapacity));
}

/** Most instances, old and new, that may exist at once (before the extra one, see `rolling`). */
export function maximumCapacity(wanted: number, strategy: UpgradeStrategy): number {
  return Math.floor(decimal(wanted * (1 + strategy.maximumOverCapacity)));
}

/**
 * One look at a rolling replacement (also a scale up or down: then there is nothing old). What
 * leaves its host is old, too, whatever its configuration; where the strategy has room for more
 * than the wanted number, it is stopped only once it is replaced.
 *
 * Marathon's arithmetic (marathon-behaviour 2.2-2.4) computed afresh from the set each time. Where
 * Marathon deadlocks (no room, and too few healthy old ones to give one up) unhealthy old
 * instances make room, as giving them up lowers nothing that is promised.
 */
export function rolling(view: RollingView): RollingTargets {
  const { wanted } = view;
  assert(Number.isInteger(wanted) && wanted >= 0, `wanted instances: ${wanted}`);
  const { alive, fresh, old, healthyFresh, healthyOld } = survey(view);
  const healthy = healthyFresh + healthyOld;

  const stopFresh = surplus(view, fresh);
  const floor = minimumHealthy(wanted, view.strategy);
  const stoppedHealthy = stopFresh.filter(view.isHealthy).length;
  const complete = healthyFresh - stoppedHealthy >= wanted;
  const stopOld = oldToStop(view, old, complete, healthy - stoppedHealthy);

  const missing = Math.max(0, wanted - fresh.length);
  const room = capacity(view, floor, healthy) - alive;
  const start = Math.max(0, Math.min(missing, room));
  const stop = [...stopFresh, ...stopOld];
  if (start === 0 && missing > 0 && stop.length === 0 && alive === fresh.length + old.length) {
    return { start: 0, stop: makeRoom(view, old, missing) };
  }
  return { start, stop };
}

/**
 * How many `rolling` starts where all instances are of the wanted configuration, by their sums
 * alone; `undefined` when some are to be stopped, which takes a look at each.
 */
export function startsBySums(
  view: Pick<RollingView, 'wanted' | 'strategy'>,
  { alive, kept, healthy }: InstanceSums,
): number | undefined {
  const missing = view.wanted - kept;
  if (missing < 0) return undefined;
  const room = capacity(view, minimumHealthy(view.wanted, view.strategy), healthy) - alive;
  return Math.max(0, Math.min(missing, room));
}

interface Survey {
  /** Everything that is not over, also what shall go. */
  readonly alive: number;
  /** What shall stay: of the wanted configuration, and of others. */
  readonly fresh: readonly Instance[];
  readonly old: readonly Instance[];
  readonly healthyFresh: number;
  readonly healthyOld: number;
}

/** One pass over the set: it may have a hundred thousand members. */
function survey(view: RollingView): Survey {
  const { instances, configVersion, isHealthy, isLeaving, isReplaced } = view;
  const fresh: Instance[] = [];
  const old: Instance[] = [];
  let alive = 0;
  let healthyFresh = 0;
  let healthyOld = 0;
  for (const instance of instances) {
    if (isTerminal(instance.condition) || instance.condition === 'UnreachableInactive') continue;
    alive += 1;
    if (instance.goal !== 'Running' || isReplaced?.(instance) === true) continue;
    const isFresh = instance.configVersion === configVersion && isLeaving?.(instance) !== true;
    (isFresh ? fresh : old).push(instance);
    if (!isHealthy(instance)) continue;
    if (isFresh) healthyFresh += 1;
    else healthyOld += 1;
  }
  return { alive, fresh, old, healthyFresh, healthyOld };
}

/** Without room for one more and nothing to spare, one extra is allowed so that things move. */
function capacity(
  view: Pick<RollingView, 'wanted' | 'strategy'>,
  floor: number,
  healthy: number,
): number {
  const most = maximumCapacity(view.wanted, view.strategy);
  return floor === most && most <= healthy ? most + 1 : most;
}

/** Instances of the wanted configuration beyond the wanted number, sentenced ones first. */
function surplus(view: RollingView, fresh: readonly Instance[]): readonly Instance[] {
  const excess = fresh.length - view.wanted;
  if (excess <= 0) return [];
  const { killSelection, isHealthy, sentenced, spread = [] } = view;
  return victimsOf(fresh, { count: excess, killSelection, isHealthy, sentenced, spread });
}

/**
 * Old instances to give up now: those that never started cost nothing; running ones only as far as
 * the `healthy` ones exceed what is to be kept. An old set larger than the wanted number shrinks to
 * it at once, and once the new set is `complete` and healthy nothing old is kept.
 */
function oldToStop(
  view: RollingView,
  old: readonly Instance[],
  complete: boolean,
  healthy: number,
): readonly Instance[] {
  if (old.length === 0) return [];
  const order = byKillPreference(old, view.killSelection, view.isHealthy);
  if (complete) return order;
  const stop: Instance[] = [];
  const keep = toKeep(view);
  let healthyLeft = healthy;
  let unhealthyLeft = Math.max(0, old.length - view.wanted);
  for (const instance of order) {
    if (instance.condition === 'Scheduled') {
      stop.push(instance);
      unhealthyLeft -= 1;
    } else if (view.isHealthy(instance)) {
      const moves = instance.configVersion === view.configVersion;
      if (healthyLeft <= (moves ? keep.moving : keep.upgrading)) continue;
      stop.push(instance);
      healthyLeft -= 1;
    } else if (unhealthyLeft > 0 || view.isLeaving?.(instance) === true) {
      stop.push(instance);
      unhealthyLeft -= 1;
    }
  }
  return stop;
}

/**
 * How many healthy instances must be left when an old one is given up. An upgrade may use the
 * minimum; a mere move does not, as long as there is another way.
 */
function toKeep({ wanted, strategy, makeWayFirst = false }: RollingView): {
  readonly upgrading: number;
  readonly moving: number;
} {
  const floor = minimumHealthy(wanted, strategy);
  const hasRoom = maximumCapacity(wanted, strategy) > wanted;
  return { upgrading: floor, moving: hasRoom && !makeWayFirst ? wanted : floor };
}

/** The way out of a deadlock: unhealthy old instances, as many as are missing. */
function makeRoom(
  view: RollingView,
  old: readonly Instance[],
  missing: number,
): readonly Instance[] {
  const unhealthy = old.filter((i) => !view.isHealthy(i));
  return byKillPreference(unhealthy, view.killSelection, view.isHealthy).slice(0, missing);
}

import type { KillSelection } from '../app/index.js';
import { balancedVictims, type SpreadValue } from './balanced-victims.js';
import type { Condition, Instance } from './instance.js';

/**
 * Order of sacrifice when an app shrinks: what has not started goes first, then what cannot be
 * reached, then what is starting, then unhealthy ones, running healthy ones last. (Marathon put
 * waiting instances last and ignored health, marathon-behaviour 4.10 [Q].)
 */
const RANK: Readonly<Record<Condition, number>> = {
  Scheduled: 0,
  Finished: 0,
  Failed: 0,
  Killed: 0,
  Error: 0,
  Gone: 0,
  Dropped: 0,
  Killing: 1,
  Provisioned: 2,
  Unknown: 3,
  UnreachableInactive: 3,
  Unreachable: 3,
  Staging: 4,
  Starting: 5,
  Running: 7,
};

function rank(instance: Instance, healthy: boolean): number {
  if (instance.condition === 'Running' && !healthy) return 6;
  return RANK[instance.condition];
}

/** Instances in the order in which they are given up; ties by `killSelection`, then by id. */
export function byKillPreference(
  instances: readonly Instance[],
  selection: KillSelection,
  isHealthyInstance: (instance: Instance) => boolean,
): Instance[] {
  const age = (instance: Instance): number => instance.task?.stagedAt ?? instance.createdAt;
  return [...instances].sort((a, b) => {
    const byRank = rank(a, isHealthyInstance(a)) - rank(b, isHealthyInstance(b));
    if (byRank !== 0) return byRank;
    const byAge = selection === 'YOUNGEST_FIRST' ? age(b) - age(a) : age(a) - age(b);
    if (byAge !== 0) return byAge;
    // Ids made in one moment count up: the later one is the younger.
    const older = a.id < b.id ? -1 : 1;
    return selection === 'YOUNGEST_FIRST' ? -older : older;
  });
}

export interface Shrinking {
  /** How many are to go. */
  readonly count: number;
  readonly killSelection: KillSelection;
  readonly isHealthy: (instance: Instance) => boolean;
  /** Ids that are to be among them (kill and scale), as far as `count` goes. */
  readonly sentenced: ReadonlySet<string>;
  /** Where the app is spread: its GROUP_BY and SPREAD constraints. */
  readonly spread: readonly SpreadValue[];
}

/**
 * Who goes when an app shrinks: the sentenced, then by rank, so that nothing healthy goes before
 * what is not; among those of one rank such that what stays is even (SCL-16 to SCL-19). Marathon
 * let evenness decide first and so gave up healthy ones for unhealthy ones (4.10 [Q]).
 */
export function victimsOf(instances: readonly Instance[], how: Shrinking): readonly Instance[] {
  const { count, killSelection, isHealthy, sentenced, spread } = how;
  const order = byKillPreference(instances, killSelection, isHealthy);
  const isSentenced = ({ id }: Instance): boolean => sentenced.has(id);
  const victims = order.filter(isSentenced).slice(0, count);
  const others = order.filter((instance) => !isSentenced(instance));
  if (spread.length === 0) return [...victims, ...others.slice(0, count - victims.length)];
  const rankOf = (instance: Instance): number => rank(instance, isHealthy(instance));
  let from = 0;
  while (victims.length < count && from < others.length) {
    const first = others[from];
    const end = others.findIndex(
      (each, at) => at > from && first !== undefined && rankOf(each) !== rankOf(first),
    );
    const until = end < 0 ? others.length : end;
    const missing = count - victims.length;
    victims.push(
      ...balancedVictims(others.slice(from, until), others.slice(until), {
        count: Math.min(missing, until - from),
        spread,
      }),
    );
    from = until;
  }
  return victims;
}

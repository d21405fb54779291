import type { KillSelection } from '../app/index.js';
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

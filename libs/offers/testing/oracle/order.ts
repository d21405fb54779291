import type { Chance } from '@ekiden/kernel';

import type { FrameworkId } from '../../src/framework/index.js';
import { childrenOf, isWithin, withAncestors } from './role-paths.js';
import { compareFractions, dominantShare, weighted, type Fraction } from './shares.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';
import {
  clientKey,
  frameworkOf,
  isSubscribed,
  leafKey,
  nodeKey,
  trackedRoles,
  trackedUnder,
} from './tracking.js';

const WEIGHT_ONE = 1000;

/** Roles with tracked frameworks in the order in which they are asked. */
export function roleOrder(state: State, settings: Settings, chance: Chance): readonly string[] {
  const roles = trackedRoles(state);
  switch (settings.roleSorter) {
    case 'drf':
      return below(undefined);
    case 'fifo':
      return byArrival(state, roles, leafKey);
    case 'random':
      return atRandom(roles, (role) => relativeWeight(state, role), chance);
  }

  function below(parent: string | undefined): readonly string[] {
    const nodes = childrenOf(parent, withAncestors(roles)).map((path) => node(path));
    const self = parent !== undefined && roles.includes(parent) ? [leaf(parent)] : [];
    return [...nodes, ...self].sort(compareNodes).flatMap((each) => each.walk());
  }

  function node(path: string): Node {
    const holdings = state.holdings.filter((held) => isWithin(held.role, path));
    const share = dominantShare(state, settings, holdings);
    const weight = state.weights.get(path) ?? WEIGHT_ONE;
    const count = state.counts.get(nodeKey(path)) ?? 0;
    return { path, share: weighted(share, weight), count, walk: () => below(path) };
  }

  /** The role itself, competing with the roles inside it (SRT-13). */
  function leaf(role: string): Node {
    const holdings = state.holdings.filter((held) => held.role === role);
    const share = dominantShare(state, settings, holdings);
    const count = state.counts.get(leafKey(role)) ?? 0;
    return { path: `${role}/.`, share: weighted(share, WEIGHT_ONE), count, walk: () => [role] };
  }
}

/** Frameworks that may get an offer under a role, in the order in which they are asked. */
export function frameworkOrder(
  state: State,
  settings: Settings,
  role: string,
  chance: Chance,
): readonly FrameworkId[] {
  const ids = trackedUnder(state, role).filter((id) => isListening(state, id, role));
  switch (settings.frameworkSorter) {
    case 'drf':
      return ids
        .map(client)
        .sort(compareNodes)
        .flatMap((each) => each.walk());
    case 'fifo':
      return byArrival(state, ids, (id) => clientKey(id, role));
    case 'random':
      return atRandom(ids, () => 1, chance);
  }

  function client(id: FrameworkId): Node<FrameworkId> {
    const holdings = state.holdings.filter((held) => held.frameworkId === id && held.role === role);
    const share = weighted(dominantShare(state, settings, holdings), WEIGHT_ONE);
    const count = state.counts.get(clientKey(id, role)) ?? 0;
    return { path: id, share, count, walk: () => [id] };
  }
}

/** Connected, subscribed, not suppressed. */
export function isListening(state: State, id: FrameworkId, role: string): boolean {
  const { active, suppressed } = frameworkOf(state, id);
  return active && isSubscribed(state, id, role) && !suppressed.includes(role);
}

interface Node<T = string> {
  readonly path: string;
  readonly share: Fraction;
  readonly count: number;
  readonly walk: () => readonly T[];
}

function compareNodes(a: Omit<Node, 'walk'>, b: Omit<Node, 'walk'>): number {
  const order = compareFractions(a.share, b.share) || a.count - b.count;
  if (order !== 0 || a.path === b.path) return order;
  return a.path < b.path ? -1 : 1;
}

function byArrival<T extends string>(
  state: State,
  items: readonly T[],
  key: (item: T) => string,
): readonly T[] {
  const arrival = (item: T): number => state.arrivals.get(key(item)) ?? 0;
  return [...items].sort((a, b) => arrival(a) - arrival(b));
}

/** A weighted shuffle without replacement: by `u^(1/w)`, largest first (offer-core 2.4). */
function atRandom<T extends string>(
  items: readonly T[],
  weight: (item: T) => number,
  chance: Chance,
): readonly T[] {
  return items
    .map((item) => ({ item, key: chance.next() ** (1 / weight(item)) }))
    .sort((a, b) => b.key - a.key)
    .map(({ item }) => item);
}

/** The product, along the path, of a node's part in the weights of it and its siblings. */
function relativeWeight(state: State, role: string): number {
  const roles = trackedRoles(state);
  const paths = withAncestors(roles);
  const weightOf = (path: string): number => state.weights.get(path) ?? WEIGHT_ONE;
  let product = 1;
  let parent: string | undefined;
  for (const path of withAncestors([role])) {
    const siblings = childrenOf(parent, paths).map(weightOf);
    if (parent !== undefined && roles.includes(parent)) siblings.push(WEIGHT_ONE);
    product *= weightOf(path) / siblings.reduce((sum, each) => sum + each, 0);
    parent = path;
  }
  const inside = childrenOf(role, paths).map(weightOf);
  const all = inside.reduce((sum, each) => sum + each, WEIGHT_ONE);
  return product * (WEIGHT_ONE / all);
}

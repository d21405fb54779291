import {
  addQuantities,
  filterResources,
  NO_QUANTITIES,
  quantityOf,
  scalarQuantitiesOf,
  subtractQuantities,
} from '../../src/resources/index.js';
import type { Milli, Quantities } from '../../src/resources/index.js';
import { availableOf, isPlainScalar, isReserved } from './objects.js';
import { childrenOf, isWithin, pathOf, withAncestors } from './role-paths.js';
import { scalarsOf } from './shares.js';
import type { State } from './state.js';
import { allocatedOn } from './tracking.js';

/** Scalars reserved for a role and what is below it, held or not. */
export function reservedFor(state: State, role: string): Quantities {
  let sum = NO_QUANTITIES;
  for (const { facts } of state.agents.values()) {
    const reserved = filterResources(
      facts.total,
      (object) => isReserved(object) && isWithin(object.role, role),
    );
    sum = addQuantities(sum, scalarQuantitiesOf(reserved));
  }
  return sum;
}

/** What counts against the quota: reservations, and plain scalars held (offer-core 2.3). */
export function consumedBy(state: State, role: string): Quantities {
  const plain = state.holdings
    .filter((held) => isWithin(held.role, role))
    .map((held) => ({ ...held, resources: filterResources(held.resources, isPlainScalar) }));
  return addQuantities(reservedFor(state, role), scalarsOf(plain));
}

/** What of the role's own guarantee is not consumed yet. */
export function unsatisfied(state: State, role: string): Quantities {
  const guarantees = state.quotas.get(role)?.guarantees ?? NO_QUANTITIES;
  return subtractQuantities(guarantees, consumedBy(state, role));
}

/**
 * By name, what the limits of the role and of all above it leave: a child is bound by every
 * ancestor (QTA-37 to QTA-39). A name that is absent is unbounded.
 */
export function leftUnderLimits(state: State, role: string): ReadonlyMap<string, LimitLeft> {
  const least = new Map<string, LimitLeft>();
  for (const path of pathOf(role)) {
    const consumed = consumedBy(state, path);
    for (const { name, milli } of state.quotas.get(path)?.limits ?? []) {
      const used = quantityOf(consumed, name);
      const left = Math.max(0, milli - used);
      const tightest = least.get(name);
      if (tightest !== undefined && tightest.left <= left) continue;
      least.set(name, { role: path, left, limit: milli, consumed: used });
    }
  }
  return least;
}

export interface LimitLeft {
  /** Whose limit it is. */
  readonly role: string;
  readonly left: number;
  readonly limit: Milli;
  readonly consumed: Milli;
}

/** What has to stay free for guarantees: of a subtree its own, or its children's if that is more. */
export function requiredHeadroom(state: State): Quantities {
  const paths = withAncestors(state.quotas.keys());
  return sum(childrenOf(undefined, paths).map(need));

  function need(path: string): Quantities {
    return maximum(unsatisfied(state, path), sum(childrenOf(path, paths).map(need)));
  }
}

/** Plain scalars that nobody holds, on all agents. */
export function availableHeadroom(state: State): Quantities {
  return sum(
    [...state.agents].map(([agentId, { facts }]) => {
      const available = availableOf(facts.total, allocatedOn(state, agentId));
      return scalarQuantitiesOf(filterResources(available, isPlainScalar));
    }),
  );
}

/** What of the free plain scalars may go to roles that have no claim to them. */
export function spareHeadroom(state: State): Quantities {
  return subtractQuantities(availableHeadroom(state), requiredHeadroom(state));
}

function sum(each: readonly Quantities[]): Quantities {
  return each.reduce(addQuantities, NO_QUANTITIES);
}

function maximum(a: Quantities, b: Quantities): Quantities {
  return addQuantities(a, subtractQuantities(b, a));
}

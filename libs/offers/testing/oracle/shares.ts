import {
  addQuantities,
  filterResources,
  NO_QUANTITIES,
  quantityOf,
  scalarQuantitiesOf,
} from '../../src/resources/index.js';
import type { Holding } from '../../src/allocator/index.js';
import type { Quantities, Resource } from '../../src/resources/index.js';
import { isShared, withoutSame } from './objects.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';

/** `part` of `whole`, both whole numbers. */
export interface Fraction {
  readonly part: bigint;
  readonly whole: bigint;
}

/** All scalars of all agents. */
function poolOf(state: State): Quantities {
  let pool = NO_QUANTITIES;
  for (const { facts } of state.agents.values()) {
    pool = addQuantities(pool, scalarQuantitiesOf(facts.total));
  }
  return pool;
}

/**
 * Scalars of these holdings. A shared object counts once for each role, however many have it there
 * (SRT-22); what is above the roles counts the sum of them.
 */
export function scalarsOf(holdings: readonly Holding[]): Quantities {
  let sum = NO_QUANTITIES;
  const seen = new Map<string, Resource[]>();
  for (const { agentId, role, resources } of holdings) {
    const place = `${agentId} ${role}`;
    const before = seen.get(place) ?? [];
    const counted = withoutSame(resources, before);
    sum = addQuantities(sum, scalarQuantitiesOf(counted));
    seen.set(place, [...before, ...filterResources(counted, isShared)]);
  }
  return sum;
}

/** The largest share of any one scalar of the pool (offer-core 2.4). */
export function dominantShare(
  state: State,
  settings: Settings,
  holdings: readonly Holding[],
): Fraction {
  const pool = poolOf(state);
  let most: Fraction = { part: 0n, whole: 1n };
  for (const { name, milli } of scalarsOf(holdings)) {
    const total = quantityOf(pool, name);
    if (total <= 0 || settings.excluded.has(name)) continue;
    const share = { part: BigInt(milli), whole: BigInt(total) };
    if (compareFractions(share, most) > 0) most = share;
  }
  return most;
}

/** Divided by a weight in thousandths. */
export function weighted(share: Fraction, weight: number): Fraction {
  return { part: share.part * 1000n, whole: share.whole * BigInt(weight) };
}

export function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.part * b.whole;
  const right = b.part * a.whole;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function asNumber(share: Fraction): number {
  return Number(share.part) / Number(share.whole);
}

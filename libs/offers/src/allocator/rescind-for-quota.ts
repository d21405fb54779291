import type { AgentId } from '@ekiden/kernel';

import {
  addQuantities,
  coversQuantities,
  fitsLimits,
  isReserved,
  isRevocable,
  limitOf,
  NO_QUANTITIES,
  filterResources,
  quantityOf,
  scalarQuantitiesOf,
  subtractQuantities,
  type Quantities,
  type Resources,
} from '../resources/index.js';
import type { Quota } from './allocator.js';

/** What of an open offer matters for quotas; callers keep their own offers through `O`. */
export interface RescindableOffer {
  readonly role: string;
  readonly agentId: AgentId;
  readonly resources: Resources;
}

export interface QuotaRescind<O extends RescindableOffer> {
  readonly role: string;
  readonly quota: Quota;
  /** Against the quota at this moment, what is offered included (`RoleBooks.consumed`). */
  readonly consumed: Quantities;
  /** All that are open, oldest first. */
  readonly offers: readonly O[];
}

/**
 * Which open offers to take back when a role gets a new quota (offer-core 2.9, ADM-08): of the
 * role's own subtree, newest first, until what it has fits its limits; then of others, agent by
 * agent, until what came back covers what its guarantees still lack. Best effort: what is used
 * stays used, and an offer that would not help is left alone. In the order to rescind them.
 */
export function offersToRescind<O extends RescindableOffer>(change: QuotaRescind<O>): readonly O[] {
  const { role, quota, offers } = change;
  const own = offers.filter((offer) => isWithin(role, offer.role));
  const forLimit = overLimit(own, quota, change.consumed);
  const consumed = without(change.consumed, forLimit);
  const missing = subtractQuantities(quota.guarantees, consumed);
  const others = offers.filter((offer) => !isWithin(role, offer.role));
  return [...forLimit, ...towardsGuarantee(others, missing)];
}

/** What of an offer counts against quotas whoever holds it: reservations count anyway. */
export function chargeable(resources: Resources): Quantities {
  return scalarQuantitiesOf(
    filterResources(resources, (object) => !isReserved(object) && !isRevocable(object)),
  );
}

function overLimit<O extends RescindableOffer>(
  own: readonly O[],
  { limits }: Quota,
  consumedBefore: Quantities,
): readonly O[] {
  const chosen: O[] = [];
  let consumed = consumedBefore;
  for (const offer of own.toReversed()) {
    if (fitsLimits(limits, consumed)) break;
    const amounts = chargeable(offer.resources);
    const helps = amounts.some(({ name }) => {
      const limit = limitOf(limits, name);
      return limit !== undefined && quantityOf(consumed, name) > limit;
    });
    if (!helps) continue;
    chosen.push(offer);
    consumed = subtractQuantities(consumed, amounts);
  }
  return chosen;
}

/** Whole agents, in the order of their oldest offer: parts of many would help nobody. */
function towardsGuarantee<O extends RescindableOffer>(
  others: readonly O[],
  missing: Quantities,
): readonly O[] {
  const chosen: O[] = [];
  let back = NO_QUANTITIES;
  for (const offers of byAgent(others).values()) {
    if (coversQuantities(back, missing)) break;
    const still = subtractQuantities(missing, back);
    const useful = offers.filter((offer) =>
      chargeable(offer.resources).some(({ name }) => quantityOf(still, name) > 0),
    );
    chosen.push(...useful);
    for (const offer of useful) back = addQuantities(back, chargeable(offer.resources));
  }
  return chosen;
}

function byAgent<O extends RescindableOffer>(offers: readonly O[]): ReadonlyMap<AgentId, O[]> {
  const found = new Map<AgentId, O[]>();
  for (const offer of offers) {
    const there = found.get(offer.agentId);
    if (there === undefined) found.set(offer.agentId, [offer]);
    else there.push(offer);
  }
  return found;
}

function without(consumed: Quantities, offers: readonly RescindableOffer[]): Quantities {
  return offers.reduce(
    (left, offer) => subtractQuantities(left, chargeable(offer.resources)),
    consumed,
  );
}

function isWithin(role: string, other: string): boolean {
  return other === role || other.startsWith(`${role}/`);
}

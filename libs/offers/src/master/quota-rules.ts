import type { Quota } from '../allocator/index.js';
import {
  addQuantities,
  limitOf,
  NO_QUANTITIES,
  quantityOf,
  subtractQuantities,
  type Milli,
  type Quantities,
} from '../resources/index.js';

/** A rule a wish for a quota breaks; amounts in thousandths. */
export type QuotaViolation =
  | {
      readonly kind: 'guaranteeAboveLimit';
      readonly name: string;
      readonly guarantee: Milli;
      readonly limit: Milli;
    }
  | {
      /** What `role` (the one changed, or one above it) has to guarantee for its subtree. */
      readonly kind: 'subtreeAboveLimit';
      readonly role: string;
      readonly name: string;
      readonly guarantees: Milli;
      readonly limit: Milli;
    }
  | {
      /** All guarantees together, against all agents the master knows, also those out of reach. */
      readonly kind: 'aboveCapacity';
      readonly name: string;
      readonly guarantees: Milli;
      readonly capacity: Milli;
    }
  | {
      readonly kind: 'belowConsumption';
      readonly name: string;
      readonly limit: Milli;
      readonly used: Milli;
    };

export interface QuotaAdmission {
  readonly role: string;
  readonly quota: Quota;
  /** As they stand; `role` may be among them. */
  readonly quotas: ReadonlyMap<string, Quota>;
  /** Non-revocable scalars of all agents. */
  readonly capacity: Quantities;
  /** Used by the role's subtree or reserved for it; what is only offered does not count. */
  readonly used: Quantities;
  /** An operator insists: capacity and what is used already do not count. */
  readonly force: boolean;
}

/**
 * Everything that is wrong with a quota (offer-core 2.9, ADM-06, ADM-09). With quotas at any depth
 * one rule joins: what is guaranteed below a role fits its limit.
 */
export function quotaViolations(admission: QuotaAdmission): readonly QuotaViolation[] {
  const { role, quota, capacity, used, force } = admission;
  const found: QuotaViolation[] = [];
  for (const { name, milli: guarantee } of quota.guarantees) {
    const limit = limitOf(quota.limits, name);
    if (limit === undefined || guarantee <= limit) continue;
    found.push({ kind: 'guaranteeAboveLimit', name, guarantee, limit });
  }
  const quotas = new Map(admission.quotas).set(role, quota);
  const required = requirements(quotas);
  found.push(...aboveLimits(role, quotas, required));
  if (force) return found;
  const all = required.get(ROOT) ?? NO_QUANTITIES;
  for (const { name } of quota.guarantees) {
    const guarantees = quantityOf(all, name);
    const there = quantityOf(capacity, name);
    if (guarantees > there) {
      found.push({ kind: 'aboveCapacity', name, guarantees, capacity: there });
    }
  }
  for (const { name, milli: limit } of quota.limits) {
    const amount = quantityOf(used, name);
    if (amount > limit) found.push({ kind: 'belowConsumption', name, limit, used: amount });
  }
  return found;
}

const ROOT = '';

/** The changed role and those above it, each against what its subtree has to be guaranteed. */
function aboveLimits(
  role: string,
  quotas: ReadonlyMap<string, Quota>,
  required: ReadonlyMap<string, Quantities>,
): readonly QuotaViolation[] {
  const found: QuotaViolation[] = [];
  for (let at = role; at !== ROOT; at = parentOf(at)) {
    const { limits = [], guarantees: given = NO_QUANTITIES } = quotas.get(at) ?? {};
    const needed = required.get(at) ?? NO_QUANTITIES;
    for (const { name, milli: limit } of limits) {
      const guarantees = quantityOf(needed, name);
      const own = at === role ? quantityOf(given, name) : 0;
      // Its own guarantee above its own limit has been said.
      if (guarantees <= limit || guarantees === own) continue;
      found.push({ kind: 'subtreeAboveLimit', role: at, name, guarantees, limit });
    }
  }
  return found;
}

/**
 * What every role has to be guaranteed: its own guarantee or those of its children together,
 * whichever is more. Under `ROOT` the sum of all.
 */
function requirements(quotas: ReadonlyMap<string, Quota>): ReadonlyMap<string, Quantities> {
  const required = new Map<string, Quantities>();
  const paths = new Set<string>();
  for (const role of quotas.keys()) {
    for (let at = role; at !== ROOT; at = parentOf(at)) paths.add(at);
  }
  const below = new Map<string, Quantities>();
  const deepestFirst = [...paths].sort((a, b) => depthOf(b) - depthOf(a));
  for (const role of deepestFirst) {
    const own = quotas.get(role)?.guarantees ?? NO_QUANTITIES;
    const needed = greater(own, below.get(role) ?? NO_QUANTITIES);
    required.set(role, needed);
    const parent = parentOf(role);
    below.set(parent, addQuantities(below.get(parent) ?? NO_QUANTITIES, needed));
  }
  required.set(ROOT, below.get(ROOT) ?? NO_QUANTITIES);
  return required;
}

/** Name by name the larger amount. */
function greater(a: Quantities, b: Quantities): Quantities {
  return addQuantities(a, subtractQuantities(b, a));
}

function parentOf(role: string): string {
  return role.slice(0, Math.max(0, role.lastIndexOf('/')));
}

function depthOf(role: string): number {
  return role.split('/').length;
}

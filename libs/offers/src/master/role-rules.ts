import type { Quota } from '../allocator/index.js';
import { roleViolation } from '../framework/index.js';
import {
  addQuantities,
  filterResources,
  isRevocable,
  limitOf,
  NO_QUANTITIES,
  quantityOf,
  scalarQuantitiesOf,
  subtractQuantities,
  type Milli,
  type Quantities,
} from '../resources/index.js';
import type { Draft } from './draft.js';

/** A rule a wish about a role breaks; amounts in thousandths. */
export type RoleViolation =
  | { readonly kind: 'invalidRole'; readonly rule: string }
  | { readonly kind: 'invalidWeight'; readonly weight: number }
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

/** Weights count in thousandths. */
const WEIGHT_MIN = 0.001;
const WEIGHT_MAX = 1_000_000;

interface Wish {
  readonly role: string;
  readonly weight: number;
  /** Absent = no quota is asked for. */
  readonly quota: Quota | undefined;
  /** Counts against the role's quota and is not merely offered. */
  readonly used: Quantities;
  readonly force: boolean;
}

/** Everything that is wrong with a wish (offer-core 2.9, ADM-06, ADM-09). */
export function roleViolations(draft: Draft, wish: Wish): readonly RoleViolation[] {
  const found: RoleViolation[] = [];
  const { role, weight, quota, used, force } = wish;
  const rule = roleViolation(role);
  if (rule !== undefined) found.push({ kind: 'invalidRole', rule });
  if (!(weight >= WEIGHT_MIN && weight <= WEIGHT_MAX)) {
    found.push({ kind: 'invalidWeight', weight });
  }
  if (quota === undefined) return found;
  for (const { name, milli: guarantee } of quota.guarantees) {
    const limit = limitOf(quota.limits, name);
    if (limit === undefined || guarantee <= limit) continue;
    found.push({ kind: 'guaranteeAboveLimit', name, guarantee, limit });
  }
  const required = requirements(quotasWith(draft, role, quota));
  found.push(...aboveLimits(draft, wish, quota, required));
  if (force) return found;
  const all = required.get(ROOT) ?? NO_QUANTITIES;
  const capacity = capacityOf(draft);
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
  draft: Draft,
  { role }: Wish,
  quota: Quota,
  required: ReadonlyMap<string, Quantities>,
): readonly RoleViolation[] {
  const found: RoleViolation[] = [];
  for (let at = role; at !== ROOT; at = parentOf(at)) {
    const limits = at === role ? quota.limits : draft.roles.get(at)?.quota?.limits;
    const needed = required.get(at) ?? NO_QUANTITIES;
    for (const { name, milli: limit } of limits ?? []) {
      const guarantees = quantityOf(needed, name);
      const own = at === role ? quantityOf(quota.guarantees, name) : 0;
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

function quotasWith(draft: Draft, role: string, quota: Quota): ReadonlyMap<string, Quota> {
  const quotas = new Map<string, Quota>();
  for (const row of draft.roles.values()) {
    if (row.quota !== undefined) quotas.set(row.id, row.quota);
  }
  return quotas.set(role, quota);
}

/** Revocable resources may be gone any time: nothing is guaranteed of them. */
function capacityOf(draft: Draft): Quantities {
  let sum = NO_QUANTITIES;
  for (const { total, goneSince } of draft.agents.values()) {
    if (goneSince !== undefined) continue;
    const solid = filterResources(total, (object) => !isRevocable(object));
    sum = addQuantities(sum, scalarQuantitiesOf(solid));
  }
  return sum;
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

import type { Quota } from '../allocator/index.js';
import { roleViolation } from '../framework/index.js';
import {
  addQuantities,
  filterResources,
  isRevocable,
  NO_QUANTITIES,
  scalarQuantitiesOf,
  type Quantities,
} from '../resources/index.js';
import type { Draft } from './draft.js';
import { quotaViolations, type QuotaViolation } from './quota-rules.js';

/** A rule a wish about a role breaks. */
export type RoleViolation =
  | { readonly kind: 'invalidRole'; readonly rule: string }
  | { readonly kind: 'invalidWeight'; readonly weight: number }
  | QuotaViolation;

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
  const capacity = capacityOf(draft);
  found.push(...quotaViolations({ role, quota, quotas: quotasOf(draft), capacity, used, force }));
  return found;
}

function quotasOf(draft: Draft): ReadonlyMap<string, Quota> {
  const quotas = new Map<string, Quota>();
  for (const row of draft.roles.values()) {
    if (row.quota !== undefined) quotas.set(row.id, row.quota);
  }
  return quotas;
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

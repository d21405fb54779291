import { err, ok, type Result } from '@ekiden/kernel';

import type { Quota } from '../allocator/index.js';
import { chargeable, offersToRescind } from '../allocator/index.js';
import {
  addQuantities,
  NO_QUANTITIES,
  subtractQuantities,
  type Quantities,
} from '../resources/index.js';
import type { Draft } from './draft.js';
import { roleViolations, type RoleViolation } from './role-rules.js';
import type { RoleRow } from './rows.js';

export interface RoleChange {
  /** Of the role's subtree among its siblings, > 0. Absent = as it is. */
  readonly weight?: number;
  /** `null` = none any more; absent = as it is. */
  readonly quota?: Quota | null;
  /** Passes over what the cluster has and what the role uses already. */
  readonly force?: boolean;
}

/** Nothing was changed; all reasons at once. */
export interface RoleRefusal {
  readonly violations: readonly RoleViolation[];
}

const DEFAULT_WEIGHT = 1;

/**
 * Gives a role a weight, a quota or both, or neither any more (offer-core 2.9). Quotas may be
 * nested (ours, beyond Mesos): a subtree's guarantees stay within every limit above it. Offers that
 * are in the way of the new quota are taken back, as far as that helps (ADM-08).
 */
export function setRole(draft: Draft, role: string, change: RoleChange): Result<void, RoleRefusal> {
  const before = draft.roles.get(role);
  const weight = change.weight ?? before?.weight ?? DEFAULT_WEIGHT;
  const quota = change.quota === undefined ? before?.quota : (change.quota ?? undefined);
  const consumed = consumedBy(draft, role);
  const violations = roleViolations(draft, {
    role,
    weight,
    quota: change.quota ?? undefined,
    used: subtractQuantities(consumed, offeredTo(draft, role)),
    force: change.force === true,
  });
  if (violations.length > 0) return err({ violations });
  putRole(draft, { id: role, weight, ...(quota === undefined ? {} : { quota }) });
  if (change.weight !== undefined) {
    draft.allocator.reduce({ kind: 'weightChanged', role, weight });
  }
  if (change.quota === undefined) return ok(undefined);
  const told = quota === undefined ? {} : { quota };
  draft.allocator.reduce({ kind: 'quotaChanged', role, ...told });
  if (quota === undefined) return ok(undefined);
  const offers = [...draft.offers.values()];
  for (const offer of offersToRescind({ role, quota, consumed, offers })) {
    draft.discardOffer(offer, `the quota of ${role} has changed`);
  }
  return ok(undefined);
}

/** A role of which nothing is said that is not so for all roles has no row. */
function putRole(draft: Draft, row: RoleRow): void {
  if (row.weight === DEFAULT_WEIGHT && row.quota === undefined) draft.roles.remove(row.id);
  else draft.roles.put(row.id, row);
}

function consumedBy(draft: Draft, role: string): Quantities {
  const books = draft.allocator.roles().find((each) => each.role === role);
  return books?.consumed ?? NO_QUANTITIES;
}

/** Counts as consumed but can be taken back. */
function offeredTo(draft: Draft, role: string): Quantities {
  let offered = NO_QUANTITIES;
  for (const offer of draft.offers.values()) {
    if (offer.role !== role && !offer.role.startsWith(`${role}/`)) continue;
    offered = addQuantities(offered, chargeable(offer.resources));
  }
  return offered;
}

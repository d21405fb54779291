import type { Quota } from '../src/allocator/index.js';
import {
  addQuantities,
  formatMilli,
  limitOf,
  NO_QUANTITIES,
  quantityOf,
  type Quantities,
  type Quantity,
  type ResourceLimits,
} from '../src/resources/index.js';

export interface QuotaAdmission {
  readonly role: string;
  /** Absent = the default quota. */
  readonly quota: Quota | undefined;
  /** As they stand, `role` may be among them. */
  readonly quotas: ReadonlyMap<string, Quota>;
  /** Non-revocable scalars of all agents. */
  readonly total: Quantities;
  /** Used by the role's subtree or reserved for it; what is only offered is not charged. */
  readonly consumed: Quantities;
  /** An operator insists: the cluster's size and what is used already do not count. */
  readonly force: boolean;
}

/**
 * The rules of offer-core 2.9 that a new quota breaks, all at once. With quotas at any depth one
 * joins: what is guaranteed below a role fits its limit.
 */
export function quotaViolations(admission: QuotaAdmission): readonly string[] {
  const { role, quota, consumed, force } = admission;
  if (quota === undefined) return [];
  const quotas = new Map(admission.quotas).set(role, quota);
  const violations = [
    ...aboveLimit(quota.limits, quota.guarantees, (name, amounts) => {
      return `the guarantee of ${name} is above its limit (${amounts})`;
    }),
    ...treeViolations(quotas),
  ];
  if (force) return violations;
  const promised = roots(quotas)
    .map((each) => promise(each, quotas))
    .reduce((sum, each) => addQuantities(sum, each), NO_QUANTITIES);
  for (const { name } of quota.guarantees) {
    const wanted = quantityOf(promised, name);
    const there = quantityOf(admission.total, name);
    if (wanted <= there) continue;
    const amounts = `${formatMilli(wanted)} > ${formatMilli(there)}`;
    violations.push(`all guarantees of ${name} exceed the cluster's total (${amounts})`);
  }
  violations.push(
    ...aboveLimit(quota.limits, consumed, (name, amounts) => {
      return `${role} consumes more ${name} than the new limit (${amounts})`;
    }),
  );
  return violations;
}

/** For every role with a limit: what is guaranteed to its children together fits below it. */
function treeViolations(quotas: ReadonlyMap<string, Quota>): readonly string[] {
  return [...quotas].flatMap(([role, { limits }]) => {
    const below = belowPromise(role, quotas);
    return aboveLimit(limits, below, (name, amounts) => {
      return `guarantees of ${name} below ${role} exceed its limit (${amounts})`;
    });
  });
}

/** What has to be kept for a role: its own guarantee, or more where its children need more. */
function promise(role: string, quotas: ReadonlyMap<string, Quota>): Quantities {
  const own = quotas.get(role)?.guarantees ?? NO_QUANTITIES;
  const below = belowPromise(role, quotas);
  const missing = below.filter(({ name, milli }) => milli > quantityOf(own, name));
  const kept = own.filter(({ name }) => missing.every((each) => each.name !== name));
  return addQuantities(
    kept as readonly Quantity[] as Quantities,
    missing as readonly Quantity[] as Quantities,
  );
}

function belowPromise(role: string, quotas: ReadonlyMap<string, Quota>): Quantities {
  return nearestBelow(role, quotas)
    .map((child) => promise(child, quotas))
    .reduce((sum, each) => addQuantities(sum, each), NO_QUANTITIES);
}

function roots(quotas: ReadonlyMap<string, Quota>): readonly string[] {
  const roles = [...quotas.keys()];
  return roles.filter((role) => !roles.some((other) => role.startsWith(`${other}/`)));
}

/** Roles with a quota below `role`, without those below another one of them. */
function nearestBelow(role: string, quotas: ReadonlyMap<string, Quota>): readonly string[] {
  const below = [...quotas.keys()].filter((each) => each.startsWith(`${role}/`));
  return below.filter((each) => !below.some((other) => each.startsWith(`${other}/`)));
}

function aboveLimit(
  limits: ResourceLimits,
  amounts: Quantities,
  say: (name: string, amounts: string) => string,
): string[] {
  return amounts.flatMap(({ name, milli }) => {
    const limit = limitOf(limits, name);
    if (limit === undefined || milli <= limit) return [];
    return [say(name, `${formatMilli(milli)} > ${formatMilli(limit)}`)];
  });
}

import { assertNever, err, ok, type Result } from '@ekiden/kernel';
import {
  formatMilli,
  limits,
  quantities,
  type MasterTurn,
  type Milli,
  type RoleRefusal,
} from '@ekiden/offers';
import { plainRole, roleView, type RoleView } from '../pool/index.js';
import type { Look, Rejection, Reply, RoleChange, TurnContext } from '../turn/index.js';
import type { Violation } from '../violation.js';

/** A change of a role, as asked. */
interface RoleWish {
  readonly role: string;
  readonly change: RoleChange;
  readonly force: boolean;
}

/** Gives a role a weight, a quota or both, or takes them away (offer-core 2.9). */
export function setRole({ master }: TurnContext, wish: RoleWish): Reply {
  const done = apply(master, wish);
  return done.ok ? { kind: 'done' } : done.error;
}

/** What the role would be after a change, without changing anything. */
export function tryRole(look: Look, wish: RoleWish): Result<RoleView, Rejection> {
  const done = apply(look.master, wish);
  if (!done.ok) return done;
  return ok(roleView(look, wish.role) ?? plainRole(wish.role));
}

function apply(master: MasterTurn, { role, change, force }: RoleWish): Result<void, Rejection> {
  const { weight, quota } = change;
  const done = master.setRole(role, {
    ...(weight === undefined ? {} : { weight }),
    ...(quota === undefined ? {} : { quota: quota && quotaOf(quota) }),
    force,
  });
  return done.ok ? ok(undefined) : err(rejectionOf(done.error));
}

function quotaOf(quota: NonNullable<RoleChange['quota']>) {
  return {
    guarantees: quantities(quota.guarantees ?? {}),
    limits: limits(quota.limits ?? {}),
  };
}

/** What is wrong in itself comes before what merely does not fit the pool as it is. */
function rejectionOf({ violations }: RoleRefusal): Rejection {
  const wrong: Violation[] = [];
  const conflicts: string[] = [];
  for (const violation of violations) {
    const place = pathOf(violation);
    const message = sentenceOf(violation);
    if (place === undefined) conflicts.push(message);
    else wrong.push({ path: place, message });
  }
  if (wrong.length > 0) return { kind: 'invalid', violations: wrong };
  const message = `${conflicts.join('. ')}. With force=true it is set all the same.`;
  return { kind: 'conflict', message };
}

type Violated = RoleRefusal['violations'][number];

/** `undefined` for what `force` passes over. */
function pathOf(violation: Violated): string | undefined {
  switch (violation.kind) {
    case 'invalidRole':
      return '/';
    case 'invalidWeight':
      return '/weight';
    case 'guaranteeAboveLimit':
      return `/quota/guarantees/${violation.name}`;
    case 'subtreeAboveLimit':
      return `/quota/limits/${violation.name}`;
    case 'aboveCapacity':
    case 'belowConsumption':
      return undefined;
    default:
      return assertNever(violation);
  }
}

function sentenceOf(violation: Violated): string {
  switch (violation.kind) {
    case 'invalidRole':
      return violation.rule;
    case 'invalidWeight':
      return `a weight is 0.001 to 1000000, not ${violation.weight}`;
    case 'guaranteeAboveLimit': {
      const { name, guarantee, limit } = violation;
      return `a guarantee of ${amount(guarantee, name)} is more than the limit of ${amount(limit, name)}`;
    }
    case 'subtreeAboveLimit': {
      const { name, role, guarantees, limit } = violation;
      return `${role} and the roles below it are guaranteed ${amount(guarantees, name)}, its limit is ${amount(limit, name)}`;
    }
    case 'aboveCapacity': {
      const { name, guarantees, capacity } = violation;
      return `All guarantees together are ${amount(guarantees, name)}, the pool has ${amount(capacity, name)}`;
    }
    case 'belowConsumption': {
      const { name, limit, used } = violation;
      return `The role uses ${amount(used, name)}, more than a limit of ${amount(limit, name)}`;
    }
    default:
      return assertNever(violation);
  }
}

function amount(milli: Milli, name: string): string {
  return `${formatMilli(milli)} ${name}`;
}

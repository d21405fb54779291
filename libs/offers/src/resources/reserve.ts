import { err, ok, type Result } from '@ekiden/kernel';

import { withIdentity } from './build.js';
import { resourcesOf } from './canonical.js';
import type { ConversionsOrViolation, OperationViolation } from './operation-violation.js';
import { isPersistentVolume, reservationStack } from './query.js';
import {
  canonicalLevel,
  STACK_DEPTH_MAX,
  stackToCarry,
  UNRESERVED,
  type Reservation,
} from './reservation.js';
import type { Resource, Resources } from './resource.js';

/**
 * RESERVE: pushes a DYNAMIC reservation on every object of the bag. Its role is a strict descendant
 * of the owner's, `*` cannot be reserved for, and revocable resources and persistent volumes cannot
 * be reserved (offer-core 1.1, 1.5).
 */
export function reserve(resources: Resources, reservation: Reservation): ConversionsOrViolation {
  const pushed = eachObject(resources, (object) => pushReservation(object, reservation));
  if (!pushed.ok) return pushed;
  return ok([{ consumed: resources, converted: pushed.value }]);
}

/** RESERVE as it is said on the wire: the resources as they are to be afterwards. */
export function reserveAs(reserved: Resources): ConversionsOrViolation {
  const popped = eachObject(reserved, (object) => {
    const before = popReservation(object);
    const top = reservationStack(object).at(-1);
    if (!before.ok || top === undefined) return before;
    const again = pushReservation(before.value, top);
    return again.ok ? before : again;
  });
  if (!popped.ok) return popped;
  return ok([{ consumed: popped.value, converted: reserved }]);
}

/**
 * UNRESERVE: pops the top of the stack, which gives the object back to the owner below. STATIC
 * reservations stay until the agent restarts without them; volumes must be destroyed before.
 */
export function unreserve(resources: Resources): ConversionsOrViolation {
  const popped = eachObject(resources, popReservation);
  if (!popped.ok) return popped;
  return ok([{ consumed: resources, converted: popped.value }]);
}

/** The object with one level more, or the rule that forbids it. */
export function pushReservation(
  object: Resource,
  reservation: Reservation,
): Result<Resource, OperationViolation> {
  if (reservation.type === 'STATIC') {
    return err({ object, rule: 'only DYNAMIC reservations can be made' });
  }
  if (object.revocable === true) {
    return err({ object, rule: 'revocable resources cannot be reserved' });
  }
  if (isPersistentVolume(object)) {
    return err({ object, rule: 'a persistent volume cannot be reserved again' });
  }
  const reservations = [...reservationStack(object), canonicalLevel(reservation)];
  const rule = stackViolation(reservations);
  if (rule !== undefined) return err({ object, rule });
  return ok(withStack(object, reservations));
}

/** The object with one level less, or the rule that forbids it. */
export function popReservation(object: Resource): Result<Resource, OperationViolation> {
  const stack = reservationStack(object);
  const top = stack.at(-1);
  if (top === undefined) return err({ object, rule: 'it is not reserved' });
  if (top.type === 'STATIC') {
    return err({ object, rule: 'a static reservation cannot be taken back' });
  }
  if (isPersistentVolume(object)) {
    return err({ object, rule: 'the persistent volume must be destroyed before' });
  }
  return ok(withStack(object, stack.slice(0, -1)));
}

/** The rule a stack breaks (bottom first), or `undefined`; the empty stack breaks none. */
export function stackViolation(stack: readonly Reservation[]): string | undefined {
  if (stack.length > STACK_DEPTH_MAX) {
    return `at most ${STACK_DEPTH_MAX} reservations refine another`;
  }
  let below: Reservation | undefined;
  for (const level of stack) {
    if (level.role === UNRESERVED) return 'nothing can be reserved for *';
    if (!isRolePath(level.role)) return `${level.role} is no role`;
    if (below !== undefined && level.type === 'STATIC') {
      return 'a static reservation stands at the bottom';
    }
    if (below !== undefined && !level.role.startsWith(`${below.role}/`)) {
      return `${level.role} is not below ${below.role}`;
    }
    below = level;
  }
  return undefined;
}

function withStack(object: Resource, stack: readonly Reservation[]): Resource {
  const { reservations: _, ...rest } = object;
  const role = stack.at(-1)?.role ?? UNRESERVED;
  return withIdentity(object, { ...rest, role, ...stackToCarry(stack) });
}

/** Objects that become one on the way (two levels of one role popped) add up. */
function eachObject(
  resources: Resources,
  change: (object: Resource) => Result<Resource, OperationViolation>,
): Result<Resources, OperationViolation> {
  if (resources.length === 0) return err({ rule: 'the operation names no resources' });
  const changed: Resource[] = [];
  for (const object of resources) {
    const each = change(object);
    if (!each.ok) return each;
    changed.push(each.value);
  }
  return ok(resourcesOf(changed));
}

/** As the framework's own roles are checked: components that could be directories (offer-core 1.3). */
function isRolePath(role: string): boolean {
  return role.split('/').every((part) => part !== '.' && part !== '..' && COMPONENT.test(part));
}

const COMPONENT = /^(?!-)(?!\*$)[^\s/\\\b]+$/;

import {
  containsResources,
  resourcesOf,
  reservationStack,
  reserve,
  reserveAs,
  UNRESERVED,
  unreserve,
  type Conversion,
  type ConversionsOrViolation,
  type Resource,
  type Resources,
} from '../src/resources/index.js';

/**
 * RESERVE, as people write it: the resources as they are to be (`cpus(eng):1`), or as they are,
 * and then the reservation for the line's role is pushed on top.
 */
export function reserveIn(given: Resources, role: string | undefined): ConversionsOrViolation {
  const all: Conversion[] = [];
  for (const object of given) {
    const each = reserveOne(object, role);
    if (!each.ok) return each;
    all.push(...each.value);
  }
  return { ok: true, value: all };
}

function reserveOne(object: Resource, role: string | undefined): ConversionsOrViolation {
  const stack = reservationStack(object);
  if (stack.at(-1)?.type === 'DYNAMIC') return reserveAs(resourcesOf([object]));
  const { role: owner } = object;
  if (owner !== UNRESERVED && stack.length === 1 && (role === undefined || role === owner)) {
    const { reservations: _, ...plain } = object;
    const free = resourcesOf([{ ...plain, role: UNRESERVED }]);
    return reserve(free, { type: 'DYNAMIC', role: owner });
  }
  return reserve(resourcesOf([object]), { type: 'DYNAMIC', role: role ?? owner });
}

/** UNRESERVE: `cpus(eng):1` also means what RESERVE has made, where the bag has no static one. */
export function unreserveIn(given: Resources, bag: Resources): ConversionsOrViolation {
  return unreserve(resourcesOf(given.map((object) => asInBag(object, bag))));
}

function asInBag(object: Resource, bag: Resources): Resource {
  if (object.reservations !== undefined || object.role === UNRESERVED) return object;
  if (containsResources(bag, resourcesOf([object]))) return object;
  return { ...object, reservations: [{ type: 'DYNAMIC', role: object.role }] };
}

import type { Milli } from './milli.js';
import type { Ranges } from './ranges.js';
import { coalesce, type Range } from './ranges.js';
import { canonical, resourcesOf, UNRESERVED, type Resource, type Resources } from './resource.js';

export function isEmptyResources(resources: Resources): boolean {
  return resources.length === 0;
}

/** The amount of a scalar over all reservations; 0 when there is none. */
export function scalarOf(resources: Resources, name: string): Milli {
  let amount = 0;
  for (const object of resources) {
    if (object.name === name && object.type === 'SCALAR') amount += object.milli;
  }
  return amount as Milli;
}

/** The intervals of a ranges resource over all reservations. */
export function rangesOf(resources: Resources, name: string): Ranges {
  const found: Range[] = [];
  for (const object of resources) {
    if (object.name === name && object.type === 'RANGES') found.push(...object.ranges);
  }
  return coalesce(found);
}

/** The objects a predicate keeps. */
export function filterResources(
  resources: Resources,
  keep: (object: Resource) => boolean,
): Resources {
  return resources.every(keep) ? resources : canonical(resources.filter(keep));
}

/** Unreserved, reserved for exactly `role`, or for one of its ancestors (offer-core 1.1). */
export function allocatableTo(resources: Resources, role: string): Resources {
  return filterResources(resources, (object) => mayUse(role, object.role));
}

/** Single port numbers as a bag. */
export function portsResource(
  ports: readonly number[],
  name = 'ports',
  role = UNRESERVED,
): Resources {
  const ranges = ports.map((port) => ({ begin: port, end: port }));
  return resourcesOf([{ type: 'RANGES', name, role, ranges }]);
}

function mayUse(role: string, reservedFor: string): boolean {
  return reservedFor === UNRESERVED || reservedFor === role || role.startsWith(`${reservedFor}/`);
}

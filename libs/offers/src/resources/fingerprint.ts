import type { Resource, Resources } from './resource.js';

const SPREAD = 0x01000193;

/**
 * A number of 32 bits for looking bags up: equal bags have the same one, others mostly not. Only
 * how much there is of what goes into it; the comparison that follows looks at the rest.
 */
export function fingerprint(resources: Resources): number {
  let hash = resources.length;
  for (const object of resources) hash = Math.imul(hash ^ ofValue(object), SPREAD);
  return hash ^ (hash >>> 15);
}

function ofValue(object: Resource): number {
  switch (object.type) {
    case 'SCALAR':
      return object.milli | 0;
    case 'RANGES': {
      let hash = 0;
      for (const { begin, end } of object.ranges) {
        hash = Math.imul(hash ^ (begin | 0), SPREAD) ^ (end | 0);
      }
      return hash;
    }
    case 'SET':
      return object.items.length;
  }
}

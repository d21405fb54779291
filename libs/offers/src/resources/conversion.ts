import { err, ok, type Result } from '@ekiden/kernel';

import { addResources, containsResources, subtractSaturating } from './arithmetic.js';
import { compareIdentity } from './identity.js';
import { filterResources, sharedOnce } from './query.js';
import { NO_RESOURCES, type Resources } from './resource.js';

/**
 * One step of an operation on resources (RESERVE, CREATE ...): `consumed` goes, `converted` comes.
 * Quantities stay the same, or `converted` is empty and `consumed` is gone for good.
 */
export interface Conversion {
  readonly consumed: Resources;
  readonly converted: Resources;
}

/** Why conversions do not apply; `index` tells which. Nothing has been done. */
export type ConversionRefusal =
  | {
      /** `missing` = the part of `consumed` that is not there when the turn comes to it. */
      readonly kind: 'notContained';
      readonly index: number;
      readonly consumed: Resources;
      readonly missing: Resources;
    }
  | {
      /** A shared volume is to go while there are more copies of it (Mesos's DESTROY). */
      readonly kind: 'copiesLeft';
      readonly index: number;
      readonly copies: Resources;
    };

/** The bag after all conversions, in order; all or nothing. */
export function applyConversions(
  resources: Resources,
  conversions: readonly Conversion[],
): Result<Resources, ConversionRefusal> {
  let bag = resources;
  for (const [index, { consumed, converted }] of conversions.entries()) {
    if (!containsResources(bag, consumed)) {
      const missing = subtractSaturating(consumed, bag);
      return err({ kind: 'notContained', index, consumed, missing });
    }
    const left = subtractSaturating(bag, consumed);
    const copies = copiesLeft(left, consumed, converted);
    if (copies.length > 0) return err({ kind: 'copiesLeft', index, copies });
    bag = addResources(left, converted);
  }
  return ok(bag);
}

/** What is left of shared objects that are to go: their size would be counted twice. */
function copiesLeft(left: Resources, consumed: Resources, converted: Resources): Resources {
  const gone = subtractSaturating(sharedOnce(consumed), sharedOnce(converted));
  if (gone.length === 0) return NO_RESOURCES;
  return filterResources(left, (object) =>
    gone.some((each) => compareIdentity(each, object) === 0),
  );
}

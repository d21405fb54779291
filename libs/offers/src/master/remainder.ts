import {
  addResources,
  compareIdentity,
  containsResources,
  intersectResources,
  isShared,
  NO_RESOURCES,
  resourcesOf,
  subtractSaturating,
  type Resource,
  type Resources,
} from '../resources/index.js';
import type { Draft, Owner } from './draft.js';

/** What is left of accepted offers while operations are done on it, one after the other. */
export interface Remainder {
  readonly owner: Owner;
  readonly offered: Resources;
  rest: Resources;
  /** Made by GROW and SHRINK: not for later steps of the same call (offer-core 1.5). */
  kept: Resources;
  converted: boolean;
  /** Shared volumes it may use: offered to it or made by it. */
  readonly shared: Resource[];
}

export function remainderOf(owner: Owner, offered: Resources): Remainder {
  return {
    owner,
    offered,
    rest: offered,
    kept: NO_RESOURCES,
    converted: false,
    shared: offered.filter(isShared),
  };
}

/**
 * The end of an accept, in two parts: what was offered and not touched, which is declined, and
 * what operations made of it, which the framework may have again at once (ADM-02).
 */
export function partsOf(left: Remainder): { readonly unused: Resources; readonly made: Resources } {
  if (!left.converted) return { unused: left.rest, made: NO_RESOURCES };
  const unused = intersectResources(left.rest, left.offered);
  return { unused, made: addResources(subtractSaturating(left.rest, unused), left.kept) };
}

/**
 * Whether the remainder has what is wanted. A shared volume is there for any number of tasks: more
 * copies of one that was offered are taken from the agent (offer-core 1.1).
 */
export function has(draft: Draft, left: Remainder, wanted: Resources): boolean {
  if (containsResources(left.rest, wanted)) return true;
  const copies = wanted.flatMap((object) => missingCopies(draft, left, object));
  if (copies.length === 0) return false;
  const more = resourcesOf(copies);
  if (!containsResources(addResources(left.rest, more), wanted)) return false;
  draft.allocator.reduce({ kind: 'allocated', ...left.owner, resources: more });
  left.rest = addResources(left.rest, more);
  return true;
}

function missingCopies(draft: Draft, left: Remainder, object: Resource): readonly Resource[] {
  if (!isShared(object)) return [];
  const same = (each: Resource): boolean => compareIdentity(each, object) === 0;
  // It may have been destroyed by a step before.
  const there = draft.agents.get(left.owner.agentId)?.total.some(same) ?? false;
  if (!there || !left.shared.some(same)) return [];
  const missing = (object.shared ?? 0) - (left.rest.find(same)?.shared ?? 0);
  return missing > 0 ? [{ ...object, shared: missing }] : [];
}

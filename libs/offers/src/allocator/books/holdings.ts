import type { Resources } from '../../resources/index.js';
import { add, subtract, type ReadonlyAmounts, type ScalarNames } from '../shares/index.js';
import { sharedBy } from './chunks.js';
import type { AgentEntry, Held, Subscription } from './entries.js';

/** What shared objects add to (or take from) what a framework and its role are charged. */
export interface Charged {
  readonly client: ReadonlyAmounts | undefined;
  readonly role: ReadonlyAmounts | undefined;
}

const NOT_CHARGED: Charged = { client: undefined, role: undefined };

/** The shared objects a framework, and all of its role, have of an agent. */
export interface SharedOf {
  readonly client: Resources;
  readonly role: Resources;
}

export function sharedOf(subscription: Subscription, agent: AgentEntry): SharedOf {
  return {
    client: sharedBy(agent, (held) => held.subscription === subscription),
    role: sharedBy(agent, (held) => held.subscription.role === subscription.role),
  };
}

/** By how much client and role are charged more, or less, than before; nothing when unshared. */
export function chargedSince(
  names: ScalarNames,
  subscription: Subscription,
  agent: AgentEntry,
  before: SharedOf | undefined,
): Charged {
  if (before === undefined) return NOT_CHARGED;
  const after = sharedOf(subscription, agent);
  return {
    client: difference(names, before.client, after.client),
    role: difference(names, before.role, after.role),
  };
}

/** All that is held, the newest first. */
export function heldList(held: Held | undefined): readonly Held[] {
  const list: Held[] = [];
  for (let at = held; at !== undefined; at = at.rest) list.push(at);
  return list;
}

/** Where a framework holds this very bag under a role. */
export function findHeld(
  held: Held | undefined,
  subscription: Subscription,
  resources: Resources,
): Held | undefined {
  for (let at = held; at !== undefined; at = at.rest) {
    if (at.chunk.resources === resources && at.subscription === subscription) return at;
  }
  return undefined;
}

/** The list without one that is in it. */
export function without(held: Held | undefined, one: Held): Held | undefined {
  if (held === one) return one.rest;
  const newer: Held[] = [];
  for (let at = held; at !== undefined && at !== one; at = at.rest) newer.push(at);
  let left = one.rest;
  for (const { subscription, chunk } of newer.reverse()) left = { subscription, chunk, rest: left };
  return left;
}

export function sumWith(a: ReadonlyAmounts, b: ReadonlyAmounts | undefined): ReadonlyAmounts {
  if (b === undefined) return a;
  const sum = a.slice();
  add(sum, b);
  return sum;
}

function difference(names: ScalarNames, a: Resources, b: Resources): ReadonlyAmounts {
  const [less, more] = a.length < b.length ? [a, b] : [b, a];
  const amounts = names.amounts(more);
  subtract(amounts, names.amounts(less));
  return amounts;
}

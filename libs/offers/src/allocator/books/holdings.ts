import type { Resources } from '../../resources/index.js';
import { add, subtract, type ReadonlyAmounts, type ScalarNames } from '../shares/index.js';
import { sharedBy } from './chunks.js';
import type { AgentEntry, Chunk, Held, Subscription } from './entries.js';

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

/** Without this very bag; `undefined` when it is not there as such. */
export function without(
  held: readonly Held[],
  subscription: Subscription,
  chunk: Chunk,
): readonly Held[] | undefined {
  for (let i = 0; i < held.length; i += 1) {
    const each = held[i];
    if (each?.subscription !== subscription || each.chunk.resources !== chunk.resources) continue;
    const left: Held[] = [];
    for (let j = 0; j < held.length; j += 1) if (j !== i) left.push(held[j] as Held);
    return left;
  }
  return undefined;
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

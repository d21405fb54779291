import { assert } from '@ekiden/kernel';

import {
  compileConstraints,
  type Ask,
  type CompiledConstraints,
  type FrameworkId,
  type OfferConstraints,
} from '../../framework/index.js';
import type { AllocatorEvent } from '../allocator.js';
import { NO_ASKS, roleAsks, wantsMore } from '../asks.js';
import type { Books } from './books.js';
import { frameworkTraits, type FrameworkEntry, type Subscription } from './entries.js';
import { heldList } from './holdings.js';

type FrameworkAdded = Extract<AllocatorEvent, { kind: 'frameworkAdded' }>;

/** A framework comes, or says anew who it is; what it leaves out of its roles it unsubscribes. */
export function addFramework(books: Books, event: FrameworkAdded): void {
  const { frameworkId, roles, suppressed } = event;
  assert(roles.length > 0, `framework ${frameworkId} without a role`);
  for (const role of roles) subscribe(books, books.track(frameworkId, role), event);
  const framework = books.framework(frameworkId);
  books.journal.assign(framework, 'traits', frameworkTraits(event.capabilities));
  for (const subscription of [...framework.roles.values()]) {
    if (roles.includes(subscription.role.path)) continue;
    unsubscribe(books, subscription);
  }
  const revived = suppressed !== undefined && suppressOnly(books, framework, suppressed);
  setFrameworkActive(books, frameworkId, event.active);
  if (revived && event.active) books.lookedAt.addAll();
}

/** True when a role left the suppressed ones, which is as good as a revive (FLT-17). */
function suppressOnly(books: Books, framework: FrameworkEntry, roles: readonly string[]): boolean {
  let revived = false;
  for (const subscription of framework.roles.values()) {
    const now = roles.includes(subscription.role.path);
    if (subscription.suppressed && !now) {
      subscription.filters.clear();
      revived = true;
    }
    books.journal.assign(subscription, 'suppressed', now);
  }
  return revived;
}

/** Everything it holds becomes free. */
export function removeFramework(books: Books, id: FrameworkId): void {
  const framework = books.framework(id);
  const subscriptions = [...framework.roles.values()];
  const holds = subscriptions.some((each) => each.leaf.pieces > 0);
  for (const agent of holds ? books.agents.values() : []) {
    const its = heldList(agent.held).filter((held) => held.subscription.framework === framework);
    if (its.length === 0) continue;
    for (const { subscription, chunk } of its) {
      books.release(subscription, agent, chunk.resources);
    }
    books.lookedAt.addUnlessBatch(agent);
  }
  // It may have answered for agents it has left since.
  for (const agent of books.leaving.keys()) agent.inverse?.delete(framework);
  for (const subscription of subscriptions) unsubscribe(books, subscription);
  books.frameworks.delete(id);
}

/** Deactivation ends all its filters (offer-core 2.5); activation looks at every agent again. */
export function setFrameworkActive(books: Books, id: FrameworkId, active: boolean): void {
  const framework = books.framework(id);
  const before = framework.active;
  books.journal.assign(framework, 'active', active);
  for (const subscription of framework.roles.values()) {
    if (!active) subscription.filters.clear();
    books.refresh(subscription);
  }
  if (!active) return;
  if (before) books.lookedAt.addAllUnlessBatch();
  else books.lookedAt.addAll();
}

/**
 * Wanting more voids what was declined while wanting less, so the role's filters end as with a
 * revive, and every agent is looked at again. The same asks again, or fewer, cause nothing.
 */
export function changeAsks(books: Books, id: FrameworkId, asks: readonly Ask[]): void {
  const framework = books.framework(id);
  let more = false;
  for (const subscription of framework.roles.values()) {
    const after = roleAsks(asks, subscription.role.path);
    if (wantsMore(subscription.asks, after)) {
      subscription.filters.clear();
      more = true;
    }
    books.journal.assign(subscription, 'asks', after);
    books.refresh(subscription);
  }
  if (more && framework.traits.asks) books.lookedAt.addAllUnlessBatch();
}

/** Reviving also clears filters, inverse ones too, and looks at every agent again (FLT-05). */
export function suppress(
  books: Books,
  event: Extract<AllocatorEvent, { kind: 'suppressed' | 'unsuppressed' | 'revived' }>,
): void {
  const framework = books.framework(event.frameworkId);
  for (const subscription of subscriptionsOf(framework, event.roles)) {
    books.journal.assign(subscription, 'suppressed', event.kind === 'suppressed');
    if (event.kind === 'revived') subscription.filters.clear();
    books.refresh(subscription);
  }
  if (event.kind === 'suppressed') return;
  if (event.kind === 'unsuppressed') {
    books.lookedAt.addAllUnlessBatch();
    return;
  }
  forgetInverseFilters(books, framework);
  books.lookedAt.addAll();
}

export function clearFilters(
  books: Books,
  event: Extract<AllocatorEvent, { kind: 'filtersCleared' }>,
): void {
  const framework = books.framework(event.frameworkId);
  const agent = event.agentId === undefined ? undefined : books.agents.get(event.agentId);
  for (const subscription of subscriptionsOf(framework, event.roles)) {
    if (event.agentId === undefined) subscription.filters.clear();
    else if (agent !== undefined) subscription.filters.clearAgent(agent);
  }
  if (event.agentId === undefined) books.lookedAt.addAllUnlessBatch();
  else if (agent !== undefined) books.lookedAt.addUnlessBatch(agent);
}

function subscribe(books: Books, subscription: Subscription, event: FrameworkAdded): void {
  const { path } = subscription.role;
  books.journal.assign(subscription, 'subscribed', true);
  setMinimum(books, subscription, event.minimumAllocatable?.[path]);
  books.journal.assign(subscription, 'constraints', compiled(event.offerConstraints?.[path]));
}

function setMinimum(
  books: Books,
  subscription: Subscription,
  minimum: Subscription['minimum'],
): void {
  const { role } = subscription;
  const change = (minimum === undefined ? 0 : 1) - (subscription.minimum === undefined ? 0 : 1);
  books.journal.assign(role, 'ownMinimums', role.ownMinimums + change);
  books.journal.assign(subscription, 'minimum', minimum);
}

function compiled(constraints: OfferConstraints | undefined): CompiledConstraints | undefined {
  if (constraints === undefined) return undefined;
  const made = compileConstraints(constraints);
  assert(made.ok, 'offer constraints are valid');
  return made.value;
}

function unsubscribe(books: Books, subscription: Subscription): void {
  books.journal.assign(subscription, 'subscribed', false);
  books.journal.assign(subscription, 'suppressed', false);
  books.journal.assign(subscription, 'asks', NO_ASKS);
  setMinimum(books, subscription, undefined);
  subscription.filters.clear();
  books.refresh(subscription);
  books.untrack(subscription);
}

function subscriptionsOf(
  framework: FrameworkEntry,
  roles: readonly string[] | undefined,
): readonly Subscription[] {
  const all = [...framework.roles.values()];
  return roles === undefined ? all : all.filter((each) => roles.includes(each.role.path));
}

function forgetInverseFilters(books: Books, framework: FrameworkEntry): void {
  for (const agent of books.leaving.keys()) {
    const standing = agent.inverse?.get(framework);
    if (standing?.filterUntil === undefined) continue;
    const { filterUntil: _filterUntil, ...rest } = standing;
    agent.inverse?.set(framework, rest);
  }
}

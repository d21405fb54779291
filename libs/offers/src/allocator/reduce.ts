import { assert, type AgentId } from '@ekiden/kernel';

import type { Ask, FrameworkId } from '../framework/index.js';
import {
  equalResources,
  formatAttributes,
  NO_RESOURCES,
  scalarQuantitiesOf,
  subtractSaturating,
} from '../resources/index.js';
import type { AgentFacts, AllocatorEvent } from './allocator.js';
import { NO_ASKS, roleAsks, wantsMore } from './asks.js';
import type { Books, FrameworkEntry, Subscription } from './books.js';

/** Brings one event into the books and queues the agents it may cause an offer on. */
export function reduce(books: Books, event: AllocatorEvent): void {
  switch (event.kind) {
    case 'agentAdded':
      addAgent(books, event.agent, event.active);
      return;
    case 'agentChanged':
      changeAgent(books, event.agent);
      return;
    case 'agentRemoved':
      removeAgent(books, event.agentId);
      return;
    case 'agentActivated':
      setAgentActive(books, event.agentId, true);
      books.candidate(event.agentId);
      return;
    case 'agentDeactivated':
      setAgentActive(books, event.agentId, false);
      return;
    case 'frameworkAdded':
      addFramework(books, event);
      return;
    case 'frameworkRemoved':
      removeFramework(books, event.frameworkId);
      return;
    case 'frameworkActivated':
    case 'frameworkDeactivated':
      setActive(books, event.frameworkId, event.kind === 'frameworkActivated');
      return;
    case 'askChanged':
      changeAsks(books, event.frameworkId, event.asks);
      return;
    case 'suppressed':
    case 'revived':
      suppress(books, event.frameworkId, event.roles, event.kind === 'suppressed');
      return;
    case 'allocated':
      books.hold(books.track(event.frameworkId, event.role), event.agentId, event.resources);
      return;
    case 'recovered':
      recover(books, event);
      return;
    case 'weightChanged':
      books.roles.setWeight(event.role, event.weight);
      return;
    default:
      assert(false, `not yet: ${event.kind}`);
  }
}

function addAgent(books: Books, facts: AgentFacts, active: boolean): void {
  assert(!books.agents.has(facts.id), `agent ${facts.id} is known already`);
  const available = facts.total;
  const allocated = NO_RESOURCES;
  books.agents.set(facts.id, { recordedIn: 0, facts, active, allocated, available });
  books.pool.add(scalarQuantitiesOf(facts.total));
  books.candidate(facts.id);
}

function setAgentActive(books: Books, agentId: AgentId, active: boolean): void {
  const agent = books.agent(agentId);
  books.touch(agent);
  agent.active = active;
}

/** A change of nothing queues nothing (AGT-11); other attributes drop every filter (FLT-04). */
function changeAgent(books: Books, facts: AgentFacts): void {
  const agent = books.agent(facts.id);
  const before = agent.facts;
  const sameTotal = equalResources(before.total, facts.total);
  const sameAttributes =
    formatAttributes(before.attributes) === formatAttributes(facts.attributes) &&
    before.domain?.region === facts.domain?.region &&
    before.domain?.zone === facts.domain?.zone;
  if (sameTotal && sameAttributes && before.hostname === facts.hostname) return;
  books.touch(agent);
  agent.facts = facts;
  if (!sameTotal) {
    const total = scalarQuantitiesOf(facts.total);
    const totalBefore = scalarQuantitiesOf(before.total);
    books.pool.subtract(totalBefore);
    books.pool.add(total);
    agent.available = subtractSaturating(facts.total, agent.allocated);
  }
  if (!sameAttributes) forEachSubscription(books, (each) => each.filters.clearAgent(facts.id));
  books.candidate(facts.id);
}

/** What was held there is gone with it; no separate recovery is needed (DRF-18). */
function removeAgent(books: Books, agentId: AgentId): void {
  const agent = books.agent(agentId);
  forEachSubscription(books, (subscription, framework) => {
    subscription.filters.clearAgent(agentId);
    const held = subscription.held.get(agentId);
    if (held === undefined) return;
    books.release(subscription, agentId, held);
    books.untrack(framework, subscription);
  });
  books.pool.subtract(scalarQuantitiesOf(agent.facts.total));
  books.agents.delete(agentId);
  books.candidates.delete(agentId);
}

function addFramework(
  books: Books,
  event: Extract<AllocatorEvent, { kind: 'frameworkAdded' }>,
): void {
  assert(event.roles.length > 0, `framework ${event.frameworkId} without a role`);
  for (const role of event.roles) {
    const subscription = books.track(event.frameworkId, role);
    books.journal.assign(subscription, 'subscribed', true);
    const minimum = event.minimumAllocatable?.[role];
    books.journal.assign(subscription, 'minimum', minimum);
  }
  const framework = books.framework(event.frameworkId);
  for (const subscription of [...framework.roles.values()]) {
    if (event.roles.includes(subscription.role)) continue;
    unsubscribe(books, framework, subscription);
  }
  setActive(books, event.frameworkId, event.active);
}

function unsubscribe(books: Books, framework: FrameworkEntry, subscription: Subscription): void {
  books.journal.assign(subscription, 'subscribed', false);
  books.journal.assign(subscription, 'suppressed', false);
  books.journal.assign(subscription, 'asks', NO_ASKS);
  subscription.filters.clear();
  books.refresh(framework, subscription);
  books.untrack(framework, subscription);
}

/** Everything it holds becomes free. */
function removeFramework(books: Books, frameworkId: FrameworkId): void {
  const framework = books.framework(frameworkId);
  for (const subscription of [...framework.roles.values()]) {
    for (const [agentId, held] of [...subscription.held.entries()]) {
      books.release(subscription, agentId, held);
    }
    unsubscribe(books, framework, subscription);
  }
  books.frameworks.delete(frameworkId);
}

/** Deactivation ends all its filters (offer-core 2.5); activation looks at every agent again. */
function setActive(books: Books, frameworkId: FrameworkId, active: boolean): void {
  const framework = books.framework(frameworkId);
  books.journal.assign(framework, 'active', active);
  for (const subscription of framework.roles.values()) {
    if (!active) subscription.filters.clear();
    books.refresh(framework, subscription);
  }
  if (active) books.allCandidates();
}

/**
 * Wanting more voids what was declined while wanting less, so the role's filters end as with a
 * revive, and every agent is looked at again. The same asks again, or fewer, cause nothing.
 */
function changeAsks(books: Books, frameworkId: FrameworkId, asks: readonly Ask[]): void {
  const framework = books.framework(frameworkId);
  books.journal.assign(framework, 'declares', true);
  let more = false;
  for (const subscription of framework.roles.values()) {
    const after = roleAsks(asks, subscription.role);
    if (wantsMore(subscription.asks, after)) {
      subscription.filters.clear();
      more = true;
    }
    books.journal.assign(subscription, 'asks', after);
    books.refresh(framework, subscription);
  }
  if (more) books.allCandidates();
}

/** Reviving also clears the roles' filters and looks at every agent again (FLT-05). */
function suppress(
  books: Books,
  frameworkId: FrameworkId,
  roles: readonly string[] | undefined,
  suppressed: boolean,
): void {
  const framework = books.framework(frameworkId);
  for (const subscription of framework.roles.values()) {
    if (roles !== undefined && !roles.includes(subscription.role)) continue;
    books.journal.assign(subscription, 'suppressed', suppressed);
    if (!suppressed) subscription.filters.clear();
    books.refresh(framework, subscription);
  }
  if (!suppressed) books.allCandidates();
}

/** The filter is set before anybody looks, so the declining framework is passed over at once. */
function recover(books: Books, event: Extract<AllocatorEvent, { kind: 'recovered' }>): void {
  const framework = books.framework(event.frameworkId);
  const subscription = books.track(event.frameworkId, event.role);
  books.release(subscription, event.agentId, event.resources);
  if (event.filterUntil !== undefined && subscription.subscribed && framework.active) {
    subscription.filters.add(event.agentId, event.resources, event.filterUntil);
  }
  books.untrack(framework, subscription);
}

function forEachSubscription(
  books: Books,
  visit: (subscription: Subscription, framework: FrameworkEntry) => void,
): void {
  for (const framework of books.frameworks.values()) {
    for (const subscription of [...framework.roles.values()]) visit(subscription, framework);
  }
}

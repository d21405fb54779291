import { assertNever } from '@ekiden/kernel';

import type { AllocatorEvent } from '../allocator.js';
import type { AgentBookkeeping } from './agents.js';
import type { Books } from './books.js';
import { chunkOf } from './chunks.js';
import type { AgentEntry, Subscription } from './entries.js';
import {
  addFramework,
  changeAsks,
  clearFilters,
  removeFramework,
  setFrameworkActive,
  suppress,
} from './frameworks.js';

/** Brings one event into the books and queues the agents it may cause an offer on. */
export function reduce(books: Books, agents: AgentBookkeeping, event: AllocatorEvent): void {
  switch (event.kind) {
    case 'agentAdded':
      agents.add(event);
      return;
    case 'agentChanged':
      agents.change(event.agent);
      return;
    case 'agentRemoved':
      agents.remove(event.agentId);
      return;
    case 'agentActivated':
    case 'agentDeactivated':
      agents.setActive(event.agentId, event.kind === 'agentActivated');
      return;
    case 'hostsLetIn':
      agents.letIn(event.hostnames);
      return;
    case 'unavailabilityChanged':
      agents.setUnavailability(event.agentId, event.unavailability);
      return;
    case 'inverseOfferAnswered':
      answerInverse(books, event);
      return;
    case 'agentConverted':
      agents.convert(event.agentId, event.conversions);
      return;
    case 'converted':
      agents.convert(event.agentId, event.conversions, event);
      return;
    case 'allocated':
    case 'recovered':
      reduceHolding(books, event);
      return;
    case 'weightChanged':
    case 'quotaChanged':
    case 'recoveryBegun':
      reduceRole(books, event);
      return;
    case 'frameworkAdded':
    case 'frameworkRemoved':
    case 'frameworkActivated':
    case 'frameworkDeactivated':
    case 'askChanged':
    case 'suppressed':
    case 'unsuppressed':
    case 'revived':
    case 'filtersCleared':
      reduceFramework(books, agents, event);
      return;
    default:
      assertNever(event);
  }
}

type FrameworkEvent = Extract<
  AllocatorEvent,
  {
    kind:
      | 'frameworkAdded'
      | 'frameworkRemoved'
      | 'frameworkActivated'
      | 'frameworkDeactivated'
      | 'askChanged'
      | 'suppressed'
      | 'unsuppressed'
      | 'revived'
      | 'filtersCleared';
  }
>;

function reduceFramework(books: Books, agents: AgentBookkeeping, event: FrameworkEvent): void {
  switch (event.kind) {
    case 'frameworkAdded':
      addFramework(books, event);
      for (const each of event.used ?? []) {
        agents.holdOnce({ ...each, frameworkId: event.frameworkId });
      }
      return;
    case 'frameworkRemoved':
      removeFramework(books, event.frameworkId);
      return;
    case 'frameworkActivated':
    case 'frameworkDeactivated':
      setFrameworkActive(books, event.frameworkId, event.kind === 'frameworkActivated');
      return;
    case 'askChanged':
      changeAsks(books, event.frameworkId, event.asks);
      return;
    case 'suppressed':
    case 'unsuppressed':
    case 'revived':
      suppress(books, event);
      return;
    case 'filtersCleared':
      clearFilters(books, event);
      return;
    default:
      assertNever(event);
  }
}

type HoldingEvent = Extract<AllocatorEvent, { kind: 'allocated' | 'recovered' }>;

function reduceHolding(books: Books, event: HoldingEvent): void {
  const agent = books.agent(event.agentId);
  const subscription = holderOf(agent, event) ?? books.track(event.frameworkId, event.role);
  if (event.kind === 'allocated') {
    books.hold(subscription, agent, chunkOf(books.names, agent, event.resources));
    return;
  }
  books.release(subscription, agent, event.resources);
  // The filter is set before anybody looks, so the declining framework is passed over at once.
  const { filterUntil, filterReason } = event;
  if (filterUntil !== undefined && subscription.subscribed && subscription.framework.active) {
    subscription.filters.add(agent, event.resources, filterUntil, filterReason);
  }
  books.untrack(subscription);
  books.lookedAt.addUnlessBatch(agent);
}

/**
 * Who gives something back has it: found on the agent itself, without two searches by name. First
 * by the very bag, so that nobody else's names need be read.
 */
function holderOf(agent: AgentEntry, event: HoldingEvent): Subscription | undefined {
  for (let held = agent.held; held !== undefined; held = held.rest) {
    if (held.chunk.resources !== event.resources) continue;
    if (isOf(held.subscription, event)) return held.subscription;
  }
  for (let held = agent.held; held !== undefined; held = held.rest) {
    if (isOf(held.subscription, event)) return held.subscription;
  }
  return undefined;
}

function isOf({ framework, role }: Subscription, event: HoldingEvent): boolean {
  return framework.id === event.frameworkId && role.path === event.role;
}

type RoleEvent = Extract<
  AllocatorEvent,
  { kind: 'weightChanged' | 'quotaChanged' | 'recoveryBegun' }
>;

/** In batch mode none of these starts a run (offer-core 2.2). */
function reduceRole(books: Books, event: RoleEvent): void {
  switch (event.kind) {
    case 'weightChanged':
      books.setWeight(event.role, event.weight);
      break;
    case 'quotaChanged':
      books.nodes.setQuota(event.role, event.quota);
      break;
    case 'recoveryBegun':
      books.beginRecovery(event.agents, event.until);
      break;
    default:
      assertNever(event);
  }
  books.lookedAt.addAllUnlessBatch();
}

function answerInverse(
  books: Books,
  event: Extract<AllocatorEvent, { kind: 'inverseOfferAnswered' }>,
): void {
  const agent = books.agents.get(event.agentId);
  const framework = books.frameworks.get(event.frameworkId);
  if (agent === undefined || framework === undefined) return;
  const { answer, filterUntil } = event;
  books.inverseOf(agent).set(framework, {
    outstanding: false,
    ...(answer === undefined ? {} : { answer }),
    ...(filterUntil === undefined ? {} : { filterUntil }),
  });
}

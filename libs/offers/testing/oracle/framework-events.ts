import { assert, type AgentId } from '@ekiden/kernel';

import type { AllocatorEvent } from '../../src/allocator/index.js';
import type { Ask, FrameworkId } from '../../src/framework/index.js';
import { formatQuantities, subtractSaturating } from '../../src/resources/index.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';
import { frameworkOf, heldAt, hold } from './tracking.js';
import { everyAgent, trigger, triggerAtOnce } from './triggers.js';

type EventOf<K extends AllocatorEvent['kind']> = Extract<AllocatorEvent, { kind: K }>;

/** Said again, it replaces the facts; leaving the suppressed set is reviving (FLT-17). */
export function addFramework(
  state: State,
  settings: Settings,
  event: EventOf<'frameworkAdded'>,
): void {
  const { frameworkId, roles, active } = event;
  assert(roles.length > 0, `framework ${frameworkId} without a role`);
  const before = state.frameworks.get(frameworkId);
  const beforeSuppressed = before?.suppressed ?? [];
  const suppressed = (event.suppressed ?? beforeSuppressed).filter((role) => roles.includes(role));
  const left = beforeSuppressed.filter(
    (role) => roles.includes(role) && !suppressed.includes(role),
  );
  const asks = (before?.asks ?? []).filter((ask) => roles.includes(ask.role));
  state.frameworks.set(frameworkId, { facts: event, active, suppressed, asks });
  state.filters = state.filters.filter(
    (filter) =>
      filter.frameworkId !== frameworkId ||
      (active && roles.includes(filter.role) && !left.includes(filter.role)),
  );
  for (const each of event.used ?? []) {
    // Of agents that are not here yet their own coming tells (DRF-17).
    if (!state.agents.has(each.agentId)) continue;
    const place = { ...each, frameworkId };
    hold(state, { ...place, resources: subtractSaturating(each.resources, heldAt(state, place)) });
  }
  if (!active) return;
  const comes = before?.facts === undefined || !before.active || left.length > 0;
  if (comes) trigger(state, everyAgent(state));
  else triggerAtOnce(state, settings, everyAgent(state));
}

/** Everything it holds becomes free. */
export function removeFramework(state: State, settings: Settings, frameworkId: FrameworkId): void {
  frameworkOf(state, frameworkId);
  const freed = state.holdings.filter((held) => held.frameworkId === frameworkId);
  state.frameworks.delete(frameworkId);
  state.holdings = state.holdings.filter((held) => held.frameworkId !== frameworkId);
  state.filters = state.filters.filter((filter) => filter.frameworkId !== frameworkId);
  state.inverse = state.inverse.filter((inverse) => inverse.frameworkId !== frameworkId);
  triggerAtOnce(
    state,
    settings,
    freed.map((held) => held.agentId),
  );
}

/** Deactivation ends all its filters (offer-core 2.5); activation looks at every agent. */
export function switchFramework(state: State, frameworkId: FrameworkId, active: boolean): void {
  const before = frameworkOf(state, frameworkId);
  state.frameworks.set(frameworkId, { ...before, active });
  if (active) {
    if (!before.active) trigger(state, everyAgent(state));
  } else {
    state.filters = state.filters.filter((filter) => filter.frameworkId !== frameworkId);
  }
}

/**
 * Wanting more voids what was declined while wanting less: the role's filters end, and every agent
 * is looked at again. The same asks again, or fewer, cause nothing.
 */
export function changeAsks(state: State, settings: Settings, event: EventOf<'askChanged'>): void {
  const { frameworkId } = event;
  const framework = frameworkOf(state, frameworkId);
  const roles = framework.facts?.roles ?? [];
  const asks = event.asks.filter((ask) => ask.count > 0 && roles.includes(ask.role));
  const grown = asks.filter((ask) => isMore(ask, framework.asks)).map((ask) => ask.role);
  state.frameworks.set(frameworkId, { ...framework, asks });
  if (grown.length === 0) return;
  state.filters = state.filters.filter(
    (filter) => filter.frameworkId !== frameworkId || !grown.includes(filter.role),
  );
  triggerAtOnce(state, settings, everyAgent(state));
}

/** `revived` = unsuppressed, its filters cleared, its inverse filters too (offer-core 1.5). */
export function setSuppressed(
  state: State,
  settings: Settings,
  event: EventOf<'suppressed' | 'unsuppressed' | 'revived'>,
): void {
  const { frameworkId, kind } = event;
  const framework = frameworkOf(state, frameworkId);
  const roles = framework.facts?.roles ?? [];
  const named = roles.filter((role) => event.roles?.includes(role) ?? true);
  const others = framework.suppressed.filter((role) => !named.includes(role));
  const suppressed = kind === 'suppressed' ? [...others, ...named] : others;
  state.frameworks.set(frameworkId, { ...framework, suppressed });
  if (kind === 'suppressed') return;
  if (kind === 'unsuppressed') {
    triggerAtOnce(state, settings, everyAgent(state));
    return;
  }
  state.filters = state.filters.filter(
    (filter) => filter.frameworkId !== frameworkId || !named.includes(filter.role),
  );
  state.inverse = state.inverse.map((inverse) =>
    inverse.frameworkId === frameworkId ? { ...inverse, until: undefined } : inverse,
  );
  trigger(state, everyAgent(state));
}

export function clearFilters(
  state: State,
  settings: Settings,
  event: EventOf<'filtersCleared'>,
): void {
  const { frameworkId, roles, agentId } = event;
  const isMeant = (id: AgentId): boolean => agentId === undefined || id === agentId;
  state.filters = state.filters.filter(
    (filter) =>
      filter.frameworkId !== frameworkId ||
      !(roles?.includes(filter.role) ?? true) ||
      !isMeant(filter.agentId),
  );
  triggerAtOnce(state, settings, everyAgent(state).filter(isMeant));
}

function isMore(ask: Ask, before: readonly Ask[]): boolean {
  const old = before.find((each) => each.id === ask.id && each.role === ask.role);
  return old === undefined || ask.count > old.count || shapeText(old) !== shapeText(ask);
}

function shapeText(ask: Ask): string {
  return JSON.stringify([formatQuantities(ask.shape), ask.constraints, ask.gang]);
}

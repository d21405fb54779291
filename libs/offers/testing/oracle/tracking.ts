import { assert, present, type AgentId } from '@ekiden/kernel';

import type { Holding } from '../../src/allocator/index.js';
import type { FrameworkId } from '../../src/framework/index.js';
import {
  addResources,
  containsResources,
  NO_RESOURCES,
  subtractResources,
} from '../../src/resources/index.js';
import type { Resources } from '../../src/resources/index.js';
import { pathOf, withAncestors } from './role-paths.js';
import type { AgentState, FrameworkState, State } from './state.js';

type Place = Omit<Holding, 'resources'>;

export function agentOf(state: State, agentId: AgentId): AgentState {
  return present(state.agents.get(agentId), `agent ${agentId}`);
}

export function frameworkOf(state: State, id: FrameworkId): FrameworkState {
  return present(state.frameworks.get(id), `framework ${id}`);
}

export function isSubscribed(state: State, id: FrameworkId, role: string): boolean {
  return state.frameworks.get(id)?.facts?.roles.includes(role) ?? false;
}

/** Frameworks subscribed to a role or holding something under it (ROL-03), sorted. */
export function trackedUnder(state: State, role: string): readonly FrameworkId[] {
  return [...state.frameworks.keys()]
    .filter(
      (id) =>
        isSubscribed(state, id, role) ||
        state.holdings.some((held) => held.frameworkId === id && held.role === role),
    )
    .sort();
}

/** Roles with at least one tracked framework. */
export function trackedRoles(state: State): readonly string[] {
  const roles = new Set<string>();
  for (const { facts } of state.frameworks.values()) {
    for (const role of facts?.roles ?? []) roles.add(role);
  }
  for (const { role } of state.holdings) roles.add(role);
  return [...roles].sort();
}

export function heldAt(state: State, place: Place): Resources {
  return state.holdings.find((held) => samePlace(held, place))?.resources ?? NO_RESOURCES;
}

/** Everything held on an agent, by whomever. */
export function allocatedOn(state: State, agentId: AgentId): Resources {
  return state.holdings
    .filter((held) => held.agentId === agentId)
    .reduce((sum, held) => addResources(sum, held.resources), NO_RESOURCES);
}

/** Books it and counts one allocation for the framework, its role and all above it. */
export function hold(state: State, holding: Holding): void {
  if (holding.resources.length === 0) return;
  agentOf(state, holding.agentId);
  if (!state.frameworks.has(holding.frameworkId)) {
    state.frameworks.set(holding.frameworkId, STRANGER);
  }
  setHeld(state, holding, addResources(heldAt(state, holding), holding.resources));
  for (const key of keysOf(holding.frameworkId, holding.role)) {
    state.counts.set(key, (state.counts.get(key) ?? 0) + 1);
  }
  forgetTheGone(state);
}

export function release(state: State, holding: Holding): void {
  const held = heldAt(state, holding);
  assert(containsResources(held, holding.resources), 'giving back what is not held');
  setHeld(state, holding, subtractResources(held, holding.resources));
  forgetTheGone(state);
}

/** Replaces what is held at a place. */
export function setHeld(state: State, place: Place, resources: Resources): void {
  const { frameworkId, role, agentId } = place;
  const others = state.holdings.filter((held) => !samePlace(held, place));
  const left = resources.length === 0 ? [] : [{ frameworkId, role, agentId, resources }];
  state.holdings = [...others, ...left];
}

/** Ends what nobody is subscribed to and nothing is held under; what begins gets its number. */
export function forgetTheGone(state: State): void {
  for (const [id, framework] of [...state.frameworks]) {
    const holds = state.holdings.some((held) => held.frameworkId === id);
    if (framework.facts === undefined && !holds) state.frameworks.delete(id);
  }
  const roles = trackedRoles(state);
  const alive = new Set<string>([
    ...withAncestors(roles).map(nodeKey),
    ...roles.flatMap((role) => trackedUnder(state, role).flatMap((id) => keysOf(id, role))),
  ]);
  for (const key of [...state.counts.keys()]) if (!alive.has(key)) state.counts.delete(key);
  for (const key of [...state.arrivals.keys()]) if (!alive.has(key)) state.arrivals.delete(key);
  for (const key of alive) {
    if (state.arrivals.has(key)) continue;
    state.arrived += 1;
    state.arrivals.set(key, state.arrived);
  }
}

export function nodeKey(path: string): string {
  return `node ${path}`;
}

export function leafKey(role: string): string {
  return `leaf ${role}`;
}

export function clientKey(frameworkId: FrameworkId, role: string): string {
  return `client ${role} ${frameworkId}`;
}

const STRANGER: FrameworkState = { facts: undefined, active: false, suppressed: [], asks: [] };

function keysOf(frameworkId: FrameworkId, role: string): readonly string[] {
  return [clientKey(frameworkId, role), leafKey(role), ...pathOf(role).map(nodeKey)];
}

function samePlace(a: Place, b: Place): boolean {
  return a.frameworkId === b.frameworkId && a.role === b.role && a.agentId === b.agentId;
}

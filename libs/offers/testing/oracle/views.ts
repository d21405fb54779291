import type { AgentId, Millis } from '@ekiden/kernel';

import type { AgentBooks, RoleBooks, Room } from '../../src/allocator/index.js';
import type { Ask, FrameworkId } from '../../src/framework/index.js';
import { containsResources, quantitiesOf } from '../../src/resources/index.js';
import { bindingAsks, copiesOf, mayHost } from './asks.js';
import { agentGate, takeable, type Pair } from './gates.js';
import { availableOf, isReserved } from './objects.js';
import { isListening } from './order.js';
import { consumedBy, reservedFor } from './quota.js';
import { isWithin, withAncestors } from './role-paths.js';
import type { Settings } from './settings.js';
import { asNumber, dominantShare, scalarsOf } from './shares.js';
import type { FilterState, State } from './state.js';
import { agentOf, allocatedOn, trackedRoles, trackedUnder } from './tracking.js';

export function agentBooks(state: State, agentId: AgentId): AgentBooks | undefined {
  const agent = state.agents.get(agentId);
  if (agent === undefined) return undefined;
  const { active, facts, unavailability } = agent;
  const allocated = allocatedOn(state, agentId);
  const available = availableOf(facts.total, allocated);
  const books = { active, total: facts.total, allocated, available };
  return unavailability === undefined ? books : { ...books, unavailability };
}

/** Every role that has anything of its own, and all above it (ROL-01, ROL-02). */
export function roleBooks(state: State, settings: Settings): readonly RoleBooks[] {
  // Reservations of ports and sets are not tracked (RSV-06).
  const reserved = [...state.agents.values()].flatMap(({ facts }) =>
    facts.total
      .filter((object) => isReserved(object) && object.type === 'SCALAR')
      .map((object) => object.role),
  );
  const named = [...trackedRoles(state), ...state.weights.keys(), ...state.quotas.keys()];
  return withAncestors([...named, ...reserved]).map((role) => roleBook(state, settings, role));
}

function roleBook(state: State, settings: Settings, role: string): RoleBooks {
  const subtree = state.holdings.filter((held) => isWithin(held.role, role));
  const quota = state.quotas.get(role);
  const books = {
    role,
    weight: (state.weights.get(role) ?? 1000) / 1000,
    share: asNumber(dominantShare(state, settings, subtree)),
    consumed: consumedBy(state, role),
    reserved: reservedFor(state, role),
    allocated: scalarsOf(subtree),
    frameworks: trackedUnder(state, role).map((frameworkId) => ({
      frameworkId,
      share: frameworkShare(state, settings, frameworkId, role),
      active: isListening(state, frameworkId, role) && wantsSome(state, frameworkId, role),
    })),
  };
  return quota === undefined ? books : { ...books, quota };
}

/** Whoever declares asks wants something only while it has some. */
function wantsSome(state: State, frameworkId: FrameworkId, role: string): boolean {
  const asks = bindingAsks(state, { frameworkId, role });
  return asks === undefined || asks.length > 0;
}

function frameworkShare(
  state: State,
  settings: Settings,
  frameworkId: FrameworkId,
  role: string,
): number {
  const held = state.holdings.filter(
    (each) => each.frameworkId === frameworkId && each.role === role,
  );
  return asNumber(dominantShare(state, settings, held));
}

/** Agent by agent how many of a shape are free right now; quotas and filters do not count. */
export function couldRun(
  state: State,
  settings: Settings,
  frameworkId: FrameworkId,
  ask: Ask,
  wanted: number,
): Room {
  const agents = [...state.agents.keys()].sort().flatMap((agentId) => {
    const pair: Pair = { frameworkId, role: ask.role, agentId };
    const may = mayHost(state, settings, pair, ask);
    const count = may ? copiesOf(quantitiesOf(takeable(state, pair)), ask.shape) : 0;
    return count === 0 ? [] : [{ agentId, count }];
  });
  const room = agents.reduce((sum, each) => sum + each.count, 0);
  return { wanted, fits: Math.min(room, wanted), agents };
}

/** Filters that matter: what another one blocks for as long, or longer, needs no filter of its own. */
export function standingFilters(state: State): readonly FilterState[] {
  return state.filters.filter(
    (filter, index) =>
      !state.filters.some(
        (other, place) =>
          place !== index &&
          other.frameworkId === filter.frameworkId &&
          other.role === filter.role &&
          other.agentId === filter.agentId &&
          containsResources(other.resources, filter.resources) &&
          (other.until > filter.until || (other.until === filter.until && implies(place, index))),
      ),
  );

  /** Of two that imply each other the first stands. */
  function implies(place: number, index: number): boolean {
    const [a, b] = [state.filters[place], state.filters[index]];
    if (a === undefined || b === undefined) return false;
    return place < index || !containsResources(b.resources, a.resources);
  }
}

export function nextDeadline(state: State): Millis | undefined {
  const ends = [
    ...standingFilters(state).map(({ until }) => until),
    ...state.inverse.flatMap(({ until = state.now }) => (until > state.now ? [until] : [])),
    ...(state.pause === undefined ? [] : [state.pause.until]),
  ];
  return ends.length === 0 ? undefined : ends.reduce((a, b) => (b < a ? b : a));
}

/** Agents a snapshot shows. */
export function visibleAgents(state: State): readonly AgentId[] {
  return [...state.agents.keys()].filter((id) => agentGate(state, id) === undefined).sort();
}

export function freeOn(state: State, agentId: AgentId): AgentBooks['available'] {
  return availableOf(agentOf(state, agentId).facts.total, allocatedOn(state, agentId));
}

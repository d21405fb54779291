import type { AgentId } from '@ekiden/kernel';

import type { Allocation, Explanation } from '../../src/allocator/index.js';
import type { Ask } from '../../src/framework/index.js';
import {
  containsResources,
  coversQuantities,
  NO_RESOURCES,
  quantitiesOf,
  quantityOf,
  shortOf,
} from '../../src/resources/index.js';
import type { Quantities, Resources } from '../../src/resources/index.js';
import { satisfies } from './constraints.js';
import { agentGate, fitGate, takeable, type Pair } from './gates.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';
import { agentOf } from './tracking.js';

/** The asks that bind a framework under a role; `undefined` when it declares none (ASKS). */
export function bindingAsks(state: State, pair: Omit<Pair, 'agentId'>): readonly Ask[] | undefined {
  const framework = state.frameworks.get(pair.frameworkId);
  if (!(framework?.facts?.capabilities?.includes('ASKS') ?? false)) return undefined;
  return framework?.asks.filter((ask) => ask.role === pair.role);
}

/** Why no ask is met by an offer of these resources; `undefined` when one is. */
export function askGate(
  state: State,
  settings: Settings,
  pair: Pair,
  offer: Resources,
  made: readonly Allocation[],
): Explanation | undefined {
  const asks = bindingAsks(state, pair);
  if (asks === undefined) return undefined;
  const amounts = quantitiesOf(offer);
  const { facts } = agentOf(state, pair.agentId);
  let first: Explanation | undefined;
  for (const ask of asks) {
    const short = shortOf(amounts, ask.shape);
    const fits = ask.gang === undefined ? 0 : gangRoom(state, settings, pair, ask, made);
    if (short !== undefined) {
      first ??= { kind: 'insufficient', ...short };
    } else if (!satisfies(facts, ask.constraints)) {
      first = later(first, { kind: 'askConstraints', askId: ask.id });
    } else if (ask.gang !== undefined && fits < ask.gang) {
      first = { kind: 'gang', askId: ask.id, wanted: ask.gang, fits };
    } else {
      return undefined;
    }
  }
  return first ?? { kind: 'noAsk' };
}

/** How many tasks of a shape these amounts are enough for. */
export function copiesOf(amounts: Quantities, shape: Quantities): number {
  let copies = Number.MAX_SAFE_INTEGER;
  for (const { name, milli } of shape) {
    copies = Math.min(copies, Math.floor(quantityOf(amounts, name) / milli));
  }
  return shape.length === 0 ? 0 : copies;
}

/** How many of a gang fit into the pool now, what the framework was just given included. */
function gangRoom(
  state: State,
  settings: Settings,
  pair: Omit<Pair, 'agentId'>,
  ask: Ask,
  made: readonly Allocation[],
): number {
  let room = 0;
  for (const agentId of state.agents.keys()) {
    if (!mayHost(state, settings, { ...pair, agentId }, ask)) continue;
    room += copiesOf(quantitiesOf(unfiltered(state, { ...pair, agentId })), ask.shape);
    for (const given of made) {
      if (given.agentId !== agentId || given.frameworkId !== pair.frameworkId) continue;
      if (given.role === pair.role) room += copiesOf(quantitiesOf(given.resources), ask.shape);
    }
  }
  return room;
}

/** Agents a gang could be put on, once it fits as a whole. */
export function agentsOfGangs(state: State, settings: Settings): readonly AgentId[] {
  const found: AgentId[] = [];
  for (const [frameworkId, { facts }] of state.frameworks) {
    for (const role of facts?.roles ?? []) {
      for (const ask of bindingAsks(state, { frameworkId, role }) ?? []) {
        if (ask.gang === undefined) continue;
        if (gangRoom(state, settings, { frameworkId, role }, ask, []) < ask.gang) continue;
        found.push(
          ...[...state.agents.keys()].filter((agentId) => {
            const pair = { frameworkId, role, agentId };
            if (!mayHost(state, settings, pair, ask)) return false;
            return coversQuantities(quantitiesOf(takeable(state, pair)), ask.shape);
          }),
        );
      }
    }
  }
  return found;
}

export function mayHost(state: State, settings: Settings, pair: Pair, ask: Ask): boolean {
  return (
    agentGate(state, pair.agentId) === undefined &&
    fitGate(state, settings, pair) === undefined &&
    satisfies(agentOf(state, pair.agentId).facts, ask.constraints)
  );
}

/** What is takeable and was not declined. */
function unfiltered(state: State, pair: Pair): Resources {
  const bag = takeable(state, pair);
  const declined = state.filters.some(
    (filter) =>
      filter.frameworkId === pair.frameworkId &&
      filter.role === pair.role &&
      filter.agentId === pair.agentId &&
      containsResources(filter.resources, bag),
  );
  return declined ? NO_RESOURCES : bag;
}

function later(first: Explanation | undefined, next: Explanation): Explanation {
  return first === undefined || first.kind === 'insufficient' ? next : first;
}

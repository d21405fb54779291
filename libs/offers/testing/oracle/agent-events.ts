import { assert, type AgentId } from '@ekiden/kernel';

import type { AgentFacts, AllocatorEvent } from '../../src/allocator/index.js';
import {
  addResources,
  equalResources,
  formatAttributes,
  subtractResources,
  subtractSaturating,
} from '../../src/resources/index.js';
import type { Conversion, Resources } from '../../src/resources/index.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';
import { agentOf, heldAt, hold } from './tracking.js';
import { trigger, triggerAtOnce } from './triggers.js';

type EventOf<K extends AllocatorEvent['kind']> = Extract<AllocatorEvent, { kind: K }>;

export function addAgent(state: State, event: EventOf<'agentAdded'>): void {
  const { agent, active, used = [], unavailability } = event;
  assert(!state.agents.has(agent.id), `agent ${agent.id} is known already`);
  state.agents.set(agent.id, { facts: agent, active, unavailability });
  for (const each of used) {
    const place = { ...each, agentId: agent.id };
    const booked = heldAt(state, place);
    hold(state, { ...place, resources: subtractSaturating(each.resources, booked) });
  }
  trigger(state, [agent.id]);
}

/** A change of nothing queues nothing (AGT-11); other attributes drop every filter (FLT-04). */
export function changeAgent(state: State, facts: AgentFacts): void {
  const agent = agentOf(state, facts.id);
  const before = agent.facts;
  const samePlace =
    formatAttributes(before.attributes) === formatAttributes(facts.attributes) &&
    before.domain?.region === facts.domain?.region &&
    before.domain?.zone === facts.domain?.zone;
  const same =
    samePlace &&
    before.hostname === facts.hostname &&
    equalResources(before.total, facts.total) &&
    sortedText(before.capabilities) === sortedText(facts.capabilities);
  if (same) return;
  state.agents.set(facts.id, { ...agent, facts });
  if (!samePlace) {
    state.filters = state.filters.filter((filter) => filter.agentId !== facts.id);
  }
  trigger(state, [facts.id]);
}

/** What was held there is gone with it; no separate recovery is needed (DRF-18). */
export function removeAgent(state: State, agentId: AgentId): void {
  agentOf(state, agentId);
  state.agents.delete(agentId);
  state.holdings = state.holdings.filter((held) => held.agentId !== agentId);
  state.filters = state.filters.filter((filter) => filter.agentId !== agentId);
  state.inverse = state.inverse.filter((inverse) => inverse.agentId !== agentId);
  state.candidates.delete(agentId);
  state.versions.delete(agentId);
}

export function activateAgent(
  state: State,
  settings: Settings,
  agentId: AgentId,
  active: boolean,
): void {
  state.agents.set(agentId, { ...agentOf(state, agentId), active });
  if (active) triggerAtOnce(state, settings, [agentId]);
}

/** Another window: everybody is asked again (MNT-05). */
export function changeUnavailability(state: State, event: EventOf<'unavailabilityChanged'>): void {
  const { agentId, unavailability } = event;
  state.agents.set(agentId, { ...agentOf(state, agentId), unavailability });
  state.inverse = state.inverse.filter((inverse) => inverse.agentId !== agentId);
  trigger(state, [agentId]);
}

export function convertFree(
  state: State,
  settings: Settings,
  event: EventOf<'agentConverted'>,
): void {
  convertTotal(state, event.agentId, event.conversions);
  triggerAtOnce(state, settings, [event.agentId]);
}

export function convertTotal(
  state: State,
  agentId: AgentId,
  conversions: readonly Conversion[],
): void {
  const agent = agentOf(state, agentId);
  const total = converted(agent.facts.total, conversions);
  state.agents.set(agentId, { ...agent, facts: { ...agent.facts, total } });
}

export function converted(bag: Resources, conversions: readonly Conversion[]): Resources {
  return conversions.reduce(
    (left, each) => addResources(subtractResources(left, each.consumed), each.converted),
    bag,
  );
}

function sortedText(capabilities: readonly string[] | undefined): string {
  return capabilities === undefined ? 'all' : [...capabilities].sort().join();
}

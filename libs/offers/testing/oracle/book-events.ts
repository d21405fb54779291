import { millis, type Millis } from '@ekiden/kernel';

import type { AllocatorEvent } from '../../src/allocator/index.js';
import { convertTotal, converted } from './agent-events.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';
import { frameworkOf, heldAt, isSubscribed, release, setHeld } from './tracking.js';
import { everyAgent, triggerAtOnce } from './triggers.js';

type EventOf<K extends AllocatorEvent['kind']> = Extract<AllocatorEvent, { kind: K }>;

export function recover(state: State, settings: Settings, event: EventOf<'recovered'>): void {
  const { frameworkId, role, agentId, resources, filterUntil } = event;
  const { active } = frameworkOf(state, frameworkId);
  release(state, { frameworkId, role, agentId, resources });
  if (filterUntil !== undefined && active && isSubscribed(state, frameworkId, role)) {
    const until = filterEnd(state, settings, filterUntil);
    const filter = { frameworkId, role, agentId, resources, until, cycles: state.cycles };
    state.filters = [...state.filters, filter];
  }
  triggerAtOnce(state, settings, [agentId]);
}

/** In batch mode no filter is shorter than an interval (offer-core 2.5). */
function filterEnd(state: State, settings: Settings, until: Millis): Millis {
  return settings.batch ? millis(Math.max(until, state.now + settings.interval)) : until;
}

export function convertHeld(state: State, event: EventOf<'converted'>): void {
  setHeld(state, event, converted(heldAt(state, event), event.conversions));
  convertTotal(state, event.agentId, event.conversions);
}

export function answerInverse(state: State, event: EventOf<'inverseOfferAnswered'>): void {
  const { frameworkId, agentId, filterUntil: until } = event;
  state.inverse = state.inverse.map((inverse) =>
    inverse.frameworkId === frameworkId && inverse.agentId === agentId
      ? { ...inverse, outstanding: false, until }
      : inverse,
  );
}

export function setWeight(state: State, settings: Settings, event: EventOf<'weightChanged'>): void {
  const weight = Math.round(event.weight * 1000);
  if (weight === 1000) state.weights.delete(event.role);
  else state.weights.set(event.role, weight);
  triggerAtOnce(state, settings, everyAgent(state));
}

export function setQuota(state: State, settings: Settings, event: EventOf<'quotaChanged'>): void {
  const { role, quota } = event;
  const nothing = quota === undefined || quota.guarantees.length + quota.limits.length === 0;
  if (nothing) state.quotas.delete(role);
  else state.quotas.set(role, quota);
  triggerAtOnce(state, settings, everyAgent(state));
}

export function beginRecovery(
  state: State,
  settings: Settings,
  event: EventOf<'recoveryBegun'>,
): void {
  const { agents, until } = event;
  // REC-05: nobody to wait for is no pause.
  state.pause = agents > 0 ? { agents, until } : undefined;
  triggerAtOnce(state, settings, everyAgent(state));
}

export function letHostsIn(state: State, settings: Settings, event: EventOf<'hostsLetIn'>): void {
  state.letIn = event.hostnames;
  triggerAtOnce(state, settings, everyAgent(state));
}

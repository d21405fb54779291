import type { AgentId } from '@ekiden/kernel';

import type { Settings } from './settings.js';
import type { State } from './state.js';

/** What queues agents in both modes (offer-core 2.2). */
export function trigger(state: State, agents: readonly AgentId[]): void {
  for (const id of agents) state.candidates.add(id);
}

/** What queues agents in incremental mode only: Mesos leaves it to the next cycle. */
export function triggerAtOnce(state: State, settings: Settings, agents: readonly AgentId[]): void {
  if (!settings.batch) trigger(state, agents);
}

export function everyAgent(state: State): readonly AgentId[] {
  return [...state.agents.keys()];
}

import type { AgentId, Chance } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import type { Surroundings } from './surroundings.js';

/** Instances of one definition that wait for a place, longest waiting first. */
export interface Demand {
  readonly app: AppDefinition;
  readonly waiting: readonly Instance[];
  /** What its constraints look at; asked when it has any. */
  readonly surroundings: () => Surroundings;
  /** How many instances of the app an agent has. */
  readonly placedOn: (agentId: AgentId) => number;
}

export interface MatchOptions {
  readonly chance: Chance;
  readonly launchesMax: number;
  /** Bound on what one offer gets at once (RES-19); the rest of it is offered again. */
  readonly launchesPerOffer: number;
}

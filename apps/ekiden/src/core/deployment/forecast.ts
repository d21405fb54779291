import type { AgentId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';

/** What the instances that an action of a plan starts would find on the agents at this moment. */
export interface Placement {
  /** Index of the step. */
  readonly step: number;
  readonly app: PathId;
  /** How many instances the action starts in all. */
  readonly starts: number;
  /** How many of them have a place, also one that an earlier instance leaves. */
  readonly fit: number;
  /** Where, by id. */
  readonly agents: readonly PlacedOn[];
  /** "4 of 6 fit; short 1.5 cpus on 2 agents"; absent when all fit. */
  readonly missing?: string;
}

export interface PlacedOn {
  readonly agentId: AgentId;
  readonly host: string;
  readonly instances: number;
}

/** A plan played through on paper, on the agents as they are. */
export interface Forecast {
  /** In order of the steps; of what starts nothing there is none. */
  readonly placements: readonly Placement[];
  /** Scopes of rollouts that would wait for room for their whole new generation, and what is missing. */
  readonly waiting: readonly { readonly scope: PathId; readonly missing: string }[];
  /** How many agents take tasks. */
  readonly agents: number;
  /** Actions that were not looked at: the plan is too large for that. */
  readonly leftOut: number;
}

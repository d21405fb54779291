import type { AgentId, Millis } from '@ekiden/kernel';

import type {
  AgentFacts,
  FrameworkFacts,
  Holding,
  Quota,
  Unavailability,
} from '../../src/allocator/index.js';
import type { Ask, FrameworkId } from '../../src/framework/index.js';
import type { Resources } from '../../src/resources/index.js';

export interface AgentState {
  readonly facts: AgentFacts;
  readonly active: boolean;
  readonly unavailability: Unavailability | undefined;
}

/** Without facts: nobody we know, but something of it runs somewhere (MNT-01). */
export interface FrameworkState {
  readonly facts: FrameworkFacts | undefined;
  readonly active: boolean;
  readonly suppressed: readonly string[];
  readonly asks: readonly Ask[];
}

export interface FilterState {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
  readonly resources: Resources;
  readonly until: Millis;
  /** How many cycles had run when it was made. */
  readonly cycles: number;
}

/** One for each framework and agent that was ever asked to leave in the present window. */
export interface InverseState {
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly outstanding: boolean;
  readonly until: Millis | undefined;
}

export interface Pause {
  readonly agents: number;
  readonly until: Millis;
}

export interface AgentVersion {
  readonly version: number;
  /** What the version stands for, as text. */
  readonly seen: string;
}

/**
 * Facts only: whatever follows from other facts is computed when it is asked for. What is in the
 * maps and lists is never changed in place, so a copy of them is a copy of everything.
 */
export interface State {
  readonly agents: Map<AgentId, AgentState>;
  readonly frameworks: Map<FrameworkId, FrameworkState>;
  holdings: readonly Holding[];
  filters: readonly FilterState[];
  inverse: readonly InverseState[];
  /** Thousandths; weights of 1 are left out. */
  readonly weights: Map<string, number>;
  readonly quotas: Map<string, Quota>;
  /** Allocations a client or a node of the role tree has had since it came into being. */
  readonly counts: Map<string, number>;
  /** The same keys, by the order in which they came into being. */
  readonly arrivals: Map<string, number>;
  readonly candidates: Set<AgentId>;
  readonly versions: Map<AgentId, AgentVersion>;
  letIn: readonly string[] | undefined;
  pause: Pause | undefined;
  /** Of the last run. */
  now: Millis;
  cycles: number;
  arrived: number;
}

export function emptyState(): State {
  return {
    agents: new Map(),
    frameworks: new Map(),
    holdings: [],
    filters: [],
    inverse: [],
    weights: new Map(),
    quotas: new Map(),
    counts: new Map(),
    arrivals: new Map(),
    candidates: new Set(),
    versions: new Map(),
    letIn: undefined,
    pause: undefined,
    now: 0 as Millis,
    cycles: 0,
    arrived: 0,
  };
}

export function copyState(state: State): State {
  return {
    ...state,
    agents: new Map(state.agents),
    frameworks: new Map(state.frameworks),
    weights: new Map(state.weights),
    quotas: new Map(state.quotas),
    counts: new Map(state.counts),
    arrivals: new Map(state.arrivals),
    candidates: new Set(state.candidates),
    versions: new Map(state.versions),
  };
}

import type { Chance, Millis } from '@ekiden/kernel';

import type { Quantities, Resources } from '../../resources/index.js';
import type { AgentEntry, Books, Subscription } from '../books/index.js';
import type { Explanation } from '../explanation.js';
import type { ReadonlyAmounts } from '../shares/index.js';

/** What stays the same for all runs of an allocator. */
export interface RunRules {
  readonly minimum: readonly Quantities[];
  /** The same as vectors: asked of every agent. */
  readonly minimumAmounts: readonly ReadonlyAmounts[];
  /** Whether no offer without scalars is ever enough. */
  readonly needsScalars: boolean;
  /** Whether hosts with gpus are kept for frameworks that can use them. */
  readonly filterGpu: boolean;
}

/** `guarantees` comes first and serves only what is promised and missing (offer-core 2.3). */
export type Stage = 'guarantees' | 'everything';

/** One run, or one look for an explanation. */
export interface RunContext {
  readonly books: Books;
  readonly rules: RunRules;
  readonly chance: Chance;
  stage: Stage;
  /** Shared objects offered in this run: each goes out once a run. */
  readonly sharedOffered: Map<AgentEntry, Resources>;
  /** Gangs for which there was no room in this run; room only shrinks within one. */
  readonly gangsWithout: Map<string, number>;
  /** Set by the gates when an offer is one of a gang: all its agents are to be booked together. */
  gang: Gang | undefined;
  /** Set for explanations: filled with the gate that says no. */
  readonly why?: Why;
}

export interface Why {
  explanation: Explanation | undefined;
  /** Passes over filters that have ended. */
  readonly now: Millis;
}

/** Agents that together have room for a whole gang, the first one being the one looked at. */
export interface Gang {
  readonly subscription: Subscription;
  readonly agents: readonly AgentEntry[];
}

/** Says no, and why if somebody wants to know. */
export function refuse(context: RunContext, explain: () => Explanation): void {
  if (context.why !== undefined) context.why.explanation = explain();
}

import type { AgentId, Chance, Millis } from '@ekiden/kernel';

import type { Ask, Domain, FrameworkId } from '../framework/index.js';
import type { Attribute, Milli, Quantities, Resources } from '../resources/index.js';

/** What the allocator knows of a host. */
export interface AgentFacts {
  readonly id: AgentId;
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly domain?: Domain;
  readonly total: Resources;
}

interface Holding {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
  readonly resources: Resources;
}

/** What happened in the world; the allocator's books follow from these alone. */
export type AllocatorEvent =
  | { readonly kind: 'agentAdded'; readonly agent: AgentFacts; readonly active: boolean }
  | { readonly kind: 'agentChanged'; readonly agent: AgentFacts }
  | { readonly kind: 'agentRemoved'; readonly agentId: AgentId }
  | { readonly kind: 'agentActivated'; readonly agentId: AgentId }
  | { readonly kind: 'agentDeactivated'; readonly agentId: AgentId }
  | {
      /** Also changes the roles and minimums of a framework that is there already. */
      readonly kind: 'frameworkAdded';
      readonly frameworkId: FrameworkId;
      readonly roles: readonly string[];
      readonly active: boolean;
      readonly minimumAllocatable?: Readonly<Record<string, readonly Quantities[]>>;
    }
  | { readonly kind: 'frameworkRemoved'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'frameworkActivated'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'frameworkDeactivated'; readonly frameworkId: FrameworkId }
  | {
      /** Absolute. The first one makes the framework a declaring one for good. */
      readonly kind: 'askChanged';
      readonly frameworkId: FrameworkId;
      readonly asks: readonly Ask[];
    }
  | {
      readonly kind: 'suppressed' | 'revived';
      readonly frameworkId: FrameworkId;
      /** Absent = all roles of the framework. */
      readonly roles?: readonly string[];
    }
  | ({ readonly kind: 'allocated' } & Holding)
  | ({
      readonly kind: 'recovered';
      /** The framework does not want these again until then. */
      readonly filterUntil?: Millis;
    } & Holding)
  | { readonly kind: 'weightChanged'; readonly role: string; readonly weight: number };

/** Free resources of one agent, given to one framework under one role. */
export type Allocation = Holding;

/** The first gate that said no, with numbers; or that none did. */
export type Explanation =
  | { readonly kind: 'unknownAgent' }
  | { readonly kind: 'agentInactive' }
  | { readonly kind: 'notSubscribed' }
  | { readonly kind: 'frameworkInactive' }
  | { readonly kind: 'suppressed' }
  | { readonly kind: 'noAsk' }
  | { readonly kind: 'nothingFree' }
  | {
      readonly kind: 'insufficient';
      readonly name: string;
      readonly wanted: Milli;
      readonly available: Milli;
    }
  | { readonly kind: 'belowMinimum'; readonly minimum: readonly Quantities[] }
  | { readonly kind: 'filtered'; readonly until: Millis }
  | {
      readonly kind: 'outranked';
      readonly byFramework: FrameworkId;
      readonly byRole: string;
    }
  | {
      /** Nothing stands against it: the next run offers it. */
      readonly kind: 'none';
    };

export interface AllocateOptions {
  readonly now: Millis;
  readonly chance: Chance;
  /** At most so many allocations; agents not reached stay queued for the next call. */
  readonly offersMax: number;
}

export interface ExplainQuery {
  readonly framework: FrameworkId;
  readonly role: string;
  readonly agent: AgentId;
  /** Also says whether one task of this shape fits. */
  readonly shape?: Quantities;
  /** To pass over filters that have run out. */
  readonly now: Millis;
}

/** The books of one agent. `available` = what of `total` is not `allocated` (never negative). */
export interface AgentBooks {
  readonly active: boolean;
  readonly total: Resources;
  readonly allocated: Resources;
  readonly available: Resources;
}

/**
 * Plug point: decides who is offered what. Pure; every implementation passes the allocator
 * contract of this folder.
 */
export interface Allocator {
  /**
   * A draft over the committed books. One is open at a time: beginning the next takes back one
   * that was not merged.
   */
  begin(): AllocatorTurn;
}

export interface AllocatorTurn {
  reduce(event: AllocatorEvent): void;
  /** Looks only at agents something happened to since they were last looked at; idle is free. */
  allocate(options: AllocateOptions): readonly Allocation[];
  explain(query: ExplainQuery): Explanation;
  /** The books of one agent, for invariants. */
  agent(agentId: AgentId): AgentBooks | undefined;
  /** Agents waiting to be looked at. */
  readonly queued: number;
  /** The next filter expiry that could cause an offer. */
  nextDeadline(): Millis | undefined;
  /** The draft becomes the books. */
  merge(): void;
}

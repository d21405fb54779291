import type { AgentId, Chance, Millis } from '@ekiden/kernel';

import type {
  AgentCapability,
  Ask,
  Domain,
  FrameworkCapability,
  FrameworkId,
  OfferConstraints,
} from '../framework/index.js';
import type {
  Attribute,
  Conversion,
  Quantities,
  ResourceLimits,
  Resources,
} from '../resources/index.js';
import type { Explanation } from './explanation.js';
import type { PoolSnapshot, TransactionOutcome, PoolTransaction } from './pool-snapshot.js';

/** What the allocator knows of a host. */
export interface AgentFacts {
  readonly id: AgentId;
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly domain?: Domain;
  readonly total: Resources;
  /** Absent = all of them. An agent without one of these is kept from what needs it (CAP-08). */
  readonly capabilities?: readonly AgentCapability[];
}

/** When a host is to be taken down for maintenance; without `duration` for good. */
export interface Unavailability {
  readonly start: Millis;
  readonly duration?: Millis;
}

/** Resources of one agent that a framework has under a role: offered or used. */
export interface Holding {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
  readonly resources: Resources;
}

/**
 * What a role is promised and what it may have at most, its subtree included. Quantities count
 * scalars; a name without a limit is unbounded (offer-core 1.1, 2.9).
 */
export interface Quota {
  readonly guarantees: Quantities;
  readonly limits: ResourceLimits;
}

/** Who a framework is to the allocator. Said again, it replaces all of it. */
export interface FrameworkFacts {
  readonly frameworkId: FrameworkId;
  readonly roles: readonly string[];
  /** MULTI_ROLE goes without saying. With ASKS only asks bring offers. */
  readonly capabilities?: readonly FrameworkCapability[];
  /** Absent = as it was (none of a new one's). Leaving it is reviving for that role (FLT-17). */
  readonly suppressed?: readonly string[];
  readonly minimumAllocatable?: Readonly<Record<string, readonly Quantities[]>>;
  /** By role; a role that is not named is unconstrained. */
  readonly offerConstraints?: Readonly<Record<string, OfferConstraints>>;
}

/** What happened in the world; the allocator's books follow from these alone. */
export type AllocatorEvent =
  | {
      readonly kind: 'agentAdded';
      readonly agent: AgentFacts;
      readonly active: boolean;
      /** What is used there already; what is booked is not booked twice (DRF-17). */
      readonly used?: readonly Omit<Holding, 'agentId'>[];
      readonly unavailability?: Unavailability;
    }
  | { readonly kind: 'agentChanged'; readonly agent: AgentFacts }
  | { readonly kind: 'agentRemoved'; readonly agentId: AgentId }
  | { readonly kind: 'agentActivated'; readonly agentId: AgentId }
  | { readonly kind: 'agentDeactivated'; readonly agentId: AgentId }
  | {
      /** Absent `hostnames` = all hosts are let in. */
      readonly kind: 'hostsLetIn';
      readonly hostnames?: readonly string[];
    }
  | {
      readonly kind: 'unavailabilityChanged';
      readonly agentId: AgentId;
      readonly unavailability?: Unavailability;
    }
  | {
      readonly kind: 'inverseOfferAnswered';
      readonly frameworkId: FrameworkId;
      readonly agentId: AgentId;
      /** Absent: it was rescinded or timed out. */
      readonly answer?: 'ACCEPT' | 'DECLINE';
      /** Not asked again until then. */
      readonly filterUntil?: Millis;
    }
  | ({
      readonly kind: 'frameworkAdded';
      readonly active: boolean;
      /** As `used` of `agentAdded`. */
      readonly used?: readonly Omit<Holding, 'frameworkId'>[];
    } & FrameworkFacts)
  | { readonly kind: 'frameworkRemoved'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'frameworkActivated'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'frameworkDeactivated'; readonly frameworkId: FrameworkId }
  | {
      /** Absolute: replaces all asks of the framework. */
      readonly kind: 'askChanged';
      readonly frameworkId: FrameworkId;
      readonly asks: readonly Ask[];
    }
  | {
      /** `revived` = `unsuppressed` and its roles' filters cleared, its inverse filters too. */
      readonly kind: 'suppressed' | 'unsuppressed' | 'revived';
      readonly frameworkId: FrameworkId;
      /** Absent = all roles of the framework. */
      readonly roles?: readonly string[];
    }
  | {
      readonly kind: 'filtersCleared';
      readonly frameworkId: FrameworkId;
      readonly roles?: readonly string[];
      readonly agentId?: AgentId;
    }
  | ({ readonly kind: 'allocated' } & Holding)
  | ({
      readonly kind: 'recovered';
      /**
       * The framework does not want these again until then. In batch mode the filter lives for one
       * interval at least, and outlives the first cycle after it was made (MESOS-4302).
       */
      readonly filterUntil?: Millis;
      /** Shown by `explain` as long as the filter stands. */
      readonly filterReason?: string;
    } & Holding)
  | {
      /** RESERVE, CREATE and the like on what a framework holds: holding and total both change. */
      readonly kind: 'converted';
      readonly frameworkId: FrameworkId;
      readonly role: string;
      readonly agentId: AgentId;
      readonly conversions: readonly Conversion[];
    }
  | {
      /** The same by an operator, on what is free. The caller has made sure that it is free. */
      readonly kind: 'agentConverted';
      readonly agentId: AgentId;
      readonly conversions: readonly Conversion[];
    }
  | { readonly kind: 'weightChanged'; readonly role: string; readonly weight: number }
  | {
      /** Absent `quota` = the default: nothing guaranteed, nothing limited. */
      readonly kind: 'quotaChanged';
      readonly role: string;
      readonly quota?: Quota;
    }
  | {
      /**
       * After a failover with quotas: nothing is offered until so many agents are back, or until
       * the time has come (offer-core 2.7). The caller has applied the factor.
       */
      readonly kind: 'recoveryBegun';
      readonly agents: number;
      readonly until: Millis;
    };

/** Free resources of one agent, given to one framework under one role. */
export type Allocation = Holding;

/** A framework is asked to leave a host that goes into maintenance; all it has there is meant. */
export interface InverseAllocation {
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly unavailability: Unavailability;
}

/** What one run decided. The books have it already; the caller makes offers of it. */
export interface AllocationRun {
  readonly allocations: readonly Allocation[];
  readonly inverse: readonly InverseAllocation[];
}

export interface AllocateOptions {
  readonly now: Millis;
  readonly chance: Chance;
  /** At most so many allocations; agents not reached stay queued for the next call. */
  readonly offersMax: number;
  /** Batch mode: this is the periodic cycle, which looks at every agent. */
  readonly cycle?: boolean;
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

/** The books of one agent. `available` = what of `total` may be offered (never negative). */
export interface AgentBooks {
  readonly active: boolean;
  readonly total: Resources;
  readonly allocated: Resources;
  readonly available: Resources;
  readonly unavailability?: Unavailability;
}

/** A role with anything of its own or below it: who is in it, what it has, what it may have. */
export interface RoleBooks {
  readonly role: string;
  readonly weight: number;
  /** Dominant share over the whole cluster, not yet divided by the weight: 0 to 1. */
  readonly share: number;
  readonly quota?: Quota;
  /** Counts against the quota: reservations and what is offered or used of the rest, subtree. */
  readonly consumed: Quantities;
  /** Scalars reserved for the subtree, held by somebody or not. */
  readonly reserved: Quantities;
  /** Scalars offered to or used by the role itself and its subtree, reserved ones included. */
  readonly allocated: Quantities;
  readonly frameworks: readonly {
    readonly frameworkId: FrameworkId;
    readonly share: number;
    readonly active: boolean;
  }[];
}

/** How many tasks of a shape would fit at this moment, if nothing but room counted. */
export interface Room {
  readonly wanted: number;
  readonly fits: number;
  /** By agent, where at least one fits. */
  readonly agents: readonly { readonly agentId: AgentId; readonly count: number }[];
  /** Absent when all fit: the gate that stopped most of the others. */
  readonly because?: Explanation;
}

/**
 * Plug point: decides who is offered what. Pure; every implementation passes the allocator
 * contract (`testing/allocator-contract.ts`).
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
  /**
   * Incremental mode looks at agents something happened to since they were last looked at, so an
   * idle run is free. Batch mode looks at what Mesos's triggers queued, or at all in a `cycle`.
   */
  allocate(options: AllocateOptions): AllocationRun;
  explain(query: ExplainQuery): Explanation;
  /** The books of one agent, for invariants. */
  agent(agentId: AgentId): AgentBooks | undefined;
  roles(): readonly RoleBooks[];
  couldRun(framework: FrameworkId, ask: Ask, count: number): Room;
  /** Agents waiting to be looked at. */
  readonly queued: number;
  /** Filters that stand. */
  readonly filters: number;
  /** The next end of a filter or of a recovery's pause that could cause an offer. */
  nextDeadline(): Millis | undefined;
  /** Optional capability (offer-core O8): reading the pool and taking of it by one's own choice. */
  readonly snapshots?: {
    snapshot(): PoolSnapshot;
    commit(transaction: PoolTransaction): TransactionOutcome;
  };
  /** The draft becomes the books. */
  merge(): void;
}

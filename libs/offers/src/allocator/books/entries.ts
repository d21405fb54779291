import type { AgentId, Millis } from '@ekiden/kernel';

import type { AgentCapability, CompiledConstraints, FrameworkId } from '../../framework/index.js';
import type { JournaledMap, Journaled } from '../../journal/index.js';
import type { Quantities, Resources } from '../../resources/index.js';
import type { AgentFacts, FrameworkFacts, Unavailability } from '../allocator.js';
import type { RoleAsks } from '../asks.js';
import type { ReadonlyAmounts, ShareNode, ShareTree } from '../shares/index.js';
import type { AgentKind } from './agent-kinds.js';
import type { SubscriptionFilters } from './filters.js';
import type { RoleNode } from './role-nodes.js';

/** Resources with the sums that are needed again and again. */
export interface Chunk {
  readonly resources: Resources;
  /** What of it only one can hold. */
  readonly own: Resources;
  /** The shared objects of it. */
  readonly shared: Resources;
  /** Scalars of `own`: what fair shares count. */
  readonly scalars: ReadonlyAmounts;
  /** Of those, what is neither reserved nor revocable: what quotas count and headroom is. */
  readonly open: ReadonlyAmounts;
  /** Nothing reserved, revocable or shared: without its open scalars only ports and sets remain. */
  readonly bare: boolean;
  /** Whether it is enough for an offer by the common minimum; found out when first asked. */
  enough: boolean | undefined;
  /** All amounts by name, ports and sets too; summed up when first asked for. */
  quantities: Quantities | undefined;
}

/**
 * Something of an agent that a framework has under a role, and what was held before it: a list that
 * is never changed, so that an undo need only remember where it began. What came last goes first,
 * as offers mostly do.
 */
export interface Held {
  readonly subscription: Subscription;
  readonly chunk: Chunk;
  readonly rest: Held | undefined;
}

/** Where an inverse offer to one framework stands. */
export interface InverseStanding {
  readonly outstanding: boolean;
  readonly answer?: 'ACCEPT' | 'DECLINE';
  readonly filterUntil?: Millis;
}

/** What follows from an agent's facts and is asked in the innermost loop. */
export interface AgentTraits {
  /** Nothing but the plain check of resources applies: no gate on capabilities, all unreserved. */
  readonly plain: boolean;
  readonly missing: ReadonlySet<AgentCapability>;
  readonly gpus: boolean;
  /** In another region than the master. */
  readonly remote: boolean;
}

export interface AgentEntry extends Journaled {
  readonly id: AgentId;
  /** Of the id, for the random order of a run. */
  readonly hash: number;
  facts: AgentFacts;
  traits: AgentTraits;
  /** Of its total. */
  kind: AgentKind;
  active: boolean;
  /** By the list of hosts let in; all are without one. */
  letIn: boolean;
  unavailability: Unavailability | undefined;
  /** Made when first needed: few agents go into maintenance. */
  inverse: JournaledMap<FrameworkEntry, InverseStanding> | undefined;
  held: Held | undefined;
  /** What of `total` is not shared, and nobody holds. */
  free: Resources;
  /** The shared objects of `total`: free even when held. */
  shared: Resources;
  /** It holds more than its total (it shrank): nothing is free until that is over. */
  over: boolean;
  /** Remembers the sums of what is free; valid while it says `free` and `shared`. */
  memo: Chunk | undefined;
  /** The list of agents that may have something free, and whether it is in there. */
  readonly listedIn: AgentEntry[];
  listed: boolean;
  /** False once it is removed. */
  present: boolean;
  /** Its place in the queue of those to be looked at, if it is in there. */
  queuedAt: number;
  /** The demand version at which nobody wanted what is free; -1 = to be looked at. */
  settledAt: number;
  /** Grows with every change of what is free; never goes back. */
  version: number;
}

/** A role with at least one tracked framework. */
export interface RoleEntry {
  readonly path: string;
  readonly nested: boolean;
  readonly node: RoleNode;
  readonly leaf: ShareNode<RoleEntry>;
  readonly frameworks: ShareTree<Subscription>;
  /** How many of its frameworks have a minimum of their own. */
  ownMinimums: number;
}

/** One framework under one role: subscribed there, or still holding resources. */
export interface Subscription {
  readonly framework: FrameworkEntry;
  readonly role: RoleEntry;
  readonly leaf: ShareNode<Subscription>;
  readonly filters: SubscriptionFilters;
  subscribed: boolean;
  suppressed: boolean;
  asks: RoleAsks;
  minimum: readonly Quantities[] | undefined;
  constraints: CompiledConstraints | undefined;
}

/** What a framework can deal with, as the gates ask it. */
export interface FrameworkTraits {
  readonly asks: boolean;
  readonly gpus: boolean;
  readonly revocable: boolean;
  readonly shared: boolean;
  readonly refined: boolean;
  readonly remote: boolean;
}

export interface FrameworkEntry {
  readonly id: FrameworkId;
  active: boolean;
  traits: FrameworkTraits;
  readonly roles: JournaledMap<string, Subscription>;
}

export function frameworkTraits(capabilities: FrameworkFacts['capabilities']): FrameworkTraits {
  const has = new Set<string>(capabilities ?? []);
  return {
    asks: has.has('ASKS'),
    gpus: has.has('GPU_RESOURCES'),
    revocable: has.has('REVOCABLE_RESOURCES'),
    shared: has.has('SHARED_RESOURCES'),
    refined: has.has('RESERVATION_REFINEMENT'),
    remote: has.has('REGION_AWARE'),
  };
}

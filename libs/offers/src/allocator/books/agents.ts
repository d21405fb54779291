import { assert, AssertionFailed, type AgentId } from '@ekiden/kernel';

import {
  AGENT_CAPABILITIES,
  type AgentCapability,
  type FrameworkId,
} from '../../framework/index.js';
import type { Journaled } from '../../journal/index.js';
import {
  applyConversions,
  equalResources,
  formatAttributes,
  NO_RESOURCES,
  type Conversion,
} from '../../resources/index.js';
import type { AgentFacts, AllocatorEvent, Holding, Unavailability } from '../allocator.js';
import { add, subtract } from '../shares/index.js';
import type { AgentKind } from './agent-kinds.js';
import { AddedUndo } from './undo.js';
import { hashOf } from './agent-hash.js';
import type { Books } from './books.js';
import { summedUp } from './chunks.js';
import type { AgentEntry, AgentTraits } from './entries.js';
import { heldList } from './holdings.js';

export interface AgentRules {
  /** The master's; hosts without a domain are local. */
  readonly region: string | undefined;
}

export class AgentBookkeeping {
  private readonly books: Books;
  private readonly rules: AgentRules;
  /** In this draft. */
  private readonly added: Journaled & { agents: AgentEntry[] } = { recordedIn: 0, agents: [] };
  private readonly state: { letIn: ReadonlySet<string> | undefined } = { letIn: undefined };

  constructor(books: Books, rules: AgentRules) {
    this.books = books;
    this.rules = rules;
  }

  add(event: Extract<AllocatorEvent, { kind: 'agentAdded' }>): void {
    const { agent: facts, active, used, unavailability } = event;
    const isKnown = this.books.agents.has(facts.id);
    if (isKnown) throw new AssertionFailed(`agent ${facts.id} is known already`);
    const { letIn } = this.state;
    const kind = this.books.kinds.of(facts.total);
    // What a run reads of every agent stands first: of many agents, memory is what costs.
    const agent: AgentEntry = {
      recordedIn: 0,
      settledAt: -1,
      free: NO_RESOURCES,
      // Shared objects must be known before somebody is charged for them.
      shared: kind.shared,
      held: undefined,
      memo: undefined,
      version: 0,
      hash: hashOf(facts.id),
      active,
      letIn: letIn?.has(facts.hostname) ?? true,
      present: true,
      listed: false,
      queuedAt: 0,
      over: false,
      id: facts.id,
      traits: this.traits(facts, kind),
      kind,
      facts,
      unavailability,
      inverse: undefined,
      listedIn: this.books.mayGive,
    };
    this.books.journal.isNew(agent);
    this.rememberAdded(agent);
    this.books.agents.addNew(facts.id, agent);
    this.books.lookedAt.addNew(agent);
    if (unavailability !== undefined) this.books.leaving.set(agent, true);
    this.count(undefined, kind);
    const { names } = this.books;
    for (const { frameworkId, role, resources } of used ?? []) {
      this.books.book(this.books.track(frameworkId, role), agent, summedUp(names, resources));
    }
    this.setTotal(agent);
  }

  /** A change of nothing queues nothing (AGT-11); other attributes drop every filter (FLT-04). */
  change(facts: AgentFacts): void {
    const agent = this.books.agent(facts.id);
    const before = agent.facts;
    const sameTotal = equalResources(before.total, facts.total);
    const sameAttributes =
      formatAttributes(before.attributes) === formatAttributes(facts.attributes) &&
      before.domain?.region === facts.domain?.region &&
      before.domain?.zone === facts.domain?.zone;
    const sameCapabilities =
      (before.capabilities ?? AGENT_CAPABILITIES).join() ===
      (facts.capabilities ?? AGENT_CAPABILITIES).join();
    const same = sameTotal && sameAttributes && sameCapabilities;
    if (same && before.hostname === facts.hostname) return;
    this.books.touch(agent);
    agent.letIn = this.state.letIn?.has(facts.hostname) ?? true;
    this.setFacts(agent, facts, sameTotal);
    if (!sameAttributes) this.forgetFilters(agent);
    this.books.lookedAt.add(agent);
  }

  /** What was held there is gone with it; no separate recovery is needed (DRF-18). */
  remove(agentId: AgentId): void {
    const agent = this.books.agent(agentId);
    this.forgetFilters(agent);
    for (const { subscription, chunk } of heldList(agent.held)) {
      this.books.release(subscription, agent, chunk.resources);
      this.books.untrack(subscription);
    }
    this.books.touch(agent);
    this.setFacts(agent, { ...agent.facts, total: NO_RESOURCES });
    agent.present = false;
    this.books.leaving.delete(agent);
    this.books.agents.delete(agentId);
    this.books.lookedAt.agentsChanged();
    this.books.lookedAt.remove(agent);
  }

  setActive(agentId: AgentId, active: boolean): void {
    const agent = this.books.agent(agentId);
    this.books.touch(agent);
    agent.active = active;
    agent.settledAt = -1;
    if (active) this.books.lookedAt.addUnlessBatch(agent);
  }

  letIn(hostnames: readonly string[] | undefined): void {
    this.books.journal.assign(
      this.state,
      'letIn',
      hostnames === undefined ? undefined : new Set(hostnames),
    );
    for (const agent of this.books.agents.values()) {
      const letIn = this.state.letIn?.has(agent.facts.hostname) ?? true;
      if (letIn === agent.letIn) continue;
      this.books.touch(agent);
      agent.letIn = letIn;
      agent.settledAt = -1;
      if (letIn) this.books.lookedAt.addUnlessBatch(agent);
    }
  }

  /** A new window voids what was said about the old one (MNT-05). */
  setUnavailability(agentId: AgentId, unavailability: Unavailability | undefined): void {
    const agent = this.books.agent(agentId);
    this.books.touch(agent);
    agent.unavailability = unavailability;
    agent.inverse?.clear();
    if (unavailability === undefined) this.books.leaving.delete(agent);
    else this.books.leaving.set(agent, true);
    this.books.lookedAt.add(agent);
  }

  /** What is booked already is not booked twice, whoever reports it first (DRF-17). */
  holdOnce({ frameworkId, role, agentId, resources }: Holding): void {
    const agent = this.books.agents.get(agentId);
    if (agent === undefined) return;
    const known = this.books.frameworks.get(frameworkId)?.roles.get(role);
    const its = heldList(agent.held).filter(({ subscription }) => subscription === known);
    if (its.length > 0) return;
    const subscription = known ?? this.books.track(frameworkId, role);
    this.books.hold(subscription, agent, summedUp(this.books.names, resources));
  }

  /** RESERVE, CREATE and the like: on what a framework holds, or on what is free. */
  convert(
    agentId: AgentId,
    conversions: readonly Conversion[],
    holder?: { readonly frameworkId: FrameworkId; readonly role: string },
  ): void {
    const agent = this.books.agent(agentId);
    const total = applyConversions(agent.facts.total, conversions);
    assert(total.ok, `agent ${agentId} has what is converted`);
    const subscription =
      holder === undefined ? undefined : this.books.track(holder.frameworkId, holder.role);
    // Given back under the old total, and booked again under the new one.
    const mine = subscription === undefined ? NO_RESOURCES : this.books.heldBy(subscription, agent);
    if (subscription !== undefined) this.books.release(subscription, agent, mine);
    this.books.touch(agent);
    this.setFacts(agent, { ...agent.facts, total: total.value });
    if (subscription === undefined) {
      this.books.lookedAt.addUnlessBatch(agent);
      return;
    }
    const after = applyConversions(mine, conversions);
    assert(after.ok, `${subscription.framework.id} has what it converts on ${agentId}`);
    this.books.hold(subscription, agent, summedUp(this.books.names, after.value), 0);
  }

  /** With all that follows from them; the caller has recorded the undo. */
  private setFacts(agent: AgentEntry, facts: AgentFacts, sameTotal = false): void {
    const { kind: before } = agent;
    agent.facts = facts;
    if (!sameTotal) agent.kind = this.books.kinds.of(facts.total);
    agent.traits = this.traits(facts, agent.kind);
    if (sameTotal) return;
    this.count(before, agent.kind);
    this.setTotal(agent);
  }

  /** Brings what follows from the total up to date: what is free, and what may be seen of it. */
  private setTotal(agent: AgentEntry): void {
    this.books.setFree(agent);
    if (this.books.nodes.anyQuota) this.books.lookedAt.quotaEased();
  }

  /** The cluster's total, and reservations by role. */
  private count(before: AgentKind | undefined, after: AgentKind): void {
    const { pool, nodes } = this.books;
    if (before !== undefined && before.total.length > 0) pool.subtract(before.scalars);
    if (after.total.length > 0) pool.add(after.scalars);
    for (const { role, amounts } of after.reserved) nodes.reserve(role, amounts, add);
    for (const { role, amounts } of before?.reserved ?? []) nodes.reserve(role, amounts, subtract);
  }

  private rememberAdded(agent: AgentEntry): void {
    const { added } = this;
    if (this.books.journal.isFresh(added)) {
      added.agents = [];
      this.books.journal.recordOnce(added, new AddedUndo(this.books, added.agents));
    }
    added.agents.push(agent);
  }

  private forgetFilters(agent: AgentEntry): void {
    for (const framework of this.books.frameworks.values()) {
      for (const subscription of framework.roles.values()) subscription.filters.clearAgent(agent);
    }
  }

  private traits(facts: AgentFacts, { gpus, bare }: AgentKind): AgentTraits {
    const missing = missingOf(facts.capabilities);
    const { region } = this.rules;
    const remote = region !== undefined && (facts.domain?.region ?? region) !== region;
    if (missing.size === 0 && !gpus && !remote && bare) return PLAIN;
    return { plain: false, missing, gpus, remote };
  }
}

const NOTHING_MISSING: ReadonlySet<AgentCapability> = new Set();

/** Most agents are, and share this. */
const PLAIN: AgentTraits = { plain: true, missing: NOTHING_MISSING, gpus: false, remote: false };

function missingOf(capabilities: AgentFacts['capabilities']): ReadonlySet<AgentCapability> {
  if (capabilities === undefined) return NOTHING_MISSING;
  return new Set(AGENT_CAPABILITIES.filter((each) => !capabilities.includes(each)));
}

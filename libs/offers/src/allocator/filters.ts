import type { AgentId, Millis } from '@ekiden/kernel';

import { JournaledDeadlines, JournaledMap, type Journal } from '../journal/index.js';
import { containsResources, type Resources } from '../resources/index.js';

/** Declined resources `D` of one agent: blocks an offer `R` as long as `D` contains `R`. */
export interface Filter {
  readonly owner: RoleFilters;
  readonly agentId: AgentId;
  readonly resources: Resources;
  readonly until: Millis;
}

/** Kept per framework, role and agent; the one that ends first makes way. */
const FILTERS_PER_AGENT_MAX = 16;

/** All filters of the allocator by the time they end; cancelled with their owner. */
export class FilterClock {
  private readonly deadlines: JournaledDeadlines<Filter>;

  constructor(journal: Journal) {
    this.deadlines = new JournaledDeadlines(journal);
  }

  next(): Millis | undefined {
    return this.deadlines.next();
  }

  start(filter: Filter): void {
    this.deadlines.set(filter, filter.until);
  }

  cancel(filter: Filter): void {
    this.deadlines.delete(filter, filter.until);
  }

  /** Ends what is due and returns the agents that are to be looked at again. */
  expire(now: Millis): readonly AgentId[] {
    const due = this.deadlines.due(now, (filter) => filter.until);
    for (const filter of due) filter.owner.forget(filter);
    return due.map((filter) => filter.agentId);
  }
}

/** The filters of one framework under one role (offer-core 2.5). */
export class RoleFilters {
  private readonly clock: FilterClock;
  private readonly byAgent: JournaledMap<AgentId, readonly Filter[]>;

  constructor(journal: Journal, clock: FilterClock) {
    this.clock = clock;
    this.byAgent = new JournaledMap(journal);
  }

  add(agentId: AgentId, resources: Resources, until: Millis): void {
    const there = this.byAgent.get(agentId) ?? [];
    const implied = there.some(
      (old) => old.until >= until && containsResources(old.resources, resources),
    );
    if (implied) return;
    let kept = there.filter(
      (old) => old.until > until || !containsResources(resources, old.resources),
    );
    if (kept.length >= FILTERS_PER_AGENT_MAX) {
      const first = kept.reduce((a, b) => (b.until < a.until ? b : a));
      kept = kept.filter((old) => old !== first);
    }
    for (const old of there) if (!kept.includes(old)) this.clock.cancel(old);
    const filter: Filter = { owner: this, agentId, resources, until };
    this.byAgent.set(agentId, [...kept, filter]);
    this.clock.start(filter);
  }

  /** The filter that blocks an offer of `resources`, if any. */
  blocking(agentId: AgentId, resources: Resources, now: Millis): Filter | undefined {
    const there = this.byAgent.get(agentId);
    if (there === undefined) return undefined;
    return there.find(
      (filter) => filter.until > now && containsResources(filter.resources, resources),
    );
  }

  clear(): void {
    for (const agentId of [...this.byAgent.keys()]) this.clearAgent(agentId);
  }

  clearAgent(agentId: AgentId): void {
    for (const filter of this.byAgent.get(agentId) ?? []) this.clock.cancel(filter);
    this.byAgent.delete(agentId);
  }

  /** For the clock, when a filter has ended. */
  forget(filter: Filter): void {
    const left = (this.byAgent.get(filter.agentId) ?? []).filter((each) => each !== filter);
    if (left.length === 0) this.byAgent.delete(filter.agentId);
    else this.byAgent.set(filter.agentId, left);
  }
}

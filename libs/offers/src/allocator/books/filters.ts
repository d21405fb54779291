import { DeadlineQueue, millis, type Millis } from '@ekiden/kernel';

import type { Journal, Undo } from '../../journal/index.js';
import { containsResources, type Resources } from '../../resources/index.js';
import type { AgentEntry } from './entries.js';

/** Declined resources `D` of one agent: blocks an offer `R` as long as `D` contains `R`. */
export interface Filter {
  readonly owner: SubscriptionFilters;
  readonly agent: AgentEntry;
  readonly resources: Resources;
  readonly until: Millis;
  /** How many cycles there had been when it was made. */
  readonly madeIn: number;
  /** What the framework said about it. */
  readonly reason: string | undefined;
}

/** Kept per framework, role and agent; the one that ends first makes way. */
const FILTERS_PER_AGENT_MAX = 16;

/**
 * All filters of the allocator by the time they end, cancelled with their owner. Most end together
 * with others (one answer declines many offers), so there is a set for each time and a queue of
 * times only.
 */
export class FilterClock {
  /** In batch mode filters live for at least this long, and for one whole cycle (MESOS-4302). */
  readonly batch: { readonly interval: Millis } | undefined;
  private readonly journal: Journal;
  private readonly times = new DeadlineQueue<Millis>();
  private readonly byTime = new Map<Millis, Set<Filter>>();
  private readonly state = { now: millis(0), cycles: 0 };
  private standing = 0;

  constructor(journal: Journal, batch: { readonly interval: Millis } | undefined) {
    this.journal = journal;
    this.batch = batch;
  }

  get size(): number {
    return this.standing;
  }

  /** As of the last run. */
  get now(): Millis {
    return this.state.now;
  }

  get madeIn(): number {
    return this.state.cycles;
  }

  next(): Millis | undefined {
    return this.times.next();
  }

  /** When a filter that is asked for until then will end. */
  endOf(until: Millis): Millis {
    if (this.batch === undefined) return until;
    return millis(Math.max(until, this.state.now + this.batch.interval));
  }

  cycleDone(): void {
    this.journal.assign(this.state, 'cycles', this.state.cycles + 1);
  }

  /** Without an undo of its own: {@link SubscriptionFilters} records one for both. */
  put(filter: Filter): void {
    let together = this.byTime.get(filter.until);
    if (together === undefined) {
      together = new Set();
      this.byTime.set(filter.until, together);
      this.times.set(filter.until, filter.until);
    }
    together.add(filter);
    this.standing += 1;
  }

  take(filter: Filter): void {
    const together = this.byTime.get(filter.until);
    if (together?.delete(filter) !== true) return;
    this.standing -= 1;
    if (together.size > 0) return;
    this.byTime.delete(filter.until);
    this.times.delete(filter.until);
  }

  /** Ends what is due and returns the agents that are to be looked at again. */
  expire(now: Millis): readonly AgentEntry[] {
    this.journal.assign(this.state, 'now', now);
    const agents: AgentEntry[] = [];
    const kept: Millis[] = [];
    for (let at = this.times.next(); at !== undefined && at <= now; at = this.times.next()) {
      for (const filter of [...(this.byTime.get(at) ?? [])]) {
        if (this.batch !== undefined && filter.madeIn === this.state.cycles) continue;
        filter.owner.end(filter);
        agents.push(filter.agent);
      }
      if (!this.byTime.has(at)) continue;
      this.times.delete(at);
      kept.push(at);
    }
    for (const at of kept) this.times.set(at, at);
    return agents;
  }
}

/** The filters of one framework under one role (offer-core 2.5). */
export class SubscriptionFilters {
  private readonly journal: Journal;
  private readonly clock: FilterClock;
  private readonly byAgent = new Map<AgentEntry, readonly Filter[]>();

  constructor(journal: Journal, clock: FilterClock) {
    this.journal = journal;
    this.clock = clock;
  }

  get size(): number {
    return this.byAgent.size;
  }

  add(agent: AgentEntry, resources: Resources, wanted: Millis, reason?: string): void {
    const until = this.clock.endOf(wanted);
    const there = this.byAgent.get(agent);
    const { madeIn } = this.clock;
    const made = { owner: this, agent, resources, until, madeIn, reason };
    if (there === undefined) {
      this.change(agent, undefined, [made]);
      return;
    }
    const implied = there.some(
      (old) => old.until >= until && containsResources(old.resources, resources),
    );
    if (implied && this.clock.batch === undefined) return;
    let kept = there.filter(
      (old) => old.until > until || !containsResources(resources, old.resources),
    );
    if (kept.length >= FILTERS_PER_AGENT_MAX) {
      const first = kept.reduce((a, b) => (b.until < a.until ? b : a));
      kept = kept.filter((old) => old !== first);
    }
    this.change(agent, there, [...kept, made]);
  }

  /** The filter that blocks an offer of `resources`, if any; `now` passes over ended ones. */
  blocking(agent: AgentEntry, resources: Resources, now?: Millis): Filter | undefined {
    const there = this.byAgent.get(agent);
    if (there === undefined) return undefined;
    for (const filter of there) {
      if (now !== undefined && this.clock.batch === undefined && filter.until <= now) continue;
      // What was declined whole comes back as the very same bag.
      if (filter.resources === resources) return filter;
      if (containsResources(filter.resources, resources)) return filter;
    }
    return undefined;
  }

  clear(): void {
    for (const agent of [...this.byAgent.keys()]) this.clearAgent(agent);
  }

  clearAgent(agent: AgentEntry): void {
    const there = this.byAgent.get(agent);
    if (there !== undefined) this.change(agent, there, undefined);
  }

  /** For the clock, when a filter's time has come. */
  end(filter: Filter): void {
    const there = this.byAgent.get(filter.agent) ?? [];
    const left = there.filter((each) => each !== filter);
    this.change(filter.agent, there, left.length === 0 ? undefined : left);
  }

  private change(
    agent: AgentEntry,
    before: readonly Filter[] | undefined,
    after: readonly Filter[] | undefined,
  ): void {
    this.replace(agent, before, after);
    this.journal.record(new FilterUndo(this, agent, before, after));
  }

  /** Without an undo: for the undo itself. */
  replace(
    agent: AgentEntry,
    before: readonly Filter[] | undefined,
    after: readonly Filter[] | undefined,
  ): void {
    if (after === undefined) this.byAgent.delete(agent);
    else this.byAgent.set(agent, after);
    if (before !== undefined) {
      for (const filter of before) if (after?.includes(filter) !== true) this.clock.take(filter);
    }
    if (after === undefined) return;
    for (const filter of after) if (before?.includes(filter) !== true) this.clock.put(filter);
  }
}

class FilterUndo implements Undo {
  private readonly owner: SubscriptionFilters;
  private readonly agent: AgentEntry;
  private readonly before: readonly Filter[] | undefined;
  private readonly after: readonly Filter[] | undefined;

  constructor(
    owner: SubscriptionFilters,
    agent: AgentEntry,
    before: readonly Filter[] | undefined,
    after: readonly Filter[] | undefined,
  ) {
    this.owner = owner;
    this.agent = agent;
    this.before = before;
    this.after = after;
  }

  undo(): void {
    this.owner.replace(this.agent, this.after, this.before);
  }
}

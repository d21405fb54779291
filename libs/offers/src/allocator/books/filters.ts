import { DeadlineQueue, millis, type Millis } from '@ekiden/kernel';

import type { Journal, Undo } from '../../journal/index.js';
import { containsResources, type Resources } from '../../resources/index.js';
import type { AgentEntry } from './entries.js';

/** Filters that end at one time: most do with others, since one answer declines many offers. */
interface Due {
  readonly until: Millis;
  readonly filters: Filter[];
}

/**
 * Declined resources `D` of one agent: blocks an offer `R` as long as `D` contains `R`. As an undo it
 * takes itself back: most filters are the only one of their agent, and need no other.
 */
export class Filter implements Undo {
  readonly owner: SubscriptionFilters;
  readonly agent: AgentEntry;
  readonly resources: Resources;
  /** How many cycles there had been when it was made. */
  readonly madeIn: number;
  /** What the framework said about it. */
  readonly reason: string | undefined;
  /** When it ends, and where it stands among those that end then; the clock's. */
  due: Due;
  place = 0;

  constructor(
    owner: SubscriptionFilters,
    made: Pick<Filter, 'agent' | 'resources' | 'madeIn' | 'reason' | 'due'>,
  ) {
    this.owner = owner;
    this.agent = made.agent;
    this.resources = made.resources;
    this.madeIn = made.madeIn;
    this.reason = made.reason;
    this.due = made.due;
  }

  get until(): Millis {
    return this.due.until;
  }

  undo(): void {
    this.owner.replace(this.agent, this, undefined);
  }
}

/** Most often a framework has declined an agent once, so one filter needs no list. */
type Filters = Filter | readonly Filter[];

/** Kept per framework, role and agent; the one that ends first makes way. */
const FILTERS_PER_AGENT_MAX = 16;

/**
 * All filters of the allocator by the time they end, cancelled with their owner: a list for each
 * time, and a queue of times only.
 */
export class FilterClock {
  /** In batch mode filters live for at least this long, and for one whole cycle (MESOS-4302). */
  readonly batch: { readonly interval: Millis } | undefined;
  private readonly journal: Journal;
  private readonly times = new DeadlineQueue<Millis>();
  /** Lists with at least one filter. */
  private readonly byTime = new Map<Millis, Due>();
  /** The one that was asked for last: mostly it is asked for again. */
  private latest: Due = { until: millis(-1), filters: [] };
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

  /** Those that end then; a new list counts from its first filter on. */
  dueAt(until: Millis): Due {
    if (this.latest.until !== until) {
      this.latest = this.byTime.get(until) ?? { until, filters: [] };
    }
    return this.latest;
  }

  /** Without an undo of its own: {@link SubscriptionFilters} records one for both. */
  put(filter: Filter): void {
    if (filter.due.filters.length === 0) filter.due = this.begin(filter.due);
    const { filters } = filter.due;
    filter.place = filters.length;
    filters.push(filter);
    this.standing += 1;
  }

  take(filter: Filter): void {
    const { until, filters } = filter.due;
    if (filters[filter.place] !== filter) return;
    const last = filters.pop();
    if (last !== undefined && last !== filter) {
      filters[filter.place] = last;
      last.place = filter.place;
    }
    this.standing -= 1;
    if (filters.length > 0) return;
    this.byTime.delete(until);
    this.times.delete(until);
  }

  /** Ends what is due and returns the agents that are to be looked at again. */
  expire(now: Millis): readonly AgentEntry[] {
    this.journal.assign(this.state, 'now', now);
    const agents: AgentEntry[] = [];
    const kept: Millis[] = [];
    for (let at = this.times.next(); at !== undefined && at <= now; at = this.times.next()) {
      for (const filter of [...(this.byTime.get(at)?.filters ?? [])]) {
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

  /** An empty list begins to count, unless another has begun for that time meanwhile. */
  private begin(due: Due): Due {
    const there = this.byTime.get(due.until);
    if (there !== undefined) return there;
    this.byTime.set(due.until, due);
    this.times.set(due.until, due.until);
    return due;
  }
}

/** The filters of one framework under one role (offer-core 2.5). */
export class SubscriptionFilters {
  private readonly journal: Journal;
  private readonly clock: FilterClock;
  private readonly byAgent = new Map<AgentEntry, Filters>();

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
    if (there === undefined) {
      const first = this.made(agent, resources, until, reason);
      this.byAgent.set(agent, first);
      this.clock.put(first);
      this.journal.record(first);
      return;
    }
    const before = listed(there);
    const implied = before.some(
      (old) => old.until >= until && containsResources(old.resources, resources),
    );
    if (implied && this.clock.batch === undefined) return;
    let kept = before.filter(
      (old) => old.until > until || !containsResources(resources, old.resources),
    );
    if (kept.length >= FILTERS_PER_AGENT_MAX) {
      const first = kept.reduce((a, b) => (b.until < a.until ? b : a));
      kept = kept.filter((old) => old !== first);
    }
    const made = this.made(agent, resources, until, reason);
    this.change(agent, there, kept.length === 0 ? made : [...kept, made]);
  }

  /** The filter that blocks an offer of `resources`, if any; `now` passes over ended ones. */
  blocking(agent: AgentEntry, resources: Resources, now?: Millis): Filter | undefined {
    const there = this.byAgent.get(agent);
    if (there === undefined) return undefined;
    if (!isList(there)) return this.blocks(there, resources, now) ? there : undefined;
    return there.find((filter) => this.blocks(filter, resources, now));
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
    const there = this.byAgent.get(filter.agent);
    if (there === undefined) return;
    const left = listed(there).filter((each) => each !== filter);
    this.change(filter.agent, there, left.length === 0 ? undefined : left);
  }

  /** Without an undo: for the undo itself. */
  replace(agent: AgentEntry, before: Filters | undefined, after: Filters | undefined): void {
    if (after === undefined) this.byAgent.delete(agent);
    else this.byAgent.set(agent, after);
    if (before !== undefined) {
      for (const filter of listed(before)) if (!has(after, filter)) this.clock.take(filter);
    }
    if (after === undefined) return;
    for (const filter of listed(after)) if (!has(before, filter)) this.clock.put(filter);
  }

  private made(
    agent: AgentEntry,
    resources: Resources,
    until: Millis,
    reason: string | undefined,
  ): Filter {
    const { clock } = this;
    const { madeIn } = clock;
    return new Filter(this, { agent, resources, madeIn, reason, due: clock.dueAt(until) });
  }

  private blocks(filter: Filter, resources: Resources, now: Millis | undefined): boolean {
    if (now !== undefined && this.clock.batch === undefined && filter.until <= now) return false;
    // What was declined whole comes back as the very same bag.
    return filter.resources === resources || containsResources(filter.resources, resources);
  }

  private change(agent: AgentEntry, before: Filters | undefined, after: Filters | undefined): void {
    this.replace(agent, before, after);
    this.journal.record(new FilterUndo(this, agent, before, after));
  }
}

class FilterUndo implements Undo {
  private readonly owner: SubscriptionFilters;
  private readonly agent: AgentEntry;
  private readonly before: Filters | undefined;
  private readonly after: Filters | undefined;

  constructor(
    owner: SubscriptionFilters,
    agent: AgentEntry,
    before: Filters | undefined,
    after: Filters | undefined,
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

function isList(filters: Filters): filters is readonly Filter[] {
  return Array.isArray(filters);
}

function listed(filters: Filters): readonly Filter[] {
  return isList(filters) ? filters : [filters];
}

function has(filters: Filters | undefined, filter: Filter): boolean {
  if (filters === undefined) return false;
  return isList(filters) ? filters.includes(filter) : filters === filter;
}

import { assert, present, type AgentId, type Millis } from '@ekiden/kernel';

import type { FrameworkId } from '../framework/index.js';
import { allocatableTo, NO_RESOURCES, quantities, quantitiesOf } from '../resources/index.js';
import type { Quantities } from '../resources/index.js';
import type {
  AgentBooks,
  AllocateOptions,
  Allocation,
  AllocationRun,
  Allocator,
  AllocatorEvent,
  AllocatorTurn,
  ExplainQuery,
  RoleBooks,
  Room,
} from './allocator.js';
import { Books, type AgentEntry, type Subscription } from './books.js';
import type { Explanation } from './explanation.js';
import { insufficient, refusal, type Candidate } from './gates.js';
import { reduce } from './reduce.js';

export interface DrfOptions {
  /**
   * An offer must hold at least one of these (offer-core 2.6). Empty = anything goes; default
   * `cpus:0.01` or `mem:32`.
   */
  readonly minimumAllocatable?: readonly Quantities[];
  /** Scarce resources that do not count for fair shares. */
  readonly fairnessExclude?: readonly string[];
}

const DEFAULT_MINIMUM = [quantities({ cpus: 0.01 }), quantities({ mem: 32 })];

const SHORTAGES: ReadonlySet<Explanation['kind']> = new Set([
  'insufficient',
  'nothingFree',
  'belowMinimum',
] as const);

/** Weighted hierarchical dominant resource fairness, event-driven (offer-core 2.3, 2.4). */
export function drfAllocator(options: DrfOptions = {}): Allocator {
  const books = new Books(options.fairnessExclude ?? []);
  const minimum = options.minimumAllocatable ?? DEFAULT_MINIMUM;
  let open: DrfTurn | undefined;
  return {
    begin() {
      open?.close();
      books.journal.rollback();
      open = new DrfTurn(books, minimum);
      return open;
    },
  };
}

class DrfTurn implements AllocatorTurn {
  private readonly books: Books;
  private readonly minimum: readonly Quantities[];
  private closed = false;

  constructor(books: Books, minimum: readonly Quantities[]) {
    this.books = books;
    this.minimum = minimum;
  }

  get queued(): number {
    return this.books.candidates.size;
  }

  reduce(event: AllocatorEvent): void {
    this.assertOpen();
    reduce(this.books, event);
  }

  /**
   * One cycle over the queued agents in random order. Each goes to the poorest framework of the
   * poorest role that may take it, whole; what is reserved for others is then offered to them.
   */
  allocate(options: AllocateOptions): AllocationRun {
    this.assertOpen();
    const { now, chance, offersMax } = options;
    const { candidates, clock } = this.books;
    for (const agentId of clock.expire(now)) this.books.candidate(agentId);
    if (candidates.size === 0) return { allocations: [], inverse: [] };
    const made: Allocation[] = [];
    for (const agentId of chance.shuffle(this.eligible())) {
      if (made.length >= offersMax) break;
      candidates.delete(agentId);
      const done = this.offerAgent(this.books.agent(agentId), now, made, offersMax);
      if (!done) this.books.candidate(agentId);
    }
    return { allocations: made, inverse: [] };
  }

  explain(query: ExplainQuery): Explanation {
    this.assertOpen();
    const agent = this.books.agents.get(query.agent);
    if (agent === undefined) return { kind: 'unknownAgent' };
    if (!agent.active) return { kind: 'agentInactive' };
    const framework = this.books.frameworks.get(query.framework);
    const subscription = framework?.roles.get(query.role);
    if (framework === undefined || subscription === undefined) return { kind: 'notSubscribed' };
    const resources = allocatableTo(agent.available, query.role);
    const amounts = quantitiesOf(resources);
    const candidate = { framework, subscription, agent, resources, amounts, now: query.now };
    const no = refusal(candidate, this.minimum);
    const short = query.shape === undefined ? undefined : insufficient(resources, query.shape);
    // The shape asked about says more than a general shortage of what is free.
    if (short !== undefined && (no === undefined || SHORTAGES.has(no.kind))) return short;
    return no ?? this.outranked(agent, query) ?? { kind: 'none' };
  }

  agent(agentId: AgentId): AgentBooks | undefined {
    const agent = this.books.agents.get(agentId);
    if (agent === undefined) return undefined;
    const { active, allocated, available } = agent;
    return { active, total: agent.facts.total, allocated, available };
  }

  readonly filters = 0;

  roles(): readonly RoleBooks[] {
    return [];
  }

  couldRun(): Room {
    return { wanted: 0, fits: 0, agents: [] };
  }

  nextDeadline(): Millis | undefined {
    return this.books.clock.next();
  }

  merge(): void {
    this.assertOpen();
    this.closed = true;
    this.books.journal.commit();
  }

  close(): void {
    this.closed = true;
  }

  /** Sorted first, so that the outcome follows from books and chance, not from their history. */
  private eligible(): readonly AgentId[] {
    const eligible: AgentId[] = [];
    for (const agentId of [...this.books.candidates.keys()].sort()) {
      const agent = this.books.agent(agentId);
      if (agent.active && agent.available.length > 0) eligible.push(agentId);
      else this.books.candidates.delete(agentId);
    }
    return eligible;
  }

  /** False when `offersMax` stopped it. Each round takes something, so there are few. */
  private offerAgent(
    agent: AgentEntry,
    now: Millis,
    made: Allocation[],
    offersMax: number,
  ): boolean {
    while (agent.available.length > 0) {
      if (made.length >= offersMax) return false;
      const taker = this.firstTaker(agent, now);
      if (taker === undefined) return true;
      const { subscription, resources } = taker;
      const { frameworkId, role } = subscription;
      const agentId = agent.facts.id;
      this.books.hold(subscription, agentId, resources);
      made.push({ frameworkId, role, agentId, resources });
    }
    return true;
  }

  private firstTaker(agent: AgentEntry, now: Millis): Candidate | undefined {
    let last = NO_RESOURCES;
    let amounts = quantitiesOf(last);
    for (const role of this.books.roles.walk()) {
      const resources = allocatableTo(agent.available, role);
      if (resources.length === 0) continue;
      // Without reservations every role sees the same bag: sum it once.
      if (resources !== last) amounts = quantitiesOf(resources);
      last = resources;
      for (const id of this.books.sorter(role).walk()) {
        const framework = this.books.framework(id as FrameworkId);
        const subscription = this.subscription(id as FrameworkId, role);
        const candidate = { framework, subscription, agent, resources, amounts, now };
        if (refusal(candidate, this.minimum) === undefined) return candidate;
      }
    }
    return undefined;
  }

  private outranked(agent: AgentEntry, query: ExplainQuery): Explanation | undefined {
    const first = this.firstTaker(agent, query.now)?.subscription;
    if (first === undefined) return undefined;
    if (first.frameworkId === query.framework && first.role === query.role) return undefined;
    return { kind: 'outranked', byFramework: first.frameworkId, byRole: first.role };
  }

  private subscription(id: FrameworkId, role: string): Subscription {
    return present(this.books.framework(id).roles.get(role), `${id} under ${role}`);
  }

  private assertOpen(): void {
    assert(!this.closed, 'this allocator turn is over');
  }
}

import { assert, millis, seconds, type AgentId, type Chance, type Millis } from '@ekiden/kernel';

import type { Ask, FrameworkId } from '../framework/index.js';
import { quantities, type Quantities } from '../resources/index.js';
import type {
  AgentBooks,
  AllocateOptions,
  AllocationRun as AllocationOutcome,
  Allocator,
  AllocatorEvent,
  AllocatorTurn,
  ExplainQuery,
  RoleBooks,
  Room,
} from './allocator.js';
import { AgentBookkeeping, Books, freeChunk, reduce } from './books/index.js';
import type { Explanation } from './explanation.js';
import type { PoolSnapshot, PoolTransaction, TransactionOutcome } from './pool-snapshot.js';
import {
  AllocationRun,
  commit,
  couldRun,
  explain,
  inverseAllocations,
  roleReport,
  snapshot,
  type RunRules,
} from './run/index.js';
import type { SorterKind } from './shares/index.js';

export interface DrfOptions {
  /**
   * `incremental` (default): what is freed or newly wanted is offered in the same turn. `batch`:
   * Mesos's cycle, for comparison (offer-core 2.2).
   */
  readonly mode?: 'incremental' | 'batch';
  /** Of batch mode, default 1 s: filters live at least as long. */
  readonly allocationInterval?: Millis;
  /**
   * An offer must hold at least one of these (offer-core 2.6). Empty = anything goes; default
   * `cpus:0.01` or `mem:32`.
   */
  readonly minimumAllocatable?: readonly Quantities[];
  /** Scarce resources that do not count for fair shares. */
  readonly fairnessExclude?: readonly string[];
  /** Keep hosts with gpus for frameworks with GPU_RESOURCES; default true. */
  readonly filterGpu?: boolean;
  /** The master's region: hosts of another one are only for frameworks that are REGION_AWARE. */
  readonly region?: string;
  readonly roleSorter?: SorterKind;
  readonly frameworkSorter?: SorterKind;
}

const DEFAULT_MINIMUM = [quantities({ cpus: 0.01 }), quantities({ mem: 32 })];

/** Weighted hierarchical dominant resource fairness with quotas (offer-core 2; DESIGN 5). */
export function drfAllocator(options: DrfOptions = {}): Allocator {
  const interval = options.allocationInterval ?? seconds(1);
  const books = new Books({
    fairnessExclude: options.fairnessExclude ?? [],
    roleSorter: options.roleSorter ?? 'drf',
    frameworkSorter: options.frameworkSorter ?? 'drf',
    batch: options.mode === 'batch' ? { interval } : undefined,
  });
  const agents = new AgentBookkeeping(books, { region: options.region });
  const minimum = options.minimumAllocatable ?? DEFAULT_MINIMUM;
  const rules: RunRules = {
    minimum,
    minimumAmounts: minimum.map((amounts) => books.names.amountsOf(amounts)),
    needsScalars: minimum.length > 0 && minimum.every(isOfScalars),
    filterGpu: options.filterGpu ?? true,
  };
  let open: DrfTurn | undefined;
  return {
    begin() {
      open?.close();
      if (books.journal.rollback()) books.lookedAt.doubtAll();
      open = new DrfTurn(books, agents, rules);
      return open;
    },
  };
}

/** Ports are the one well-known name that is no scalar; others of the kind are not named so far. */
function isOfScalars(amounts: Quantities): boolean {
  return amounts.some(({ name }) => name === 'cpus' || name === 'mem' || name === 'disk');
}

class DrfTurn implements AllocatorTurn {
  readonly snapshots = {
    snapshot: (): PoolSnapshot => snapshot(this.books),
    commit: (transaction: PoolTransaction): TransactionOutcome => {
      this.assertOpen();
      return commit(this.books, transaction);
    },
  };
  private readonly books: Books;
  private readonly agents: AgentBookkeeping;
  private readonly rules: RunRules;
  private closed = false;

  constructor(books: Books, agents: AgentBookkeeping, rules: RunRules) {
    this.books = books;
    this.agents = agents;
    this.rules = rules;
  }

  get queued(): number {
    return this.books.lookedAt.size;
  }

  get filters(): number {
    return this.books.clock.size;
  }

  reduce(event: AllocatorEvent): void {
    this.assertOpen();
    reduce(this.books, this.agents, event);
  }

  allocate(options: AllocateOptions): AllocationOutcome {
    this.assertOpen();
    const { books } = this;
    const { now, chance, offersMax, cycle } = options;
    for (const agent of books.clock.expire(now)) {
      agent.settledAt = -1;
      if (!books.batch) books.lookedAt.add(agent);
    }
    const paused = books.isRecovering(now);
    // In Mesos what asks for a run during the pause waits for the next cycle.
    if (paused && books.batch) books.lookedAt.forget();
    const outcome = paused ? NOTHING : this.run(now, chance, offersMax, cycle === true);
    if (cycle === true) books.clock.cycleDone();
    return outcome;
  }

  explain(query: ExplainQuery): Explanation {
    this.assertOpen();
    return explain(this.books, this.rules, query);
  }

  agent(agentId: AgentId): AgentBooks | undefined {
    const agent = this.books.agents.get(agentId);
    if (agent === undefined) return undefined;
    const { active, unavailability } = agent;
    const allocated = this.books.allocatedOf(agent);
    const available = freeChunk(this.books.names, agent).resources;
    const books = { active, total: agent.facts.total, allocated, available };
    return unavailability === undefined ? books : { ...books, unavailability };
  }

  roles(): readonly RoleBooks[] {
    return roleReport(this.books);
  }

  couldRun(framework: FrameworkId, ask: Ask, count: number): Room {
    return couldRun(this.books, this.rules, framework, ask, count);
  }

  nextDeadline(): Millis | undefined {
    const ends: (Millis | undefined)[] = [this.books.clock.next()];
    ends.push(this.books.recovery.wanted?.until);
    for (const agent of this.books.leaving.keys()) {
      for (const { filterUntil } of agent.inverse?.values() ?? []) {
        if (filterUntil !== undefined && filterUntil > this.books.clock.now) ends.push(filterUntil);
      }
    }
    const known = ends.filter((end) => end !== undefined);
    return known.length === 0 ? undefined : millis(Math.min(...known));
  }

  merge(): void {
    this.assertOpen();
    this.closed = true;
    this.books.journal.commit();
  }

  close(): void {
    this.closed = true;
  }

  private run(now: Millis, chance: Chance, offersMax: number, cycle: boolean): AllocationOutcome {
    const { books } = this;
    const idle = books.lookedAt.size === 0 && !cycle;
    if (idle && books.leaving.size === 0) return NOTHING;
    const { agents, queued } = books.lookedAt.take(cycle);
    const run = new AllocationRun(books, this.rules, { now, chance, offersMax, agents });
    const allocations = run.allocations();
    // Event-driven, who is to leave is asked in every run: there are few such agents.
    const inverse = inverseAllocations(books, books.batch ? queued : undefined, now);
    return { allocations, inverse };
  }

  private assertOpen(): void {
    assert(!this.closed, 'this allocator turn is over');
  }
}

const NOTHING: AllocationOutcome = { allocations: [], inverse: [] };

import {
  millis,
  SeededChance,
  seconds,
  type AgentId,
  type Chance,
  type Millis,
} from '@ekiden/kernel';

import type {
  AgentFacts,
  AllocationRun,
  Allocator,
  AllocatorEvent,
  AllocatorTurn,
  DrfOptions,
  FrameworkFacts,
  Holding,
  Quota,
  SortQuery,
  Unavailability,
} from '../src/allocator/index.js';
import type { Ask, FrameworkId } from '../src/framework/index.js';
import {
  equalResources,
  formatResources,
  nonShared,
  subtractSaturating,
  type Resources,
} from '../src/resources/index.js';
import { inverseOffered, offered, rescinded } from './event-lines.js';
import { Ledger } from './ledger.js';
import type { ReplayEvent } from './replay-event.js';

/** What `configure` says to the allocator; left out = the allocator's own default. */
export type AllocatorSettings = DrfOptions &
  Required<Pick<DrfOptions, 'mode' | 'allocationInterval'>>;

export interface ReplaySettings {
  readonly allocator: AllocatorSettings;
  /**
   * `explicit`: the lines are a recording of what an allocator was told. Commands cause no runs,
   * only `allocate` does; nothing is rescinded in consequence, and nothing is judged but whether
   * it can be done at all.
   */
  readonly runs: 'automatic' | 'explicit';
  readonly recovery: { readonly factor: number; readonly timeout: Millis };
  readonly seed: number;
}

export const DEFAULT_SETTINGS: ReplaySettings = {
  allocator: { mode: 'incremental', allocationInterval: seconds(1) },
  runs: 'automatic',
  recovery: { factor: 0.8, timeout: seconds(600) },
  seed: 1,
};

/** Plug point: what is replayed. */
export interface ReplayParts {
  readonly makeAllocator: (settings: AllocatorSettings) => Allocator;
  readonly sortClients: (query: SortQuery) => readonly string[];
}

export interface AgentRecord {
  readonly facts: AgentFacts;
  readonly active: boolean;
  readonly unavailability?: Unavailability;
}

export interface FrameworkRecord {
  readonly facts: FrameworkFacts;
  readonly active: boolean;
  /** Kept per framework, as the allocator wants all of them at once. */
  readonly asks: readonly Ask[];
}

/** What one command does: a turn of the allocator, and its trace in the replay's own books. */
export interface Change {
  readonly reduce: readonly AllocatorEvent[];
  readonly rescinds?: Rescinds;
  /** Runs once the turn is merged, before what was allocated is opened as offers. */
  readonly record?: () => void;
}

/** Offers to be taken back first; they come back without a filter. */
export interface Rescinds {
  readonly offers: readonly Holding[];
  readonly reason: string;
  /** The allocator lets go of them by itself, with their agent or framework. */
  readonly gone?: true;
}

interface RunOptions {
  readonly chance?: Chance;
  readonly offersMax?: number;
  readonly cycle?: boolean;
}

/** The replayed pool: the allocator, the clock, and what a master would know besides. */
export class World {
  now: Millis = millis(0);
  readonly agents = new Map<AgentId, AgentRecord>();
  readonly frameworks = new Map<FrameworkId, FrameworkRecord>();
  readonly quotas = new Map<string, Quota>();
  readonly ledger = new Ledger();
  settings: ReplaySettings = DEFAULT_SETTINGS;
  /** Whether anything was said to the allocator already; then it cannot be configured any more. */
  begun = false;
  readonly parts: ReplayParts;
  private allocator: Allocator;
  private chance: Chance;

  constructor(parts: ReplayParts) {
    this.parts = parts;
    this.allocator = parts.makeAllocator(this.settings.allocator);
    this.chance = new SeededChance(this.settings.seed);
  }

  /** Whether the lines are a recording; see {@link ReplaySettings.runs}. */
  get verbatim(): boolean {
    return this.settings.runs === 'explicit';
  }

  configure(settings: ReplaySettings): void {
    this.settings = settings;
    this.allocator = this.parts.makeAllocator(settings.allocator);
    this.chance = new SeededChance(settings.seed);
  }

  /** One command is one turn; a turn that throws is never merged and leaves everything as it was. */
  turn(change: Change): readonly ReplayEvent[] {
    this.begun = true;
    const turn = this.allocator.begin();
    const { offers, reason, gone } = this.rescindable(change);
    if (gone === undefined) {
      for (const offer of offers) turn.reduce({ kind: 'recovered', ...offer });
    }
    for (const event of change.reduce) turn.reduce(event);
    const made = this.verbatim ? undefined : this.allocate(turn, {});
    turn.merge();
    this.ledger.close(offers);
    change.record?.();
    return [...offers.map((offer) => rescinded(offer, reason)), ...this.opened(made)];
  }

  /** A run alone. */
  run(options: RunOptions): readonly ReplayEvent[] {
    this.begun = true;
    const turn = this.allocator.begin();
    const made = this.allocate(turn, options);
    turn.merge();
    return this.opened(made);
  }

  /** Reads the books without changing them. */
  look<T>(at: (turn: AllocatorTurn) => T): T {
    return at(this.allocator.begin());
  }

  random(): Chance {
    return this.chance;
  }

  /** See `Replay.violations`. */
  violations(): readonly string[] {
    return this.look((turn) =>
      [...this.agents.keys()].flatMap((agentId) => {
        const books = turn.agent(agentId);
        if (books === undefined) return [`the allocator does not know agent ${agentId}`];
        const held = this.ledger.held(agentId);
        const free = subtractSaturating(nonShared(books.total), nonShared(held));
        return [
          ...unlike(`${agentId}: allocated`, books.allocated, held),
          ...unlike(`${agentId}: available`, nonShared(books.available), free),
        ];
      }),
    );
  }

  /** A recording says itself what came back. */
  private rescindable({ rescinds }: Change): Rescinds {
    const kept = rescinds?.gone === true || !this.verbatim;
    return rescinds === undefined || !kept ? { offers: [], reason: '' } : rescinds;
  }

  private allocate(turn: AllocatorTurn, options: RunOptions): AllocationRun {
    const { chance = this.chance, offersMax = Number.MAX_SAFE_INTEGER, cycle } = options;
    return turn.allocate({
      now: this.now,
      chance,
      offersMax,
      ...(cycle !== undefined && { cycle }),
    });
  }

  private opened(run: AllocationRun | undefined): readonly ReplayEvent[] {
    if (run === undefined) return [];
    for (const allocation of run.allocations) this.ledger.open(allocation);
    return [...run.allocations.map(offered), ...run.inverse.map(inverseOffered)];
  }
}

function unlike(what: string, seen: Resources, expected: Resources): readonly string[] {
  if (equalResources(seen, expected)) return [];
  return [`${what} ${formatResources(seen)}, not ${formatResources(expected)}`];
}

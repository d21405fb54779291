import { millis, SeededChance, seconds, type Millis } from '@ekiden/kernel';
import {
  drfAllocator,
  filterDuration,
  type Allocation,
  type Allocator,
  type AllocatorEvent,
  type AllocatorTurn,
  type DrfOptions,
} from '@ekiden/offers';

/** As many events as a busy service hands in at once. */
const EVENTS_PER_TURN = 1_000;

/** The longest filter a framework can ask for: `refuse_seconds` = INT_MAX. */
export const FOR_GOOD = filterDuration(2 ** 31 - 1);

/** Drives an allocator through its port, as the master does: turn by turn. */
export class Rig {
  now: Millis = millis(1_000_000);
  private readonly allocator: Allocator;
  private readonly chance = new SeededChance(1);

  constructor(options: DrfOptions) {
    this.allocator = drfAllocator(options);
  }

  /**
   * Hands in events in turns of a thousand. With `allocate` every turn ends with the run that the
   * events cause; returns what it gave.
   */
  feed(events: readonly AllocatorEvent[], how: { readonly allocate: boolean }): Allocation[] {
    const made: Allocation[] = [];
    for (let from = 0; from < events.length; from += EVENTS_PER_TURN) {
      const turn = this.allocator.begin();
      const until = Math.min(from + EVENTS_PER_TURN, events.length);
      for (let index = from; index < until; index += 1) {
        const event = events[index];
        if (event !== undefined) turn.reduce(event);
      }
      if (how.allocate) collect(made, this.allocate(turn, false));
      turn.merge();
    }
    return made;
  }

  /** One turn with one event (or none) and the run that it causes. */
  turn(event?: AllocatorEvent): readonly Allocation[] {
    const turn = this.allocator.begin();
    if (event !== undefined) turn.reduce(event);
    const made = this.allocate(turn, false);
    turn.merge();
    return made;
  }

  /** Mesos's periodic cycle over all agents, whole: from the turn's beginning to its merge. */
  cycle(): readonly Allocation[] {
    const turn = this.allocator.begin();
    const made = this.allocate(turn, true);
    turn.merge();
    return made;
  }

  look<T>(at: (turn: AllocatorTurn) => T): T {
    return at(this.allocator.begin());
  }

  advance(by: Millis = seconds(1)): void {
    this.now = millis(this.now + by);
  }

  private allocate(turn: AllocatorTurn, cycle: boolean): readonly Allocation[] {
    const { now, chance } = this;
    const offersMax = Number.MAX_SAFE_INTEGER;
    return turn.allocate({ now, chance, offersMax, cycle }).allocations;
  }
}

/** What declining these comes to; `lives` absent = without a filter. */
export function declines(
  offers: readonly Allocation[],
  now: Millis,
  lives?: Millis,
): readonly AllocatorEvent[] {
  return offers.map(({ frameworkId, role, agentId, resources }): AllocatorEvent => {
    const holding = { kind: 'recovered' as const, frameworkId, role, agentId, resources };
    return lives === undefined ? holding : { ...holding, filterUntil: millis(now + lives) };
  });
}

/** Without spreading: there are tens of thousands. */
function collect(into: Allocation[], more: readonly Allocation[]): void {
  for (const each of more) into.push(each);
}

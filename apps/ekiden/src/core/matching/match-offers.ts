import type { Offer, OfferId } from '@ekiden/offers';
import type { AppDefinition } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import { DemandQueue } from './demand-queue.js';
import type { Demand, MatchOptions } from './demand.js';
import { takeFrom, type Match } from './match-instance.js';
import { OfferBoard, type OfferEntry } from './offer-board.js';
import type { OfferPool } from './offer-pool.js';
import type { Refusal } from './refusal.js';

export interface Launch {
  readonly app: AppDefinition;
  readonly instance: Instance;
  readonly offer: Offer;
  readonly match: Match;
}

export interface MatchOutcome {
  readonly launches: readonly Launch[];
  /** Offers nothing was launched on. */
  readonly unused: readonly OfferId[];
  /** Refusals met, by app id: the last one of each offer that was looked at. */
  readonly refusals: ReadonlyMap<string, readonly Refusal[]>;
}

/** Fitting hosts compared per instance before one is chosen: of few, and of many. */
const CANDIDATES = { ofFew: 8, ofMany: 4 } as const;

const MANY = 64;

/**
 * Places waiting instances on offers, one per app in turn so that no app starves another. Of a few
 * fitting hosts the one with the fewest instances of the same app wins, then the one with the
 * fewest new launches: an app spreads without asking for it. Where it asks (GROUP_BY, SPREAD), the
 * values with the fewest instances are tried first.
 */
export function matchOffers(
  demands: readonly Demand[],
  offers: readonly Offer[],
  options: MatchOptions,
): MatchOutcome {
  const board = new OfferBoard(offers, options.chance);
  const pass = new MatchingPass(board, options);
  // Of thousands of apps a pass may come to a few hundred: the others cost nothing.
  const queues: DemandQueue[] = [];
  let open: DemandQueue[] = [];
  for (const demand of demands) {
    if (pass.launches.length >= options.launchesMax) break;
    const queue = new DemandQueue(demand, board, options);
    queues.push(queue);
    if (pass.placeNext(queue)) open.push(queue);
  }
  while (open.length > 0 && pass.launches.length < options.launchesMax) {
    open = open.filter(
      (queue) => pass.launches.length < options.launchesMax && pass.placeNext(queue),
    );
  }
  return {
    launches: pass.launches,
    unused: board.entries.filter((e) => e.launches === 0).map(({ offer }) => offer.id),
    refusals: new Map(queues.map((queue) => [queue.demand.app.id, [...queue.refusals.values()]])),
  };
}

class MatchingPass {
  readonly launches: Launch[] = [];
  private readonly board: OfferBoard;
  private readonly options: MatchOptions;

  constructor(board: OfferBoard, options: MatchOptions) {
    this.board = board;
    this.options = options;
  }

  /** Places the queue's next instance; false when the queue is done or nothing fits it. */
  placeNext(queue: DemandQueue): boolean {
    const instance = queue.peek();
    if (instance === undefined) return false;
    let entry: OfferEntry | undefined = this.formerPlace(queue, instance);
    if (entry === undefined) {
      queue.eachPool((pool) => {
        entry = this.bestOf(queue, pool);
        return entry !== undefined;
      });
    }
    if (entry === undefined) return false;
    const match = takeFrom(entry.room, queue.needs, this.options.chance);
    entry.launches += 1;
    this.launches.push({ app: queue.demand.app, instance, offer: entry.offer, match });
    queue.place(entry);
    return true;
  }

  /** What is numbered goes back where it was, if it may (rollouts.md, Serial). */
  private formerPlace(queue: DemandQueue, { lastAgent }: Instance): OfferEntry | undefined {
    if (lastAgent === undefined) return undefined;
    return this.board.entries.find(
      (entry) =>
        entry.offer.agentId === lastAgent &&
        entry.offer.role === queue.demand.app.role &&
        this.judge(queue, entry) === 'fits',
    );
  }

  private bestOf(queue: DemandQueue, pool: OfferPool): OfferEntry | undefined {
    const most = pool.size > MANY ? CANDIDATES.ofMany : CANDIDATES.ofFew;
    let best: OfferEntry | undefined;
    let least = 0;
    let found = 0;
    for (let at = 0; at < pool.size && found < most;) {
      const entry = this.board.entry(pool.draw(at));
      const verdict = this.judge(queue, entry);
      if (verdict === 'never') {
        pool.drop(at);
        continue;
      }
      at += 1;
      if (verdict === 'not now') continue;
      found += 1;
      const load = queue.loadOf(entry);
      if (best !== undefined && load >= least) continue;
      best = entry;
      least = load;
      // None can be better than that.
      if (load === 0) break;
    }
    return best;
  }

  /** Whether an offer takes one more; what takes none now may later, or will not in this pass. */
  private judge(queue: DemandQueue, entry: OfferEntry): 'fits' | 'not now' | 'never' {
    if (entry.launches >= this.options.launchesPerOffer) return 'never';
    const refusal = queue.refusalOf(entry);
    if (refusal === undefined) return 'fits';
    // Room only becomes less; what else may change is said by the constraint.
    return refusal.by === 'constraint' && !refusal.isFinal ? 'not now' : 'never';
  }
}

import type { AgentId, Chance } from '@ekiden/kernel';
import { subtractResources, type Offer, type OfferId, type Resources } from '@ekiden/offers';
import type { AppDefinition } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import type { Place } from './constraints.js';
import { matchInstance, type Match } from './match-instance.js';
import type { Refusal } from './refusal.js';

/** Instances of one definition that wait for a place, longest waiting first. */
export interface Demand {
  readonly app: AppDefinition;
  readonly waiting: readonly Instance[];
  /** Hosts of the app's placed, reachable instances of this configuration; constraints ask. */
  readonly placed: () => readonly Place[];
  /** How many instances of the app an agent has. */
  readonly placedOn: (agentId: AgentId) => number;
}

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
  /** Refusals met, by app id: for counting, one per offer and app. */
  readonly refusals: ReadonlyMap<string, readonly Refusal[]>;
}

/** Fitting hosts compared per instance before one is chosen; more buys little. */
const CANDIDATES_MAX = 8;

/**
 * Places waiting instances on offers, one per app in turn so that no app starves another. Of a few
 * fitting hosts the one with the fewest instances of the same app wins, then the one with the
 * fewest new launches: an app spreads without asking for it.
 */
export function matchOffers(
  demands: readonly Demand[],
  offers: readonly Offer[],
  options: { readonly chance: Chance; readonly launchesMax: number },
): MatchOutcome {
  const pass = new MatchingPass(offers, options.chance);
  const queues = demands.map((demand) => new DemandQueue(demand));
  let open = queues;
  while (open.length > 0 && pass.launches.length < options.launchesMax) {
    open = open.filter((queue) => {
      if (pass.launches.length >= options.launchesMax) return false;
      return pass.placeNext(queue);
    });
  }
  return {
    launches: pass.launches,
    unused: offers.filter((o) => !pass.used.has(o.id)).map((o) => o.id),
    refusals: new Map(queues.map((queue) => [queue.demand.app.id, [...queue.refusals.values()]])),
  };
}

class DemandQueue {
  readonly demand: Demand;
  readonly refusals = new Map<OfferId, Refusal>();
  /** Offers that can only have become worse for this app since they refused it. */
  readonly hopeless = new Set<OfferId>();
  private readonly added: Place[] = [];
  private before: readonly Place[] | undefined;
  private readonly counts = new Map<AgentId, number>();
  /** What fits an offer stays so until something is taken from it, unless others matter as well. */
  private readonly fits = new Map<OfferId, { readonly free: Resources; readonly match: Match }>();
  private readonly alone: boolean;
  private next = 0;

  constructor(demand: Demand) {
    this.demand = demand;
    this.alone = demand.app.constraints.length === 0;
  }

  fit(offer: Offer, free: Resources, chance: Chance): Match | undefined {
    const known = this.fits.get(offer.id);
    if (known?.free === free) return known.match;
    const { app } = this.demand;
    const others = (): readonly Place[] => this.placed();
    const match = matchInstance({ app, place: offer, free, others, chance });
    if (match.ok) {
      if (this.alone) this.fits.set(offer.id, { free, match: match.value });
      return match.value;
    }
    this.refusals.set(offer.id, match.error);
    if (match.error.by !== 'constraint') this.hopeless.add(offer.id);
    return undefined;
  }

  place(offer: Offer): void {
    this.added.push(offer);
    this.counts.set(offer.agentId, this.countOn(offer.agentId) + 1);
  }

  /** Hosts of the app's instances, the ones placed in this pass included. */
  placed(): readonly Place[] {
    this.before ??= this.demand.placed();
    return [...this.before, ...this.added];
  }

  /** Instances of the app on an agent, the ones placed in this pass included. */
  countOn(agentId: AgentId): number {
    let count = this.counts.get(agentId);
    if (count === undefined) {
      count = this.demand.placedOn(agentId);
      this.counts.set(agentId, count);
    }
    return count;
  }

  peek(): Instance | undefined {
    return this.demand.waiting[this.next];
  }

  advance(): void {
    this.next += 1;
  }
}

interface Candidate {
  readonly offer: Offer;
  readonly match: Match;
  readonly sameApp: number;
  /** Decided in this pass. */
  readonly launches: number;
}

class MatchingPass {
  readonly launches: Launch[] = [];
  readonly used = new Set<OfferId>();
  private readonly offers: readonly Offer[];
  private readonly chance: Chance;
  private readonly free = new Map<OfferId, Resources>();
  private readonly launchesOn = new Map<OfferId, number>();

  constructor(offers: readonly Offer[], chance: Chance) {
    this.offers = offers;
    this.chance = chance;
    for (const offer of offers) this.free.set(offer.id, offer.resources);
  }

  /** Places the queue's next instance; false when the queue is done or nothing fits it. */
  placeNext(queue: DemandQueue): boolean {
    const instance = queue.peek();
    if (instance === undefined) return false;
    const best = this.best(queue);
    if (best === undefined) return false;
    const { offer, match } = best;
    const left = subtractResources(this.free.get(offer.id) ?? offer.resources, match.resources);
    this.free.set(offer.id, left);
    this.launchesOn.set(offer.id, (this.launchesOn.get(offer.id) ?? 0) + 1);
    this.used.add(offer.id);
    this.launches.push({ app: queue.demand.app, instance, offer, match });
    queue.place(offer);
    queue.advance();
    return true;
  }

  private best(queue: DemandQueue): Candidate | undefined {
    const { offers } = this;
    const start = offers.length === 0 ? 0 : this.chance.int(offers.length);
    let best: Candidate | undefined;
    let found = 0;
    for (let i = 0; i < offers.length && found < CANDIDATES_MAX; i += 1) {
      const offer = offers[(start + i) % offers.length];
      if (offer === undefined || queue.hopeless.has(offer.id)) continue;
      // Whatever is used counts for the role it was offered to: its share, its quota.
      if (offer.role !== queue.demand.app.role) continue;
      const match = queue.fit(offer, this.free.get(offer.id) ?? offer.resources, this.chance);
      if (match === undefined) continue;
      found += 1;
      const sameApp = queue.countOn(offer.agentId);
      const launches = this.launchesOn.get(offer.id) ?? 0;
      const candidate = { offer, match, sameApp, launches };
      if (best === undefined || isBetter(candidate, best)) best = candidate;
      // None can be better than that.
      if (sameApp === 0 && launches === 0) break;
    }
    return best;
  }
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.sameApp === b.sameApp ? a.launches < b.launches : a.sameApp < b.sameApp;
}

import type { Constraint } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import { ConstraintTable, countByValue } from './constraint-table.js';
import type { Demand, MatchOptions } from './demand.js';
import { refusalOf } from './match-instance.js';
import { needsOf, type Needs } from './needs.js';
import type { OfferBoard, OfferEntry } from './offer-board.js';
import type { OfferPool } from './offer-pool.js';
import { fieldValue, type PlacedInstance } from './place.js';
import type { Refusal } from './refusal.js';
import type { Surroundings } from './surroundings.js';
import { ValueOrder, type FieldText } from './value-order.js';

/** Values tried one after the other, those with the fewest instances first. */
interface Spreading {
  readonly order: ValueOrder;
  readonly pools: ReadonlyMap<FieldText, OfferPool>;
  /** A GROUP_BY without a number waits for the value whose turn it is. */
  readonly fewestOnly: boolean;
}

/** More than there can be instances of an app, or new launches, on one host. */
const WEIGHT = 65_536;

/** One app's waiting instances in a pass, and what the pass has found out for it. */
export class DemandQueue {
  readonly demand: Demand;
  readonly needs: Needs;
  readonly refusals = new Map<number, Refusal>();
  private readonly board: OfferBoard;
  private readonly options: MatchOptions;
  private readonly counts = new Map<number, number>();
  private readonly constraints: ConstraintTable | undefined;
  private readonly spreading: Spreading | undefined;
  private readonly pool: OfferPool | undefined;
  private readonly crowds: readonly Crowd[];
  private next = 0;

  constructor(demand: Demand, board: OfferBoard, options: MatchOptions) {
    const { app } = demand;
    this.demand = demand;
    this.board = board;
    this.options = options;
    this.needs = needsOf(app);
    if (app.constraints.length === 0) {
      this.pool = board.pool(app.role);
      this.crowds = [];
      return;
    }
    const surroundings = demand.surroundings();
    const { placed } = surroundings;
    this.constraints = new ConstraintTable(app, surroundings);
    const [first, ...others] = spreadsOf(app.constraints);
    this.crowds = others.map(({ field }) => new Crowd(field, placed));
    if (first === undefined) this.pool = board.pool(app.role);
    else this.spreading = this.spreadBy(first, surroundings);
  }

  peek(): Instance | undefined {
    return this.demand.waiting[this.next];
  }

  /** Hands out pools of offers, the best first, until `use` has placed the next instance. */
  eachPool(use: (pool: OfferPool) => boolean): void {
    if (this.pool !== undefined) use(this.pool);
    if (this.spreading === undefined) return;
    const { order, pools, fewestOnly } = this.spreading;
    order.take(
      (value) => {
        const pool = pools.get(value);
        if (pool !== undefined && use(pool)) return 'take';
        // A value that holds the others back stays, also when nothing of it is on offer.
        return fewestOnly || (pool?.size ?? 0) > 0 ? 'skip' : 'drop';
      },
      { fewestOnly },
    );
  }

  refusalOf(entry: OfferEntry): Refusal | undefined {
    const refusal = refusalOf(this.needs, entry.offer, entry.room, this.constraints);
    if (refusal !== undefined) this.refusals.set(entry.at, refusal);
    return refusal;
  }

  /** The next instance goes there. */
  place(entry: OfferEntry): void {
    this.next += 1;
    this.constraints?.add(entry.offer);
    for (const crowd of this.crowds) crowd.add(entry);
    this.counts.set(entry.at, this.countOn(entry) + 1);
  }

  /** Instances of the app on an agent, the ones placed in this pass included. */
  countOn({ at, offer }: OfferEntry): number {
    let count = this.counts.get(at);
    if (count === undefined) {
      count = this.demand.placedOn(offer.agentId);
      this.counts.set(at, count);
    }
    return count;
  }

  /**
   * How little a host suits the next instance, 0 = none can be better: how crowded it is by the
   * app's further wishes to be spread, then how many of the app it has, then what else is new there.
   */
  loadOf(entry: OfferEntry): number {
    let crowd = 0;
    for (const each of this.crowds) crowd += each.at(entry);
    return (crowd * WEIGHT + Math.min(this.countOn(entry), WEIGHT - 1)) * WEIGHT + entry.launches;
  }

  private spreadBy(constraint: Constraint, { placed, known }: Surroundings): Spreading {
    const { field, operator } = constraint;
    const fewestOnly = isBalance(constraint);
    const pools = this.board.poolsBy(this.demand.app.role, field);
    const before = countByValue(placed, field);
    const counts = new Map<FieldText, number>();
    // Offers that are out of question for other reasons hold nothing back.
    const values = fewestOnly ? known(field) : pools.keys();
    for (const value of values) {
      // Only SPREAD takes hosts without the field.
      if (value === undefined && operator !== 'SPREAD') continue;
      counts.set(value, before.get(value) ?? 0);
    }
    return { order: new ValueOrder(counts, this.options.chance), pools, fewestOnly };
  }
}

/** Instances by value of a field that an app wants to be spread over. */
class Crowd {
  private readonly field: string;
  private readonly counts: Map<FieldText, number>;

  constructor(field: string, placed: readonly PlacedInstance[]) {
    this.field = field;
    this.counts = countByValue(placed, field);
  }

  at({ offer }: OfferEntry): number {
    return this.counts.get(fieldValue(offer, this.field)) ?? 0;
  }

  add(entry: OfferEntry): void {
    this.counts.set(fieldValue(entry.offer, this.field), this.at(entry) + 1);
  }
}

/** What an app is to be spread over, what must be before what should be. */
function spreadsOf(constraints: readonly Constraint[]): readonly Constraint[] {
  const must = constraints.filter(({ operator }) => operator === 'GROUP_BY');
  const strict = must.filter(isBalance);
  const counted = must.filter((each) => !isBalance(each));
  return [...strict, ...counted, ...constraints.filter(({ operator }) => operator === 'SPREAD')];
}

function isBalance({ operator, value }: Constraint): boolean {
  return operator === 'GROUP_BY' && !(Number(value ?? '') > 0);
}

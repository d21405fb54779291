import { present, type Chance } from '@ekiden/kernel';
import type { Offer } from '@ekiden/offers';
import { OfferPool } from './offer-pool.js';
import { fieldValue } from './place.js';
import { Room } from './room.js';
import type { FieldText } from './value-order.js';

/** An offer while it is being used up. */
export interface OfferEntry {
  readonly at: number;
  readonly offer: Offer;
  readonly room: Room;
  launches: number;
}

/** The offers of one pass, and how they divide by role and by fields. */
export class OfferBoard {
  readonly entries: readonly OfferEntry[];
  private readonly chance: Chance;
  private readonly byRole = new Map<string, Uint32Array>();
  private readonly byField = new Map<string, ReadonlyMap<FieldText, Uint32Array>>();

  constructor(offers: readonly Offer[], chance: Chance) {
    this.chance = chance;
    this.entries = offers.map((offer, at) => ({
      at,
      offer,
      room: new Room(offer.resources),
      launches: 0,
    }));
  }

  entry(at: number): OfferEntry {
    return present(this.entries[at], `offer ${at}`);
  }

  /** Whatever is used counts for the role it was offered to: its share, its quota. */
  pool(role: string): OfferPool {
    return new OfferPool(this.ofRole(role), this.chance);
  }

  /** The same, one pool for each value of a field. */
  poolsBy(role: string, field: string): Map<FieldText, OfferPool> {
    const pools = new Map<FieldText, OfferPool>();
    for (const [value, items] of this.divided(role, field)) {
      pools.set(value, new OfferPool(items, this.chance));
    }
    return pools;
  }

  private ofRole(role: string): Uint32Array {
    let items = this.byRole.get(role);
    if (items === undefined) {
      items = Uint32Array.from(
        this.entries.filter(({ offer }) => offer.role === role),
        ({ at }) => at,
      );
      this.byRole.set(role, items);
    }
    return items;
  }

  private divided(role: string, field: string): ReadonlyMap<FieldText, Uint32Array> {
    const key = `${role} ${field}`;
    const known = this.byField.get(key);
    if (known !== undefined) return known;
    const lists = new Map<FieldText, number[]>();
    for (const at of this.ofRole(role)) {
      const value = fieldValue(this.entry(at).offer, field);
      const list = lists.get(value);
      if (list === undefined) lists.set(value, [at]);
      else list.push(at);
    }
    const made = new Map([...lists].map(([value, list]) => [value, Uint32Array.from(list)]));
    this.byField.set(key, made);
    return made;
  }
}

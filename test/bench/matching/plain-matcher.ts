import { subtractResources, type Offer, type Resources } from '@ekiden/offers';
import type { SeededChance } from '@ekiden/kernel';
import { tryOn, type Demand } from '../../../apps/ekiden/src/core/matching/index.js';

/**
 * The obvious matcher: one instance after the other, from a random offer on until one fits, by the
 * rules of the service; where the others are is counted anew each time. Returns how many it placed.
 */
export function matchPlainly(
  demands: readonly Demand[],
  offers: readonly Offer[],
  options: { readonly chance: SeededChance; readonly launchesMax: number },
): number {
  const { chance, launchesMax } = options;
  const free = offers.map(({ resources }) => resources);
  const placed = demands.map(() => [] as Offer[]);
  let launches = 0;
  for (let n = 0; launches < launchesMax; n += 1) {
    const at = n % demands.length;
    const demand = demands[at];
    const here = placed[at];
    if (demand === undefined || here === undefined) break;
    const found = firstFit(demand, here, offers, free, chance);
    if (found === undefined) break;
    launches += 1;
    here.push(found);
  }
  return launches;
}

function firstFit(
  { app, surroundings }: Demand,
  placed: readonly Offer[],
  offers: readonly Offer[],
  free: Resources[],
  chance: SeededChance,
): Offer | undefined {
  const { known } = surroundings();
  const others = { placed: placed.map((place) => ({ place, going: false })), known };
  const start = chance.int(offers.length);
  for (let i = 0; i < offers.length; i += 1) {
    const at = (start + i) % offers.length;
    const place = offers[at];
    const there = free[at];
    if (place === undefined || there === undefined) continue;
    const match = tryOn(app, { place, free: there, others });
    if (!match.ok) continue;
    free[at] = subtractResources(there, match.value.resources);
    return place;
  }
  return undefined;
}

import type { Instance } from './instance.js';

/** What an instance has where an app is spread: its host's rack, its zone; nothing = no such. */
export type SpreadValue = (instance: Instance) => string | undefined;

/** Steps of the search over combinations of values; beyond them the first field alone counts. */
const STEPS_MAX = 2_000_000;

/**
 * Which `count` of the candidates go so that what stays is as even as can be: always one from where
 * most are (SCL-16, SCL-17). `candidates` come in the order in which they would go otherwise, which
 * decides among equals; `staying` are those that are left alone.
 */
export function balancedVictims(
  candidates: readonly Instance[],
  staying: readonly Instance[],
  { count, spread }: { readonly count: number; readonly spread: readonly SpreadValue[] },
): readonly Instance[] {
  const [first] = spread;
  if (first === undefined || count >= candidates.length) return candidates.slice(0, count);
  const places = placesOf(candidates, spread);
  if (spread.length > 1 && places.length * count <= STEPS_MAX) {
    return fromCombinations(places, [...candidates, ...staying], { count, spread });
  }
  const levels = countsOf([...candidates, ...staying], first);
  return fromLevels(placesOf(candidates, [first]), levels, count);
}

/** Candidates with the same values, first to go first. */
interface Place {
  readonly values: readonly (string | undefined)[];
  /** With their position in the order of all. */
  readonly members: { readonly at: number; readonly instance: Instance }[];
}

function placesOf(candidates: readonly Instance[], spread: readonly SpreadValue[]): Place[] {
  const places = new Map<string, Place>();
  for (const [at, instance] of candidates.entries()) {
    const values = spread.map((valueOf) => valueOf(instance));
    const key = JSON.stringify(values);
    const place = places.get(key);
    if (place === undefined) places.set(key, { values, members: [{ at, instance }] });
    else place.members.push({ at, instance });
  }
  return [...places.values()];
}

function countsOf(instances: readonly Instance[], valueOf: SpreadValue) {
  const counts = new Map<string | undefined, number>();
  for (const instance of instances) {
    const value = valueOf(instance);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/**
 * One field: all places are lowered to one level, and as many as are still missing give one more.
 * Found by halving, so that the cost does not follow the number of victims.
 */
function fromLevels(
  places: readonly Place[],
  counts: ReadonlyMap<string | undefined, number>,
  count: number,
): readonly Instance[] {
  const height = ({ values }: Place): number => counts.get(values[0]) ?? 0;
  const above = (place: Place, level: number): number =>
    Math.min(place.members.length, Math.max(0, height(place) - level));
  const needed = (level: number): number =>
    places.reduce((sum, place) => sum + above(place, level), 0);
  let low = 0;
  let high = Math.max(...counts.values());
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (needed(middle) <= count) high = middle;
    else low = middle + 1;
  }
  const victims = places.flatMap((place) => place.members.slice(0, above(place, low)));
  const next = places.flatMap((place) => {
    const taken = above(place, low);
    return height(place) - taken === low ? place.members.slice(taken, taken + 1) : [];
  });
  next.sort((a, b) => a.at - b.at);
  victims.push(...next.slice(0, count - victims.length));
  return victims.sort((a, b) => a.at - b.at).map(({ instance }) => instance);
}

/** Several fields: each time one that is among the most in as many fields as can be. */
function fromCombinations(
  places: readonly Place[],
  all: readonly Instance[],
  { count, spread }: { readonly count: number; readonly spread: readonly SpreadValue[] },
): readonly Instance[] {
  const counts = spread.map((valueOf) => countsOf(all, valueOf));
  const left = places.map(({ values, members }) => ({ values, members, gone: 0 }));
  const victims: Instance[] = [];
  while (victims.length < count) {
    const most = counts.map((each) => Math.max(...each.values()));
    let best: { readonly place: (typeof left)[number]; readonly score: Score } | undefined;
    for (const place of left) {
      const head = place.members[place.gone];
      if (head === undefined) continue;
      const here = place.values.map((value, field) => counts[field]?.get(value) ?? 0);
      const score = {
        atMost: here.filter((n, field) => n === most[field]).length,
        sum: here.reduce((a, b) => a + b, 0),
        at: head.at,
      };
      if (best === undefined || isBetter(score, best.score)) best = { place, score };
    }
    if (best === undefined) break;
    const { place } = best;
    victims.push(...place.members.slice(place.gone, place.gone + 1).map((m) => m.instance));
    place.gone += 1;
    for (const [field, value] of place.values.entries()) {
      counts[field]?.set(value, (counts[field].get(value) ?? 0) - 1);
    }
  }
  return victims;
}

interface Score {
  /** In how many fields no value has more. */
  readonly atMost: number;
  readonly sum: number;
  readonly at: number;
}

function isBetter(a: Score, b: Score): boolean {
  if (a.atMost !== b.atMost) return a.atMost > b.atMost;
  return a.sum === b.sum ? a.at < b.at : a.sum > b.sum;
}

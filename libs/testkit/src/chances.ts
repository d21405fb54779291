import { SeededChance, type Chance } from '@ekiden/kernel';

/** An independent stream of chance per purpose: a change in one leaves the others as they were. */
export function chanceFor(seed: number, purpose: string): SeededChance {
  let hash = seed >>> 0;
  for (const letter of purpose) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  // The first numbers of neighbouring seeds resemble each other less after a few draws.
  const chance = new SeededChance(Math.imul(hash, 0x9e3779b1) >>> 0);
  chance.next();
  return chance;
}

/** One of several, each as likely. */
export function pick<T>(chance: Chance, items: readonly [T, ...T[]]): T {
  return items[chance.int(items.length)] ?? items[0];
}

/** One of several by weight. */
export function pickWeighted<T extends string>(
  chance: Chance,
  weights: Readonly<Record<T, number>>,
): T {
  const entries = Object.entries(weights) as [T, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let left = chance.next() * total;
  for (const [item, weight] of entries) {
    left -= weight;
    if (left < 0) return item;
  }
  throw new Error('nothing to pick from');
}

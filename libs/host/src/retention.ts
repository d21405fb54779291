import type { Millis } from '@ekiden/kernel';

/** How much is kept of tasks that are over. */
export interface Retention {
  readonly keepFor: Millis;
  /** The youngest stay. */
  readonly maxCount: number;
  /** Of all of them together; absent = any. */
  readonly maxBytes?: number;
}

/** What is left of one task that is over. */
export interface Remains {
  readonly name: string;
  /** When it was over (wall clock). */
  readonly at: number;
  readonly bytes: number;
}

/**
 * Whose remains go: what is too old, what is beyond the number or the size, and then the oldest until
 * `bytesWanted` more are free. Oldest first.
 */
export function chooseDoomed(
  remains: readonly Remains[],
  { keepFor, maxCount, maxBytes = Number.POSITIVE_INFINITY }: Retention,
  { now, bytesWanted }: { readonly now: Millis; readonly bytesWanted: number },
): readonly string[] {
  const byAge = [...remains].sort((a, b) => b.at - a.at);
  const doomed = new Set<Remains>();
  let bytes = 0;
  byAge.forEach((one, index) => {
    bytes += one.bytes;
    if (index >= maxCount || bytes > maxBytes || now - one.at > keepFor) doomed.add(one);
  });
  const oldestFirst = byAge.reverse();
  let freed = 0;
  for (const one of oldestFirst) {
    if (freed >= bytesWanted) break;
    freed += one.bytes;
    doomed.add(one);
  }
  return oldestFirst.filter((one) => doomed.has(one)).map(({ name }) => name);
}

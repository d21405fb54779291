import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;
const PATIENCE_MS = 10_000;

/**
 * Looks again and again until `look` returns something (not undefined, not false), and returns
 * that. What `look` throws counts as "not yet" and is told when the time is up.
 */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const begun = performance.now();
  let seen = 'nothing';
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      seen = 'nothing';
    } catch (error) {
      seen = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() - begun > patienceMs) {
      throw new Error(`waited ${patienceMs} ms for ${what}; the last look saw: ${seen}`);
    }
    await delay(LOOK_EVERY_MS);
  }
}

/** Looks at `fact` for the whole time; throws as soon as it says what is wrong. */
export async function always(
  fact: () => Promise<string | undefined> | string | undefined,
  forMs: number,
): Promise<void> {
  const begun = performance.now();
  while (performance.now() - begun < forMs) {
    const wrong = await fact();
    if (wrong !== undefined) throw new Error(wrong);
    await delay(LOOK_EVERY_MS);
  }
}

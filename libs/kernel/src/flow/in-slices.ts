import type { Steps } from './steps.js';

/** Who does work in slices: how long at a time, by which clock, and what happens in between. */
export interface Slicing {
  /** Milliseconds of work before others have their turn. */
  readonly sliceMs: number;
  /** Milliseconds; the zero is arbitrary. */
  readonly now: () => number;
  /** Resolves when the work may go on; with `false` it is given up. */
  readonly pause: () => Promise<boolean>;
}

/** The end of work in slices, and how many milliseconds of work it was. */
export interface SlicedWork<T> {
  readonly value: T;
  readonly heldMs: number;
}

/**
 * Does work step by step, and lets others have their turn every few milliseconds; work that is
 * short is done without a pause. `undefined`: it was given up.
 */
export async function inSlices<T>(
  steps: Steps<T>,
  { sliceMs, now, pause }: Slicing,
): Promise<SlicedWork<T> | undefined> {
  let heldMs = 0;
  for (;;) {
    const begun = now();
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return { value, heldMs: heldMs + now() - begun };
      if (now() - begun >= sliceMs) break;
    }
    heldMs += now() - begun;
    if (!(await pause())) return undefined;
  }
}

import type { Clock, Steps } from '@ekiden/kernel';

/** Milliseconds of a long turn before requests and timers have theirs. */
const SLICE_MS = 8;

/** The end of work in slices, and how long it held the event loop in all. */
export interface SlicedWork<T> {
  readonly value: T;
  readonly heldMs: number;
}

/**
 * Does the steps of a turn and lets the event loop go on every few milliseconds, so that however
 * long a turn takes, requests are read, answered from the committed state, and the lease is renewed
 * meanwhile (ADR 0040). A short turn is done without a pause. `undefined`: `signal` ended it.
 */
export async function inTurnSlices<T>(
  steps: Steps<T>,
  clock: Pick<Clock, 'monotonic'>,
  signal: AbortSignal,
): Promise<SlicedWork<T> | undefined> {
  let heldMs = 0;
  for (;;) {
    const begun = clock.monotonic();
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return { value, heldMs: heldMs + clock.monotonic() - begun };
      if (clock.monotonic() - begun >= SLICE_MS) break;
    }
    heldMs += clock.monotonic() - begun;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) return undefined;
  }
}

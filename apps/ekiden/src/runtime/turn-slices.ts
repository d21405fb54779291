import { inSlices, type Clock, type SlicedWork, type Steps } from '@ekiden/kernel';

/** Milliseconds of a long turn before requests and timers have theirs. */
const SLICE_MS = 8;

/**
 * Does the steps of a turn and lets the event loop go on every few milliseconds, so that however
 * long a turn takes, requests are read, answered from the committed state, and the lease is renewed
 * meanwhile (ADR 0040). `undefined`: `signal` ended it.
 */
export function inTurnSlices<T>(
  steps: Steps<T>,
  clock: Pick<Clock, 'monotonic'>,
  signal: AbortSignal,
): Promise<SlicedWork<T> | undefined> {
  return inSlices(steps, {
    sliceMs: SLICE_MS,
    now: () => clock.monotonic(),
    pause: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return !signal.aborted;
    },
  });
}

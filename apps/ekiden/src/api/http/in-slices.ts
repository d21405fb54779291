import type { WorkQueue } from './work-queue.js';

/** Milliseconds of work before others have their turn. */
const SLICE_MS = 5;

/** Does work step by step, and lets the event loop go on every few milliseconds. */
export async function inSlices<T>(queue: WorkQueue, work: Generator<void, T>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    while (performance.now() < end) {
      const { done, value } = work.next();
      if (done === true) return value;
    }
    await queue.turn();
  }
}

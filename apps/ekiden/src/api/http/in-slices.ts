import { inSlices, present, type Steps } from '@ekiden/kernel';
import type { WorkQueue } from './work-queue.js';

/** Milliseconds of work before others have their turn. */
const SLICE_MS = 5;

/** Does work of a request in slices, in turn with that of others. */
export async function inQueuedSlices<T>(queue: WorkQueue, work: Steps<T>): Promise<T> {
  const ended = await inQueuedSlicesWhile(queue, work, () => true);
  return present(ended, 'the end of work that nobody gives up').value;
}

/** The same; given up (`undefined`) when it does not make sense any more before one of the slices. */
export async function inQueuedSlicesWhile<T>(
  queue: WorkQueue,
  work: Steps<T>,
  makesSense: () => boolean,
): Promise<{ readonly value: T } | undefined> {
  return inSlices(work, {
    sliceMs: SLICE_MS,
    now: () => performance.now(),
    pause: async () => {
      await queue.turn();
      return makesSense();
    },
  });
}

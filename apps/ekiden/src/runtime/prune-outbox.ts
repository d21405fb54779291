import { millis, type Millis } from '@ekiden/kernel';
import type { LeaderTerm, Log, StateStore } from '../ports/index.js';

export interface PruneOutboxOptions {
  readonly store: Pick<StateStore, 'pruneEvents'>;
  readonly term: Pick<LeaderTerm, 'stillHeld'>;
  /** Newest events that stay. */
  readonly keep: number;
  readonly log: Log;
  /** Waits; comes back at once when the signal has ended. */
  readonly pause: (delay: Millis) => Promise<void>;
}

const EVERY = millis(60_000);

/** Between two batches, so that commits are not kept waiting for the disk. */
const BREATH = millis(100);

/** One round removes at most this many batches; what is left waits for the next. */
const BATCHES_MAX = 100;

/**
 * Keeps the outbox small while the term lasts: a round every minute, in small batches. A round that
 * fails is logged and left to the next; never rejects.
 */
export async function pruneOutbox(options: PruneOutboxOptions, signal: AbortSignal): Promise<void> {
  const { term, log, pause } = options;
  for (;;) {
    await pause(EVERY);
    if (signal.aborted || !term.stillHeld()) return;
    try {
      const removed = await pruneRound(options, signal);
      if (removed === 0) continue;
      const message = `removed ${removed} old events`;
      log({ level: 'debug', event: 'events-pruned', message, facts: { removed } });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log({ level: 'warn', event: 'event-pruning-failed', message });
    }
  }
}

async function pruneRound(options: PruneOutboxOptions, signal: AbortSignal): Promise<number> {
  const { store, term, keep, pause } = options;
  let total = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    if (signal.aborted || !term.stillHeld()) break;
    const { removed, more } = await store.pruneEvents(keep);
    total += removed;
    if (!more) break;
    await pause(BREATH);
  }
  return total;
}

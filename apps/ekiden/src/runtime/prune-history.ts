import { millis, type Millis } from '@ekiden/kernel';
import type { LeaderTerm, Log, StateStore, VersionsKept } from '../ports/index.js';

export interface PruneHistoryOptions {
  readonly store: Pick<StateStore, 'pruneEvents' | 'pruneVersions'>;
  readonly term: Pick<LeaderTerm, 'stillHeld'>;
  /** Newest events that stay. */
  readonly eventsKept: number;
  readonly versionsKept: VersionsKept;
  readonly log: Log;
  /** Waits; comes back at once when the signal has ended. */
  readonly pause: (delay: Millis) => Promise<void>;
}

/** One of the histories that would grow without end. */
interface History {
  readonly name: 'events' | 'versions';
  /** Removes a small batch. */
  readonly prune: () => Promise<{ readonly removed: number; readonly more: boolean }>;
}

const EVERY = millis(60_000);

/** Between two batches, so that commits are not kept waiting for the disk. */
const BREATH = millis(100);

/** One round removes at most this many batches; what is left waits for the next. */
const BATCHES_MAX = 100;

/**
 * Keeps outbox and definition history small while the term lasts: a round every minute, in small
 * batches. A round that fails is logged and left to the next; never rejects.
 */
export async function pruneHistory(
  options: PruneHistoryOptions,
  signal: AbortSignal,
): Promise<void> {
  const { store, term, pause, eventsKept, versionsKept } = options;
  const histories: readonly History[] = [
    { name: 'events', prune: () => store.pruneEvents(eventsKept) },
    { name: 'versions', prune: () => store.pruneVersions(versionsKept) },
  ];
  for (;;) {
    await pause(EVERY);
    for (const history of histories) {
      if (signal.aborted || !term.stillHeld()) return;
      await pruneRound(history, options, signal);
    }
  }
}

async function pruneRound(
  { name, prune }: History,
  { term, log, pause }: PruneHistoryOptions,
  signal: AbortSignal,
): Promise<void> {
  let total = 0;
  try {
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      if (signal.aborted || !term.stillHeld()) break;
      const { removed, more } = await prune();
      total += removed;
      if (!more) break;
      await pause(BREATH);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log({ level: 'warn', event: `${name}-pruning-failed`, message });
  }
  if (total === 0) return;
  const message = `removed ${total} old ${name}`;
  log({ level: 'debug', event: `${name}-pruned`, message, facts: { removed: total } });
}

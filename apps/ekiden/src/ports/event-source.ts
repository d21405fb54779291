import type { NumberedEvent } from '../core/events/index.js';

/** `committed`: there are newer events. `recovered`: this process leads anew; others may have led. */
export type EventNews = 'committed' | 'recovered';

/** Committed events, for whoever passes them on. */
export interface EventSource {
  /** Number of the last committed event, 0 before the first; `undefined` while we do not lead. */
  lastNumber(): number | undefined;
  /** Tells from now on that there is something to read. Listeners must not throw. Ends the telling. */
  subscribe(listener: (news: EventNews) => void): () => void;
  /**
   * Committed events behind number `after`, in order and without gaps, at most `limit`; none while
   * we do not lead. A first number above `after + 1`: those before it are no longer kept. Rejects
   * only if they are not in memory and the database is away.
   */
  read(after: number, limit: number): Promise<readonly NumberedEvent[]>;
}

import type { NumberedEvent } from '../core/events/index.js';
import type { EventNews, EventSource } from '../ports/index.js';
import { EventRing } from './event-ring.js';

export interface EventFeedOptions {
  /** Reads the outbox: committed events behind `after`, in order, at most `limit`. */
  readonly readStored: (after: number, limit: number) => Promise<readonly NumberedEvent[]>;
  /** Newest events kept in memory; default 4,096. */
  readonly ringMax?: number;
}

const RING_MAX = 4_096;

/** Small events that the events in memory may weigh together. */
const RING_WEIGHT_PER_EVENT = 25;

/**
 * Committed events on their way to readers. Readers are told that there is news and read at their
 * own pace: from memory while they keep up, from the outbox when they come back late. So however
 * slow a reader is, it costs no memory here.
 */
export class EventFeed implements EventSource {
  private readonly options: EventFeedOptions;
  private readonly ring: EventRing;
  private readonly listeners = new Set<(news: EventNews) => void>();
  /** Outbox reads under way, by what they ask for: many readers at one place cost one query. */
  private readonly reading = new Map<string, Promise<readonly NumberedEvent[]>>();
  private last: number | undefined;

  constructor(options: EventFeedOptions) {
    const countMax = options.ringMax ?? RING_MAX;
    this.options = options;
    this.ring = new EventRing({ countMax, weightMax: countMax * RING_WEIGHT_PER_EVENT });
  }

  /**
   * Begins a term with what is stored. Memory starts empty: others may have led meanwhile, and a
   * commit that broke off may turn out to have happened; readers find both in the outbox.
   */
  enter(lastNumber: number): void {
    this.ring.clear();
    this.last = lastNumber;
    this.tell('recovered');
  }

  /** Ends the term: nothing is known to be the last any more. */
  leave(): void {
    this.last = undefined;
  }

  /** Takes the events of a committed turn, in order. */
  publish(events: readonly NumberedEvent[]): void {
    const newest = events.at(-1);
    if (newest === undefined || this.last === undefined) return;
    this.ring.add(events);
    this.last = newest.number;
    this.tell('committed');
  }

  lastNumber(): number | undefined {
    return this.last;
  }

  subscribe(listener: (news: EventNews) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async read(after: number, limit: number): Promise<readonly NumberedEvent[]> {
    if (this.last === undefined || after >= this.last) return [];
    const known = this.ring.after(after, limit);
    if (known !== undefined) return known;
    const stored = await this.readOutbox(after, limit);
    // A turn may be stored and not yet be published: readers see it with everybody else.
    const last = this.lastNumber();
    return last === undefined ? [] : stored.filter(({ number }) => number <= last);
  }

  private readOutbox(after: number, limit: number): Promise<readonly NumberedEvent[]> {
    const key = `${after} ${limit}`;
    const underWay = this.reading.get(key);
    if (underWay !== undefined) return underWay;
    const read = this.options.readStored(after, limit).finally(() => this.reading.delete(key));
    this.reading.set(key, read);
    return read;
  }

  private tell(news: EventNews): void {
    for (const listener of this.listeners) listener(news);
  }
}

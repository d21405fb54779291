import { assert } from '@ekiden/kernel';
import type { NumberedEvent } from '../core/events/index.js';

/**
 * The newest committed events in memory, one after the other without a gap. Bounded by count, and
 * by weight: the events of a plan over thousands of apps are large.
 */
export class EventRing {
  private readonly countMax: number;
  private readonly weightMax: number;
  private events: NumberedEvent[] = [];
  private weight = 0;

  constructor({ countMax, weightMax }: { readonly countMax: number; readonly weightMax: number }) {
    this.countMax = countMax;
    this.weightMax = weightMax;
  }

  add(events: readonly NumberedEvent[]): void {
    for (const event of events) {
      const last = this.events.at(-1)?.number;
      assert(last === undefined || event.number === last + 1, `event ${event.number}: a gap`);
      this.events.push(event);
      this.weight += weigh(event);
    }
    let excess = 0;
    for (const event of this.events) {
      const fits = this.events.length - excess <= this.countMax && this.weight <= this.weightMax;
      if (fits) break;
      this.weight -= weigh(event);
      excess += 1;
    }
    this.events.splice(0, excess);
  }

  clear(): void {
    this.events = [];
    this.weight = 0;
  }

  /** Up to `limit` events behind number `after`; `undefined` when the next one is not here. */
  after(after: number, limit: number): readonly NumberedEvent[] | undefined {
    const first = this.events[0]?.number;
    if (first === undefined || after + 1 < first) return undefined;
    const from = after + 1 - first;
    return from >= this.events.length ? undefined : this.events.slice(from, from + limit);
  }
}

/** In small events: what a plan and a definition hold is counted, all else is small. */
function weigh({ event }: NumberedEvent): number {
  if ('plan' in event) {
    return event.plan.steps.reduce((sum, { actions }) => sum + actions.length, 1);
  }
  return event.type === 'api_post_event' ? 10 : 1;
}

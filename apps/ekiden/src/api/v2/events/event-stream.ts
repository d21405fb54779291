import type { NumberedEvent } from '../../../core/events/index.js';
import type { EventNews, EventSource } from '../../../ports/index.js';
import type { EventFilter } from './event-types.js';
import type { FrameSink } from './frame-sink.js';
import { HEARTBEAT, commentFrame } from './frames.js';

export interface EventStreamOptions {
  readonly source: EventSource;
  readonly sink: FrameSink;
  readonly filter: EventFilter;
  readonly frameOf: (event: NumberedEvent) => Buffer;
  /** Number of the last event the client has; `undefined` = it wants what comes from now on. */
  readonly after: number | undefined;
  /** Events of earlier turns that a client may have left untaken. */
  readonly outstandingMax: number;
  /** Called when the server ends the stream, with the reason. */
  readonly onCut: (reason: CutReason) => void;
}

/** `slow`: too far behind; `stalled`: takes nothing; `unreadable`: what it missed cannot be read. */
export type CutReason = 'slow' | 'stalled' | 'unreadable';

/** Heartbeats in a row in which a client with a full buffer took nothing. */
const STALLED_BEATS_MAX = 6;

const PAGE = 256;

/**
 * One client's way through the events: a number, and everything committed behind it is sent in
 * order, as fast as the client takes it. History and live events are the same to it: it reads
 * what is behind its number until there is nothing, and again whenever there is news. So nothing
 * can be missed between the two, or come twice.
 */
export class EventStream {
  private readonly options: EventStreamOptions;
  /** Number of the last event that was sent or left out by the filter. */
  private position: number | undefined;
  /** Last committed number at the latest news. */
  private seen: number | undefined;
  /** Whether the head was reached since the stream began, or since we lead anew. */
  private live = false;
  private reading = false;
  private again = false;
  private beatPosition: number | undefined;
  private beatsStalled = 0;

  constructor(options: EventStreamOptions) {
    this.options = options;
    this.position = options.after;
  }

  /** Begins to send. */
  start(): void {
    this.hear('recovered');
  }

  /** There may be something to send. */
  hear(news: EventNews): void {
    const { source, sink } = this.options;
    const last = source.lastNumber();
    if (sink.isClosed() || last === undefined) return;
    if (news === 'recovered') this.enter(last);
    else if (this.isBehind()) {
      this.cut('slow');
      return;
    }
    this.seen = last;
    this.again = true;
    if (!this.reading) void this.send();
  }

  /** Sends something that is not one of the numbered events; not to a client that is behind. */
  notice(type: string, frame: Buffer): void {
    const { sink, filter } = this.options;
    if (!sink.isFull() && filter(type)) sink.write(frame);
  }

  /** To be called every ten seconds. */
  beat(): void {
    const { sink } = this.options;
    if (!sink.isFull()) {
      this.beatsStalled = 0;
      sink.write(HEARTBEAT);
      return;
    }
    this.beatsStalled = this.position === this.beatPosition ? this.beatsStalled + 1 : 0;
    this.beatPosition = this.position;
    if (this.beatsStalled >= STALLED_BEATS_MAX) this.cut('stalled');
  }

  end(): void {
    this.options.sink.end();
  }

  private enter(last: number): void {
    this.live = false;
    this.position ??= last;
    if (this.position <= last) return;
    const text = `event ${this.position} is not known here; what follows begins after ${last}`;
    this.options.sink.write(commentFrame(text));
    this.position = last;
  }

  private isBehind(): boolean {
    const owed = (this.seen ?? 0) - (this.position ?? 0);
    return this.live && this.options.sink.isFull() && owed > this.options.outstandingMax;
  }

  private async send(): Promise<void> {
    this.reading = true;
    try {
      while (this.again && !this.options.sink.isClosed()) {
        this.again = false;
        await this.sendAll();
      }
    } catch {
      this.cut('unreadable');
    } finally {
      this.reading = false;
    }
  }

  /** Until nothing is left to read. */
  private async sendAll(): Promise<void> {
    const { source, sink } = this.options;
    for (;;) {
      await sink.drained();
      if (sink.isClosed()) return;
      const page = await source.read(this.position ?? 0, PAGE);
      for (const event of page) {
        if (sink.isFull()) await sink.drained();
        if (sink.isClosed()) return;
        this.pass(event);
      }
      this.live ||= this.position === source.lastNumber();
      if (page.length === 0) return;
    }
  }

  private pass(event: NumberedEvent): void {
    const { sink, filter, frameOf } = this.options;
    const next = (this.position ?? 0) + 1;
    if (event.number > next) {
      const text = `gap: events ${next} to ${event.number - 1} are no longer kept`;
      sink.write(commentFrame(text));
    }
    this.position = event.number;
    if (filter(event.event.type)) sink.write(frameOf(event));
  }

  private cut(reason: CutReason): void {
    if (this.options.sink.isClosed()) return;
    this.options.onCut(reason);
    this.options.sink.cut();
  }
}

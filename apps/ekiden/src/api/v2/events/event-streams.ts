import type { Millis } from '@ekiden/kernel';
import type { EventSource } from '../../../ports/index.js';
import { EventStream, type CutReason } from './event-stream.js';
import type { EventFilter } from './event-types.js';
import type { FrameSink } from './frame-sink.js';
import { FrameCache, noticeFrame } from './frames.js';

export interface EventStreamsOptions {
  readonly source: EventSource;
  readonly now: () => Millis;
  /** Events of earlier turns that a client may have left untaken. */
  readonly outstandingMax: number;
  readonly onCut: (remoteAddress: string, reason: CutReason) => void;
}

/** What a client asks for. */
export interface Subscription {
  readonly sink: FrameSink;
  readonly filter: EventFilter;
  /** Number of the last event the client has; `undefined` = from now on. */
  readonly after: number | undefined;
  readonly remoteAddress: string;
}

/** Streams at a time; each costs a connection and a little memory. */
const STREAMS_MAX = 1_000;

/** All streams of this process, and what they share: the news, the frames, the heartbeat. */
export class EventStreams {
  private readonly options: EventStreamsOptions;
  private readonly streams = new Set<EventStream>();
  private readonly frames = new FrameCache();
  private readonly unsubscribe: () => void;

  constructor(options: EventStreamsOptions) {
    this.options = options;
    this.unsubscribe = options.source.subscribe((news) => {
      for (const stream of this.streams) stream.hear(news);
    });
  }

  get size(): number {
    return this.streams.size;
  }

  get isFull(): boolean {
    return this.streams.size >= STREAMS_MAX;
  }

  /** Serves a client until either side ends it. It hears first that it is attached. */
  attach({ sink, filter, after, remoteAddress }: Subscription): void {
    const { source, onCut, outstandingMax } = this.options;
    const stream = new EventStream({
      source,
      sink,
      filter,
      after,
      outstandingMax,
      frameOf: (event) => this.frames.frameOf(event),
      onCut: (reason) => onCut(remoteAddress, reason),
    });
    sink.onClose(() => {
      if (!this.streams.delete(stream)) return;
      this.tell('event_stream_detached', remoteAddress);
    });
    this.streams.add(stream);
    this.tell('event_stream_attached', remoteAddress);
    stream.start();
  }

  /** To be called every ten seconds. */
  beat(): void {
    for (const stream of this.streams) stream.beat();
  }

  /** Ends all streams; nothing is heard any more. */
  close(): void {
    this.unsubscribe();
    const ended = [...this.streams];
    this.streams.clear();
    for (const stream of ended) stream.end();
  }

  private tell(
    type: 'event_stream_attached' | 'event_stream_detached',
    remoteAddress: string,
  ): void {
    const frame = noticeFrame(type, { remoteAddress, at: this.options.now() });
    for (const stream of this.streams) stream.notice(type, frame);
  }
}

import { formatTimestamp, type Millis } from '@ekiden/kernel';
import type { NumberedEvent } from '../../../core/events/index.js';
import { presentApp, presentHealthCheck } from '../presenters/index.js';

/** Keeps a connection alive that nothing happens on, and shows when it is dead. */
export const HEARTBEAT = Buffer.from('\r\n');

/** A line that clients skip: something for people to see. `text` is one line. */
export function commentFrame(text: string): Buffer {
  return Buffer.from(`: ${text}\r\n`);
}

/** An event of this stream or this process alone: not in the outbox, so without a number. */
export function noticeFrame(
  type: 'event_stream_attached' | 'event_stream_detached',
  notice: { readonly remoteAddress: string; readonly at: Millis },
): Buffer {
  const { remoteAddress, at } = notice;
  const payload = { remoteAddress, eventType: type, timestamp: formatTimestamp(at) };
  return Buffer.from(`event: ${type}\r\ndata: ${JSON.stringify(payload)}\r\n\r\n`);
}

/** An event as sent: Marathon's form (marathon-api 9.1), with its number as id. */
export function eventFrame({ number, at, event }: NumberedEvent): Buffer {
  const { type } = event;
  const data = JSON.stringify({
    ...payloadOf(event),
    eventType: type,
    timestamp: formatTimestamp(at),
  });
  return Buffer.from(`id: ${number}\r\nevent: ${type}\r\ndata: ${data}\r\n\r\n`);
}

/** The event's own fields; definitions in it are shown as the API shows them. */
function payloadOf(event: NumberedEvent['event']): object {
  const { type: _type, ...rest } = event;
  if (event.type === 'api_post_event') {
    return { ...rest, appDefinition: presentApp(event.appDefinition) };
  }
  if (event.type === 'failed_health_check_event' || event.type === 'add_health_check_event') {
    return { ...rest, healthCheck: presentHealthCheck(event.healthCheck) };
  }
  return rest;
}

const BYTES_MAX = 16 * 1024 * 1024;

/**
 * Frames of events that several streams send: made for the first, the same bytes for all. By event,
 * not by number: another database may use a number again. Bounded by bytes; the oldest go first.
 */
export class FrameCache {
  readonly bytesMax: number;
  private readonly frames = new Map<NumberedEvent, Buffer>();
  private bytes = 0;

  constructor(bytesMax = BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  frameOf(event: NumberedEvent): Buffer {
    const known = this.frames.get(event);
    if (known !== undefined) return known;
    const made = eventFrame(event);
    this.frames.set(event, made);
    this.bytes += made.length;
    for (const [oldest, frame] of this.frames) {
      if (this.bytes <= this.bytesMax) break;
      this.frames.delete(oldest);
      this.bytes -= frame.length;
    }
    return made;
  }
}

import { createParser } from 'eventsource-parser';
import type { Client } from './client.js';
import { Refusal } from './failures.js';

const EVENT_BYTES_MAX = 16 * 1024 * 1024;
/** The server sends an empty line every ten seconds. */
const SILENCE_MS = 35_000;

export interface ServerEvent {
  readonly type: string;
  readonly data: unknown;
  /** What to resume from; Marathon's own events carry none. */
  readonly id?: string;
}

export interface EventsWanted {
  readonly types: readonly string[];
  /** Everything behind this one comes first. */
  readonly after?: string;
  readonly signal: AbortSignal;
  /** The stream is open: nothing from here on is missed. */
  readonly onOpen?: () => void;
}

/**
 * One connection to the event stream, until the server ends it. Throws `Refusal` or `NoServer` when
 * it cannot be had, anything else when it breaks or falls silent.
 */
export async function* serverEvents(
  client: Client,
  { types, after, signal, onOpen }: EventsWanted,
): AsyncGenerator<ServerEvent> {
  const quiet = new AbortController();
  const response = await client.send(
    { method: 'GET', path: '/v2/events', query: { event_type: types } },
    {
      headers: {
        accept: 'text/event-stream',
        ...(after === undefined ? {} : { 'last-event-id': after }),
      },
      signal: AbortSignal.any([signal, quiet.signal]),
    },
  );
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Refusal(response.status, { message: 'the server gives no event stream' });
  }
  onOpen?.();
  const waiting: ServerEvent[] = [];
  const parser = createParser({
    maxBufferSize: EVENT_BYTES_MAX,
    onEvent: ({ event, id, data }) => {
      waiting.push({ type: event ?? '', data: parse(data), ...(id === undefined ? {} : { id }) });
    },
  });
  const decoder = new TextDecoder();
  let alarm = setTimeout(() => {
    quiet.abort();
  }, SILENCE_MS);
  try {
    for await (const chunk of response.body) {
      clearTimeout(alarm);
      alarm = setTimeout(() => {
        quiet.abort();
      }, SILENCE_MS);
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      yield* waiting.splice(0);
    }
  } finally {
    clearTimeout(alarm);
  }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}

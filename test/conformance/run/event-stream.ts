import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { open, type Target } from './exchange.js';

export interface Frame {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** An event stream that collects what comes, from when the server has opened it. */
export class EventStream {
  readonly frames: Frame[] = [];
  private readonly response: IncomingMessage;
  private text = '';

  private constructor(response: IncomingMessage) {
    this.response = response;
    const parser = createParser({
      onEvent: ({ event, id, data }) => {
        this.frames.push({ event, id, data: asJson(data) });
      },
    });
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.text += text;
      parser.feed(text);
    });
    response.on('error', () => undefined); // we end it ourselves
  }

  static async open(
    target: Target,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<EventStream> {
    const response = await open(target, {
      method: 'GET',
      path,
      headers: { accept: 'text/event-stream', ...headers },
    });
    if (response.statusCode === 200) return new EventStream(response);
    response.destroy();
    throw new Error(`GET ${path}: ${response.statusCode ?? 'no'} instead of a stream`);
  }

  /** Everything it has brought, as it came. */
  get raw(): string {
    return this.text;
  }

  close(): void {
    this.response.destroy();
  }
}

function asJson(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return data;
  }
}

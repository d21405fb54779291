import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** What an answer may have beside its body. */
export interface AnswerExtras {
  /** Weak entity tag, for bodies whose bytes need not be looked at. */
  readonly tag?: string;
  /** Opens the body, each time anew, where there is no `body`. */
  readonly stream?: () => Readable;
}

/** A ready-to-send answer: what every controller returns. Immutable, so it may be cached. */
export class HttpAnswer {
  readonly status: number;
  readonly body: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: (() => Readable) | undefined;
  private tag: string | undefined;

  constructor(
    status: number,
    body: Buffer | undefined,
    headers: Readonly<Record<string, string>> = {},
    { tag, stream }: AnswerExtras = {},
  ) {
    this.status = status;
    this.body = body;
    this.headers = headers;
    this.stream = stream;
    this.tag = tag;
  }

  /** Weak entity tag; that of a body is made when it is first asked for. */
  etag(): string | undefined {
    if (this.body !== undefined) {
      this.tag ??= `W/"${createHash('sha1').update(this.body).digest('base64url')}"`;
    }
    return this.tag;
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export function json(
  value: unknown,
  options: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): HttpAnswer {
  return new HttpAnswer(options.status ?? 200, Buffer.from(JSON.stringify(value)), {
    'Content-Type': JSON_TYPE,
    ...options.headers,
  });
}

export function text(value: string, contentType: string): HttpAnswer {
  return new HttpAnswer(200, Buffer.from(value), { 'Content-Type': contentType });
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return new HttpAnswer(status, undefined, headers);
}

/** The client has it already. */
export function unchanged(tag: string): HttpAnswer {
  return empty(304, { ETag: tag });
}

import { createHash } from 'node:crypto';

/** A ready-to-send answer: what every controller returns. Immutable, so it may be cached. */
export class HttpAnswer {
  readonly status: number;
  readonly body: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
  private tag: string | undefined;

  constructor(
    status: number,
    body: Buffer | undefined,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  /** Weak entity tag of the body, made when it is first asked for. */
  etag(): string {
    this.tag ??= `W/"${createHash('sha1')
      .update(this.body ?? '')
      .digest('base64url')}"`;
    return this.tag;
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

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

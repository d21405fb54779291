import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** The server under test. */
export interface Target {
  /** `http://host:port`, maybe with a path before `/v2`. */
  readonly url: string;
  /** Go with every request, for example `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Question {
  readonly method: string;
  /** Goes out as it stands: nothing is resolved or escaped. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The text as JSON; `undefined` when it is none. */
  readonly body: unknown;
}

const LIMIT_MS = 30_000;

/** Rejects when the server does not answer within 30 s. */
export async function exchange(target: Target, question: Question): Promise<Answer> {
  const response = await open(target, question);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    text,
    body: parse(text),
  };
}

/** Resolves when the head of the answer is there; the body is the caller's to read or destroy. */
export function open(target: Target, question: Question): Promise<IncomingMessage> {
  const { method, path, headers = {}, body } = question;
  const base = new URL(target.url);
  const bytes = body === undefined ? undefined : Buffer.from(asText(body));
  const ask = base.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = ask(
      {
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port === '' ? undefined : Number(base.port),
        method,
        path: base.pathname.replace(/\/+$/, '') + path,
        headers: withoutEmpty({
          ...defaultHeaders(bytes),
          ...target.headers,
          ...lowerCased(headers),
        }),
        agent: false,
        timeout: LIMIT_MS,
      },
      resolve,
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${LIMIT_MS} ms`)));
    sent.on('error', reject);
    sent.end(bytes);
  });
}

function headersOf(response: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(response.headersDistinct).map(([name, values = []]) => [
      name,
      values.join(', '),
    ]),
  );
}

function defaultHeaders(bytes: Buffer | undefined): Record<string, string> {
  if (bytes === undefined) return {};
  return { 'content-type': 'application/json', 'content-length': String(bytes.length) };
}

/** An empty value leaves the header out, also one that would be sent by itself. */
function withoutEmpty(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

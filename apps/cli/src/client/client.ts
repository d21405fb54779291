import { NoServer, Refusal } from './failures.js';
import type { ServerAddress } from './server-address.js';

const LIMIT_MS = 120_000;

export type Query = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** Below the server's address: `/v2/apps`. */
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  /** Parsed; `undefined` for an empty one. */
  readonly body: unknown;
  /** Of the deployment that the request started. */
  readonly deploymentId?: string;
  /** When the server sent it, by its own clock and to the second; milliseconds since 1970. */
  readonly at?: number;
}

/** Talks to the v2 API of one server. */
export class Client {
  readonly address: ServerAddress;

  constructor(address: ServerAddress) {
    this.address = address;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.ask({ method: 'GET', path, query }).then(({ body }) => body as T);
  }

  /** Like `get`, `undefined` where there is no such thing. */
  async find<T>(path: string, query: Query = {}): Promise<T | undefined> {
    try {
      return await this.get<T>(path, query);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Throws `Refusal` for an answer that is no success and `NoServer` for none. */
  async ask(request: Request): Promise<Answer> {
    const response = await this.send(request);
    const text = await this.reading(() => response.text());
    const body = parse(text);
    if (!response.ok) throw new Refusal(response.status, body);
    const deploymentId = response.headers.get('marathon-deployment-id') ?? deploymentOf(body);
    const at = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      body,
      ...(Number.isNaN(at) ? {} : { at }),
      ...(deploymentId === undefined ? {} : { deploymentId }),
    };
  }

  /** Hands on a text as it comes, until its end or until `signal`; throws as `ask` does. */
  async readText(
    path: string,
    query: Query,
    take: (text: string) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await this.send(
      { method: 'GET', path, query },
      { headers: { accept: 'text/plain, application/json' }, signal },
    );
    if (!response.ok) throw new Refusal(response.status, parse(await response.text()));
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        await take(decoder.decode(chunk as Uint8Array, { stream: true }));
      }
    } catch (error) {
      if (!signal.aborted) throw new NoServer(`the text broke off: ${reasonOf(error)}`);
    }
  }

  /** The raw response; the caller reads it. */
  async send(
    { method, path, query = {}, body }: Request,
    more: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal } = {},
  ): Promise<Response> {
    const { base, authorization } = this.address;
    return this.reading(() =>
      fetch(`${base}${path}${queryText(query)}`, {
        method,
        signal: more.signal ?? AbortSignal.timeout(LIMIT_MS),
        headers: {
          accept: 'application/json',
          'user-agent': 'ekiden',
          ...(authorization === undefined ? {} : { authorization }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...more.headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  }

  private async reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw new NoServer(
        `nothing answers at ${this.address.shown}: ${reasonOf(error)}`,
        [
          'start a service with `npm start`,',
          'or name another one with --url http://host:8080 or EKIDEN_URL',
        ],
        { cause: error },
      );
    }
  }
}

/** `/v2/apps` + `/shop/web`; every segment is escaped. */
export function pathOf(base: string, id: string): string {
  const segments = id.split('/').filter((segment) => segment !== '');
  return [base, ...segments.map((segment) => encodeURIComponent(segment))].join('/');
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === false) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) {
      parameters.append(name, one);
    }
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy's page: its beginning says enough.
    return {
      message: text
        .replace(/<[^>]*>|\s+/g, ' ')
        .trim()
        .slice(0, 200),
    };
  }
}

function deploymentOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('deploymentId' in body)) return undefined;
  return typeof body.deploymentId === 'string' ? body.deploymentId : undefined;
}

/** fetch says of everything below HTTP only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${LIMIT_MS / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED') return 'connection refused';
    if (code === 'ENOTFOUND') return 'there is no such host';
    return cause.message === '' ? (code ?? cause.name) : cause.message;
  }
  return error.message;
}

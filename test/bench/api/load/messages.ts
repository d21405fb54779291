/** Requests of one kind, sent by so many connections one after the other. */
export interface LoadOrder {
  readonly url: string;
  readonly connections: number;
  /** The paths in turn, over all connections. `@N@` becomes a number that was not used before. */
  readonly paths: readonly string[];
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** `@N@` as in paths. */
  readonly body?: string;
  /** Ends after so many seconds, or requests, whichever comes first. */
  readonly seconds: number;
  readonly requests?: number;
  /** Milliseconds between the beginnings of two requests of a connection; default none. */
  readonly everyMs?: number;
  readonly status?: number;
}

/** Rates and small answers are autocannon's, which costs less; large ones are only counted. */
export type Order =
  | { readonly kind: 'rate'; readonly load: LoadOrder }
  | { readonly kind: 'latency'; readonly load: LoadOrder }
  | {
      readonly kind: 'events';
      readonly url: string;
      readonly subscribers: number;
      readonly type: string;
    }
  | { readonly kind: 'endEvents' };

/** Milliseconds, but for the rate. */
export interface LoadResult {
  readonly requests: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Median time to the first byte. */
  readonly firstByte: number;
  readonly bytes: number;
  readonly failures: number;
}

/** Of every event: when the last subscriber had it. Milliseconds. */
export interface EventsResult {
  readonly events: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Events that some subscriber did not get. */
  readonly missing: number;
  readonly seconds: number;
}

export type Reply =
  | { readonly id: number; readonly result: LoadResult | EventsResult | undefined }
  | { readonly id: number; readonly fault: string };

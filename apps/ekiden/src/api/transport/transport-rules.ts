/** How requests are received, answered and handed on (docs/http.md). */
export interface TransportRules {
  readonly compression: boolean;
  /** Bytes of a request body. */
  readonly bodyLimit: number;
  /** `undefined` = any number. */
  readonly maxConcurrentRequests: number | undefined;
  /** Milliseconds that a client has for sending a whole request. */
  readonly receiveTimeoutMs: number;
  /** Secret. `undefined` = nobody is asked. */
  readonly credentials: { readonly user: string; readonly password: string } | undefined;
  readonly realm: string;
  /** Origins that may read answers; empty = none. */
  readonly allowedOrigins: readonly string[];
  readonly proxy: ProxyRules;
}

/** How a standby hands requests on. */
export interface ProxyRules {
  /** `host:port` of this service, as others know it. */
  readonly self: string;
  /** Milliseconds to wait for a leader while none is known. */
  readonly patienceMs: number;
  readonly connectTimeoutMs: number;
  /** Milliseconds between two pieces of an answer. */
  readonly readTimeoutMs: number;
  readonly maxOpenRequests: number;
}

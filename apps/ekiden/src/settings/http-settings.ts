/** How requests are received, answered and handed on. */
export interface HttpSettings {
  /** Whether answers are compressed for clients that take it. */
  readonly httpCompression: boolean;
  /** Largest request body, in mebibytes. */
  readonly httpBodyLimitMb: number;
  /** `undefined` = any number. */
  readonly httpMaxConcurrentRequests: number | undefined;
  /** How long a client may take to send a request. */
  readonly httpReceiveTimeoutSeconds: number;
  /** Secret. `undefined` = nobody is asked who they are. */
  readonly httpCredentials: HttpCredentials | undefined;
  /** What clients are told the credentials are for. */
  readonly httpRealm: string;
  /** Origins whose pages may read answers; empty = none. */
  readonly allowedOrigins: readonly string[];
  /** Where other services on the same database forward requests to; `undefined` = see its setting. */
  readonly advertisedAddress: string | undefined;
  readonly proxyConnectTimeoutSeconds: number;
  readonly proxyReadTimeoutSeconds: number;
  /** Requests, event streams not counted, that a standby has under way to the leader. */
  readonly proxyMaxOpenRequests: number;
}

export interface HttpCredentials {
  readonly user: string;
  readonly password: string;
}

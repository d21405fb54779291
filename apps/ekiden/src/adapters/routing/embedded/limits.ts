/** What one router takes at most. */
export interface RouterLimits {
  /** Clients at a time; more are not let in. */
  readonly clientsMax: number;
  /** Head of a request or a response. */
  readonly headerBytesMax: number;
  /** Until a backend has taken a connection. */
  readonly connectMs: number;
  /** From a request to the head of its response; then the client is told 504. */
  readonly responseMs: number;
  /** Between two pieces of a response's body; then it is cut. */
  readonly silenceMs: number;
}

export const LIMITS: RouterLimits = {
  clientsMax: 10_000,
  headerBytesMax: 32 * 1024,
  connectMs: 3_000,
  responseMs: 300_000,
  silenceMs: 3_600_000,
};

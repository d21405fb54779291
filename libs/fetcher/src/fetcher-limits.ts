import { millis, seconds, type Millis } from '@ekiden/kernel';

/** Bounds of a fetcher; sizes in bytes. */
export interface FetcherLimits {
  /** From the request to the connection (with TLS: to the end of its handshake). */
  readonly connectTimeout: Millis;
  /** Without a byte from the server (Mesos's `fetcher_stall_timeout`). */
  readonly idleTimeout: Millis;
  /** For one attempt, redirects included. */
  readonly overallTimeout: Millis;
  readonly redirectsMax: number;
  /** Attempts per download; only network errors and statuses from 500 on are tried again. */
  readonly attemptsMax: number;
  /** Pause before the second attempt; three times as long before each further one. */
  readonly retryAfter: Millis;
  /** Of one downloaded file. */
  readonly fileBytesMax: number;
  /** Of all that one archive holds. */
  readonly extractedBytesMax: number;
  /** Files, folders and links in one archive. */
  readonly entriesMax: number;
  /** Of all cached files together (Mesos's `fetcher_cache_size`). */
  readonly cacheBytesMax: number;
}

const GIB = 2 ** 30;

export const FETCHER_LIMITS: FetcherLimits = {
  connectTimeout: seconds(15),
  idleTimeout: seconds(60),
  overallTimeout: seconds(1_800),
  redirectsMax: 10,
  attemptsMax: 3,
  retryAfter: millis(500),
  fileBytesMax: 4 * GIB,
  extractedBytesMax: 16 * GIB,
  entriesMax: 200_000,
  cacheBytesMax: 2 * GIB,
};

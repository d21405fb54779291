export type { FetcherLog } from './fetcher-log.js';
export { FETCHER_LIMITS, type FetcherLimits } from './fetcher-limits.js';
export { Fetcher, type FetcherOptions } from './fetcher.js';

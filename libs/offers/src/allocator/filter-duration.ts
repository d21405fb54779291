import { millis, seconds, type Millis } from '@ekiden/kernel';

const DEFAULT_SECONDS = 5;
const MAX_SECONDS = 31_536_000;

/**
 * How long a filter lives (offer-core 1.5): absent, negative or no number = 5 s, at most 365 days,
 * 0 = no filter.
 */
export function filterDuration(refuseSeconds: number | undefined): Millis {
  if (refuseSeconds === undefined || Number.isNaN(refuseSeconds) || refuseSeconds < 0) {
    return seconds(DEFAULT_SECONDS);
  }
  return millis(Math.min(refuseSeconds, MAX_SECONDS) * 1000);
}

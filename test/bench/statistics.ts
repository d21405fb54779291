import { assert, present } from '@ekiden/kernel';

/** Between the two values nearest to it, in proportion; `share` is 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  assert(values.length > 0, 'a quantile of nothing');
  assert(share >= 0 && share <= 1, `quantile ${share}`);
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = present(sorted[Math.floor(at)], 'a value below');
  const above = present(sorted[Math.ceil(at)], 'a value above');
  return below + (above - below) * (at - Math.floor(at));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * How far the middle half of the values lies apart, as a share of the median. Like the median that
 * is published, it does not move for one disturbed round; it does when every other one is.
 */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  const width = quantile(values, 0.75) - quantile(values, 0.25);
  return width === 0 ? 0 : width / Math.abs(middle);
}

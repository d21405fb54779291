/** HAProxy's own limit. */
const WEIGHT_MAX = 256;

/**
 * Weights as whole numbers up to 256, in the same proportions as far as those allow. What has any
 * weight at all keeps at least 1.
 */
export function wholeWeights(weights: readonly number[]): readonly number[] {
  const largest = Math.max(0, ...weights);
  const fit = weights.every((weight) => Number.isInteger(weight)) && largest <= WEIGHT_MAX;
  if (fit) return weights;
  const scale = WEIGHT_MAX / largest;
  return weights.map((weight) => (weight > 0 ? Math.max(1, Math.round(weight * scale)) : 0));
}

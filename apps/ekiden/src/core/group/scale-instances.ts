/** More instances than any app may ask for. */
export const INSTANCES_MAX = 2_147_483_647;

/**
 * `instances` times `factor`, rounded up, in decimal arithmetic: 10 x 1.1 is 11, where binary
 * fractions would give 12. `factor` is finite and not negative; the answer may exceed
 * `INSTANCES_MAX`.
 */
export function scaleInstances(instances: number, factor: number): number {
  const [mantissa = '0', power = '0'] = factor.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const exponent = Number(power) - fraction.length;
  const product = BigInt(instances) * BigInt(whole + fraction);
  if (exponent >= 0) return Number(product * 10n ** BigInt(exponent));
  const divisor = 10n ** BigInt(-exponent);
  return Number((product + divisor - 1n) / divisor);
}

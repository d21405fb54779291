/** A limit on the value itself or on its ratio to the reference of the same run. */
export interface Bound {
  readonly of: 'value' | 'ratio';
  readonly sign: '<=' | '>=';
  readonly limit: number;
}

/** The value, or the ratio, is no larger. */
export const atMost = (of: Bound['of'], limit: number): Bound => ({ of, sign: '<=', limit });

/** The value, or the ratio, is no smaller. */
export const atLeast = (of: Bound['of'], limit: number): Bound => ({ of, sign: '>=', limit });

/** `undefined` when a bound is on the ratio and there is no reference to compare with. */
export function holds(
  bounds: readonly Bound[],
  value: number,
  ratio: number | undefined,
): boolean | undefined {
  const each = bounds.map(({ of, sign, limit }) => {
    const actual = of === 'value' ? value : ratio;
    if (actual === undefined) return undefined;
    return sign === '<=' ? actual <= limit : actual >= limit;
  });
  if (each.includes(false)) return false;
  return each.includes(undefined) ? undefined : true;
}

/** `ratio >= 0.25 and value >= 2000`. */
export function textOf(bounds: readonly Bound[]): string {
  return bounds.map(({ of, sign, limit }) => `${of} ${sign} ${limit}`).join(' and ');
}

import type { Brand, Result } from '@ekiden/kernel';

import { formatAmounts, readAmounts } from './amounts-text.js';
import { toMilli, type Milli } from './milli.js';
import type { Quantities, Quantity } from './quantities.js';
import { scan, type TextError } from './scanner.js';

/**
 * Upper bounds by name, sorted by name. A name that is absent is unbounded; a bound of 0 is a bound
 * (offer-core 1.1: the difference to {@link Quantities}, where absent means 0).
 */
export type ResourceLimits = Brand<readonly Quantity[], 'ResourceLimits'>;

export const NO_LIMITS: ResourceLimits = [] as readonly Quantity[] as ResourceLimits;

/** From bounds in units: `limits({ cpus: 2, gpus: 0 })`. Bounds below 0 count as 0. */
export function limits(units: Readonly<Record<string, number>>): ResourceLimits {
  return sorted(
    Object.entries(units).map(([name, value]) => ({ name, milli: toMilli(Math.max(0, value)) })),
  );
}

/** Amounts as bounds. A name that has none is unbounded, not bounded by 0. */
export function limitsOf(amounts: Quantities): ResourceLimits {
  return amounts as readonly Quantity[] as ResourceLimits;
}

/** Reads `cpus:2;gpus:0`; a name has one bound. */
export function parseLimits(text: string): Result<ResourceLimits, TextError> {
  return scan(text, (scanner) => {
    const found = new Map<string, Quantity>();
    for (const { name, milli, position } of readAmounts(scanner)) {
      if (found.has(name)) scanner.fail(`${name} has one limit`, position);
      found.set(name, { name, milli });
    }
    return sorted([...found.values()]);
  });
}

/** The inverse of {@link parseLimits}. */
export function formatLimits(bounds: ResourceLimits): string {
  return formatAmounts(bounds);
}

/** `undefined` = unbounded. */
export function limitOf(bounds: ResourceLimits, name: string): Milli | undefined {
  for (const entry of bounds) if (entry.name === name) return entry.milli;
  return undefined;
}

/** What remains of the bounds when so much is used: never below 0, and no bound goes away. */
export function subtractFromLimits(bounds: ResourceLimits, used: Quantities): ResourceLimits {
  let left: Quantity[] | undefined;
  let j = 0;
  for (let i = 0; i < bounds.length; i += 1) {
    const bound = bounds[i];
    if (bound === undefined) break;
    let amount = j < used.length ? used[j] : undefined;
    while (amount !== undefined && amount.name < bound.name) {
      j += 1;
      amount = j < used.length ? used[j] : undefined;
    }
    if (amount === undefined) break;
    if (amount.name !== bound.name || bound.milli === 0) continue;
    left ??= bounds.slice();
    left[i] = { name: bound.name, milli: Math.max(0, bound.milli - amount.milli) as Milli };
  }
  return left === undefined ? bounds : (left as readonly Quantity[] as ResourceLimits);
}

/** Whether no amount exceeds its bound. */
export function fitsLimits(bounds: ResourceLimits, amounts: Quantities): boolean {
  let j = 0;
  for (const bound of bounds) {
    let amount = j < amounts.length ? amounts[j] : undefined;
    while (amount !== undefined && amount.name < bound.name) {
      j += 1;
      amount = j < amounts.length ? amounts[j] : undefined;
    }
    if (amount === undefined) return true;
    if (amount.name === bound.name && amount.milli > bound.milli) return false;
  }
  return true;
}

function sorted(entries: Quantity[]): ResourceLimits {
  const byName = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return byName as readonly Quantity[] as ResourceLimits;
}

import type { Brand, Result } from '@ekiden/kernel';
import { err, ok } from '@ekiden/kernel';

import { formatMilli, parseMilli, toMilli, type Milli } from './milli.js';
import { quantityOfResource, type Resources } from './resource.js';
import type { TextError } from './text.js';

export interface Quantity {
  readonly name: string;
  readonly milli: Milli;
}

/**
 * Amounts by name without any identity: what fair shares, minimums and asks are counted in. A
 * small vector sorted by name; a name that is absent has 0, and entries of 0 are left out
 * (offer-core 1.1). Ranges and sets count their members (2 ports = 2.000).
 */
export type Quantities = Brand<readonly Quantity[], 'Quantities'>;

export const NO_QUANTITIES: Quantities = [] as readonly Quantity[] as Quantities;

/** From amounts in units: `quantities({ cpus: 0.5, mem: 128 })`. Amounts below 0 count as 0. */
export function quantities(units: Readonly<Record<string, number>>): Quantities {
  return sorted(Object.entries(units).map(([name, value]) => ({ name, milli: toMilli(value) })));
}

/** Reads `cpus:0.01;mem:32`. */
export function parseQuantities(text: string): Result<Quantities, TextError> {
  const found: Quantity[] = [];
  let position = 0;
  for (const part of text.split(';')) {
    const colon = part.indexOf(':');
    const name = part.slice(0, Math.max(0, colon)).trim();
    const amount = parseMilli(part.slice(colon + 1).trim());
    if (part.trim() !== '') {
      if (name === '') return err({ position, rule: 'expected name:amount' });
      if (amount === undefined) {
        return err({ position: position + colon + 1, rule: 'the amount must be a decimal >= 0' });
      }
      found.push({ name, milli: amount });
    }
    position += part.length + 1;
  }
  return ok(sorted(found));
}

export function formatQuantities(amounts: Quantities): string {
  return amounts.map((entry) => `${entry.name}:${formatMilli(entry.milli)}`).join(';');
}

/** All objects of a name together, whatever they are reserved for. */
export function quantitiesOf(resources: Resources): Quantities {
  return collect(resources, () => true);
}

/** Scalars only: what fair shares count. */
export function scalarQuantitiesOf(resources: Resources): Quantities {
  return collect(resources, (type) => type === 'SCALAR');
}

export function quantityOf(amounts: Quantities, name: string): Milli {
  for (const entry of amounts) if (entry.name === name) return entry.milli;
  return 0 as Milli;
}

export function addQuantities(a: Quantities, b: Quantities): Quantities {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return combine(a, b, (x, y) => x + y);
}

/** `a - b`, never below 0 (saturating, as Mesos's ResourceQuantities). */
export function subtractQuantities(a: Quantities, b: Quantities): Quantities {
  if (b.length === 0) return a;
  return combine(a, b, (x, y) => Math.max(0, x - y));
}

/** Whether `outer` has at least every amount of `inner`. */
export function coversQuantities(outer: Quantities, inner: Quantities): boolean {
  return shortOf(outer, inner) === undefined;
}

/** The first amount of `inner` that `outer` does not have. */
export function shortOf(
  outer: Quantities,
  inner: Quantities,
): { readonly name: string; readonly wanted: Milli; readonly available: Milli } | undefined {
  let i = 0;
  for (const wanted of inner) {
    let there = outer[i];
    while (there !== undefined && there.name < wanted.name) {
      i += 1;
      there = outer[i];
    }
    const available = there?.name === wanted.name ? there.milli : (0 as Milli);
    if (available < wanted.milli) return { name: wanted.name, wanted: wanted.milli, available };
  }
  return undefined;
}

/** Objects are sorted by name, so equal names are neighbours. */
function collect(resources: Resources, counts: (type: string) => boolean): Quantities {
  const amounts: Quantity[] = [];
  for (const object of resources) {
    if (!counts(object.type)) continue;
    const last = amounts.at(-1);
    const amount = quantityOfResource(object);
    if (last?.name === object.name) {
      amounts[amounts.length - 1] = { name: last.name, milli: (last.milli + amount) as Milli };
    } else {
      amounts.push({ name: object.name, milli: amount });
    }
  }
  return amounts as readonly Quantity[] as Quantities;
}

function sorted(entries: readonly Quantity[]): Quantities {
  let sum: Quantities = NO_QUANTITIES;
  for (const entry of entries) {
    if (entry.milli > 0) sum = addQuantities(sum, [entry] as readonly Quantity[] as Quantities);
  }
  return sum;
}

function combine(
  a: Quantities,
  b: Quantities,
  amount: (x: number, y: number) => number,
): Quantities {
  const result: Quantity[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const x = a[i];
    const y = b[j];
    if (x === undefined && y === undefined) break;
    const takeX = x !== undefined && (y === undefined || x.name <= y.name);
    const takeY = y !== undefined && (x === undefined || y.name <= x.name);
    const name = (takeX ? x.name : y?.name) ?? '';
    const value = amount(takeX ? x.milli : 0, takeY ? y.milli : 0);
    if (value > 0) result.push({ name, milli: value as Milli });
    if (takeX) i += 1;
    if (takeY) j += 1;
  }
  return result as readonly Quantity[] as Quantities;
}

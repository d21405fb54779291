import type { Brand, Result } from '@ekiden/kernel';

import { formatAmounts, readAmounts } from './amounts-text.js';
import { toMilli, type Milli } from './milli.js';
import { quantityOfResource, type Resources } from './resource.js';
import { scan, type TextError } from './scanner.js';

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

/** Reads `cpus:0.01;mem:32`; amounts of one name add up. */
export function parseQuantities(text: string): Result<Quantities, TextError> {
  return scan(text, (scanner) =>
    sorted(readAmounts(scanner).map(({ name, milli }) => ({ name, milli }))),
  );
}

/** The inverse of {@link parseQuantities}. */
export function formatQuantities(amounts: Quantities): string {
  return formatAmounts(amounts);
}

/** All objects of a name together, whatever they are reserved for. */
export function quantitiesOf(resources: Resources): Quantities {
  return collect(resources, false);
}

/** Scalars only: what fair shares count. */
export function scalarQuantitiesOf(resources: Resources): Quantities {
  return collect(resources, true);
}

export function quantityOf(amounts: Quantities, name: string): Milli {
  for (const entry of amounts) if (entry.name === name) return entry.milli;
  return 0 as Milli;
}

export function addQuantities(a: Quantities, b: Quantities): Quantities {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const sum: Quantity[] = [];
  let i = 0;
  let j = 0;
  let x = a[0];
  let y = b[0];
  while (x !== undefined || y !== undefined) {
    if (y === undefined || (x !== undefined && x.name < y.name)) {
      if (x !== undefined) sum.push(x);
      x = ++i < a.length ? a[i] : undefined;
    } else if (x === undefined || y.name < x.name) {
      sum.push(y);
      y = ++j < b.length ? b[j] : undefined;
    } else {
      sum.push({ name: x.name, milli: (x.milli + y.milli) as Milli });
      x = ++i < a.length ? a[i] : undefined;
      y = ++j < b.length ? b[j] : undefined;
    }
  }
  return sum as readonly Quantity[] as Quantities;
}

/** `a - b`, never below 0 (saturating, as Mesos's ResourceQuantities). */
export function subtractQuantities(a: Quantities, b: Quantities): Quantities {
  if (a.length === 0 || b.length === 0) return a;
  const left: Quantity[] = [];
  let j = 0;
  for (const x of a) {
    let y = j < b.length ? b[j] : undefined;
    while (y !== undefined && y.name < x.name) {
      j += 1;
      y = j < b.length ? b[j] : undefined;
    }
    if (y?.name !== x.name) left.push(x);
    else if (x.milli > y.milli) left.push({ name: x.name, milli: (x.milli - y.milli) as Milli });
  }
  return left as readonly Quantity[] as Quantities;
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
  if (outer === inner) return undefined;
  let i = 0;
  for (const wanted of inner) {
    let there = i < outer.length ? outer[i] : undefined;
    while (there !== undefined && there.name < wanted.name) {
      i += 1;
      there = i < outer.length ? outer[i] : undefined;
    }
    const available = there?.name === wanted.name ? there.milli : (0 as Milli);
    if (available < wanted.milli) return { name: wanted.name, wanted: wanted.milli, available };
  }
  return undefined;
}

/** Whether a bag has at least every amount, all objects of a name together (offer-core 1.1). */
export function containsQuantities(resources: Resources, amounts: Quantities): boolean {
  let i = 0;
  for (const wanted of amounts) {
    let missing: number = wanted.milli;
    let object = i < resources.length ? resources[i] : undefined;
    while (object !== undefined && object.name <= wanted.name) {
      if (object.name === wanted.name) missing -= quantityOfResource(object);
      i += 1;
      object = i < resources.length ? resources[i] : undefined;
    }
    if (missing > 0) return false;
  }
  return true;
}

/** Objects are sorted by name, so equal names are neighbours. */
function collect(resources: Resources, scalarsOnly: boolean): Quantities {
  const amounts: { readonly name: string; milli: Milli }[] = [];
  let last: (typeof amounts)[number] | undefined;
  for (const object of resources) {
    if (scalarsOnly && object.type !== 'SCALAR') continue;
    const amount = object.type === 'SCALAR' ? object.milli : quantityOfResource(object);
    if (last?.name === object.name) {
      last.milli = (last.milli + amount) as Milli;
    } else {
      last = { name: object.name, milli: amount };
      amounts.push(last);
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

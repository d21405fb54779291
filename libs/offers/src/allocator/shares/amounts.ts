import type { Milli, Quantities, Quantity, Resource, Resources } from '../../resources/index.js';

/**
 * Amounts of scalar resources in thousandths, by the number {@link ScalarNames} gave the name. Fair
 * shares, quotas and headroom are sums over thousands of agents, so they are kept as plain vectors:
 * adding one costs a few instructions. A missing entry is 0.
 */
export type Amounts = number[];

export type ReadonlyAmounts = readonly number[];

export const NO_AMOUNTS: ReadonlyAmounts = [];

/** Sums that are remembered; a power of two. */
const PLACES = 256;

const SPREAD = 0x01000193;

/** Numbers the names of scalar resources; there are few, and a name keeps its number for good. */
export class ScalarNames {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[] = [];
  /** Sums that were asked for; what comes later takes the place. */
  private readonly known = new Array<ReadonlyAmounts | undefined>(PLACES).fill(undefined);

  number(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.names.length;
    this.numbers.set(name, number);
    this.names.push(name);
    return number;
  }

  name(number: number): string {
    return this.names[number] ?? '';
  }

  /** Sums the scalars of a bag that `counts` lets through. */
  amounts(resources: Resources, counts?: (object: Resource) => boolean): Amounts {
    let sum: Amounts | undefined;
    for (const object of resources) {
      if (object.type !== 'SCALAR') continue;
      if (counts !== undefined && !counts(object)) continue;
      // Most have these four; an array that grows from nothing takes room for seventeen.
      sum ??= [0, 0, 0, 0];
      addAt(sum, this.number(object.name), object.milli);
    }
    return sum ?? [];
  }

  /** As `amounts`, but equal sums are mostly one vector: tasks and agents come in few sizes. */
  sums(resources: Resources, counts?: (object: Resource) => boolean): ReadonlyAmounts {
    let hash = 0;
    let count = 0;
    for (const object of resources) {
      if (object.type !== 'SCALAR' || counts?.(object) === false) continue;
      hash = Math.imul(hash ^ object.milli, SPREAD);
      count += 1;
    }
    if (count === 0) return NO_AMOUNTS;
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1);
    const there = this.known[place];
    if (there !== undefined && this.isSum(there, resources, counts)) return there;
    const sum = this.amounts(resources, counts);
    this.known[place] = sum;
    return sum;
  }

  /** Known only where no name comes twice, which would stand side by side: mostly none does. */
  private isSum(
    amounts: ReadonlyAmounts,
    resources: Resources,
    counts: ((object: Resource) => boolean) | undefined,
  ): boolean {
    let left = 0;
    for (const milli of amounts) if (milli > 0) left += 1;
    let last: string | undefined;
    for (const object of resources) {
      if (object.type !== 'SCALAR' || counts?.(object) === false) continue;
      if (object.name === last || amounts[this.number(object.name)] !== object.milli) return false;
      last = object.name;
      left -= 1;
    }
    return left === 0;
  }

  amountsOf(quantities: readonly Quantity[]): Amounts {
    const sum: Amounts = [];
    for (const { name, milli } of quantities) addAt(sum, this.number(name), milli);
    return sum;
  }

  /** For reports; amounts of 0 are left out. */
  quantities(amounts: ReadonlyAmounts): Quantities {
    const entries: Quantity[] = [];
    for (const [number, milli] of amounts.entries()) {
      if (milli > 0) entries.push({ name: this.name(number), milli: milli as Milli });
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries as readonly Quantity[] as Quantities;
  }
}

function addAt(target: Amounts, number: number, milli: number): void {
  while (target.length <= number) target.push(0);
  target[number] = (target[number] as number) + milli;
}

/** `target += amounts`. Nothing but sums inside: with a check for holes every sum would be boxed. */
export function add(target: Amounts, amounts: ReadonlyAmounts): void {
  while (target.length < amounts.length) target.push(0);
  for (let i = 0; i < amounts.length; i += 1) {
    target[i] = (target[i] as number) + (amounts[i] as number);
  }
}

/** `target -= amounts`; what is subtracted was added before. */
export function subtract(target: Amounts, amounts: ReadonlyAmounts): void {
  while (target.length < amounts.length) target.push(0);
  for (let i = 0; i < amounts.length; i += 1) {
    target[i] = (target[i] as number) - (amounts[i] as number);
  }
}

/** `a - b` name by name, never below 0. */
export function excess(a: ReadonlyAmounts, b: ReadonlyAmounts): Amounts {
  const rest: Amounts = [];
  for (let i = 0; i < a.length; i += 1) {
    const left = (a[i] ?? 0) - (b[i] ?? 0);
    rest.push(left > 0 ? left : 0);
  }
  return rest;
}

export function isNothing(amounts: ReadonlyAmounts): boolean {
  for (const milli of amounts) if (milli > 0) return false;
  return true;
}

export function equalAmounts(a: ReadonlyAmounts, b: ReadonlyAmounts): boolean {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i += 1) if ((a[i] ?? 0) !== (b[i] ?? 0)) return false;
  return true;
}

/** Whether amounts have at least one of these sets wholly. */
export function coverAny(amounts: ReadonlyAmounts, sets: readonly ReadonlyAmounts[]): boolean {
  for (const set of sets) {
    let covered = true;
    for (let i = 0; covered && i < set.length; i += 1) {
      covered = (amounts[i] ?? 0) >= (set[i] ?? 0);
    }
    if (covered) return true;
  }
  return false;
}

import {
  describeExplanation,
  filterResources,
  isReserved,
  isRevocable,
  NO_QUANTITIES,
  limitOf,
  quantityOf,
  scalarQuantitiesOf,
  type Explanation,
  type FrameworkId,
  type Milli,
  type Quantities,
  type Resources,
  type RoleBooks,
} from '@ekiden/offers';
import type { AllocatorRefusal } from './ask-allocator.js';

/**
 * What quotas leave roles while one instance after the other takes its part: the limits of a role
 * and of all above it, and what is free less what others are promised (ADR 0021). A thing on paper:
 * the allocator decides in the end, by the same numbers.
 */
export class QuotaRoom {
  private readonly books: ReadonlyMap<string, RoleBooks>;
  /** Taken on paper, by role and what is above it. */
  private readonly taken = new Map<string, Map<string, number>>();
  private readonly promises: readonly RoleBooks[];
  private readonly free = new Map<string, number>();

  /** `free` = all that no agent has given away. */
  constructor(roles: readonly RoleBooks[], free: Iterable<Resources>) {
    this.books = new Map(roles.map((each) => [each.role, each]));
    this.promises = roles.filter(({ quota }) => (quota?.guarantees.length ?? 0) > 0);
    if (this.promises.length === 0) return;
    for (const resources of free) this.addFree(openOf(resources), 1);
  }

  /** Books what an instance takes for its role; or what refuses it, and nothing is booked then. */
  take(role: string, resources: Resources): AllocatorRefusal | undefined {
    const amounts = openOf(resources);
    const refusal = this.overLimit(role, amounts) ?? this.promised(role, amounts);
    if (refusal !== undefined) return asRefusal(refusal, role);
    this.book(role, amounts, 1);
    return undefined;
  }

  give(role: string, resources: Resources): void {
    this.book(role, openOf(resources), -1);
  }

  /** Somebody will take as much who has it kept free already. */
  keep(role: string, amounts: Quantities): void {
    this.count(role, amounts, 1);
  }

  private book(role: string, amounts: Quantities, sign: 1 | -1): void {
    this.count(role, amounts, sign);
    if (this.promises.length > 0) this.addFree(amounts, sign === 1 ? -1 : 1);
  }

  private count(role: string, amounts: Quantities, sign: 1 | -1): void {
    for (const path of pathOf(role)) {
      const sums = this.taken.get(path) ?? new Map<string, number>();
      this.taken.set(path, sums);
      for (const { name, milli } of amounts) sums.set(name, (sums.get(name) ?? 0) + sign * milli);
    }
  }

  private addFree(amounts: Quantities, sign: 1 | -1): void {
    for (const { name, milli } of amounts) {
      this.free.set(name, (this.free.get(name) ?? 0) + sign * milli);
    }
  }

  private consumed({ role, consumed }: RoleBooks, name: string): number {
    return quantityOf(consumed, name) + (this.taken.get(role)?.get(name) ?? 0);
  }

  private overLimit(role: string, amounts: Quantities): Explanation | undefined {
    for (const path of pathOf(role)) {
      const books = this.books.get(path);
      if (books?.quota === undefined) continue;
      for (const { name, milli } of amounts) {
        const limit = limitOf(books.quota.limits, name);
        const consumed = this.consumed(books, name);
        if (limit === undefined || consumed + milli <= limit) continue;
        return { kind: 'limit', role: path, name, limit, consumed: consumed as Milli };
      }
    }
    return undefined;
  }

  /** What is free for all and needed for promises to others, unless it is promised to this role. */
  private promised(role: string, amounts: Quantities): Explanation | undefined {
    if (this.promises.length === 0) return undefined;
    const own = new Set(pathOf(role));
    for (const { name, milli } of amounts) {
      const missing = (books: RoleBooks): number =>
        Math.max(
          0,
          quantityOf(books.quota?.guarantees ?? NO_QUANTITIES, name) - this.consumed(books, name),
        );
      const due = Math.max(0, ...this.promises.filter((one) => own.has(one.role)).map(missing));
      const required = this.promises
        .filter((one) => !own.has(one.role) && !this.isBelowPromise(one.role))
        .reduce((sum, one) => sum + missing(one), 0);
      const available = this.free.get(name) ?? 0;
      if (required === 0 || milli <= due || available - milli >= required) continue;
      return {
        kind: 'headroom',
        name,
        required: required as Milli,
        available: available as Milli,
      };
    }
    return undefined;
  }

  /** What a role above it is promised holds for it, too, and is counted once. */
  private isBelowPromise(role: string): boolean {
    return this.promises.some((other) => role.startsWith(`${other.role}/`));
  }
}

/** What counts against quotas: scalars that nobody has reserved. */
function openOf(resources: Resources): Quantities {
  return scalarQuantitiesOf(
    filterResources(resources, (object) => !isReserved(object) && !isRevocable(object)),
  );
}

/** `a/b/c`: itself and all above it. */
function pathOf(role: string): readonly string[] {
  const parts = role.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

function asRefusal(explanation: Explanation, role: string): AllocatorRefusal {
  const pair = { framework: '' as FrameworkId, role, agent: '' };
  const { message } = describeExplanation(explanation, pair);
  return { by: 'allocator', gate: explanation.kind, message };
}

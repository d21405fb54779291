import type { Brand } from '@ekiden/kernel';

import type { DiskInfo } from './disk.js';
import type { Milli } from './milli.js';
import { countRanges, type Ranges } from './ranges.js';
import type { Reservation } from './reservation.js';

interface ResourceIdentity {
  readonly name: string;
  /** The owner: `*`, or the role path at the top of the reservation stack. */
  readonly role: string;
  /**
   * The stack, bottom first. Absent when `role` says it all: unreserved, or one STATIC reservation
   * for `role` without principal and labels.
   */
  readonly reservations?: readonly Reservation[];
  /** Scalars only. */
  readonly disk?: DiskInfo;
  /** May be taken back at any time; never reserved dynamically, never a volume. */
  readonly revocable?: true;
  /** Copies, at least 1, of a persistent volume several may have at once. The size counts once. */
  readonly shared?: number;
  /** The resource provider it comes from, when that is not the agent itself. */
  readonly providerId?: string;
}

export interface ScalarResource extends ResourceIdentity {
  readonly type: 'SCALAR';
  readonly milli: Milli;
}

export interface RangesResource extends ResourceIdentity {
  readonly type: 'RANGES';
  readonly ranges: Ranges;
}

export interface SetResource extends ResourceIdentity {
  readonly type: 'SET';
  /** Sorted, each once. */
  readonly items: readonly string[];
}

/**
 * One resource object. Two objects are the same resource, and add up, only when `compareIdentity`
 * finds no difference in name, reservation stack, type, disk, revocable, shared and provider
 * (offer-core 1.1). Optional fields are present only when they say more, so an object of a plain
 * resource is as small as it can be.
 */
export type Resource = ScalarResource | RangesResource | SetResource;

/**
 * The resources of one agent, offer or task: an immutable bag in canonical form (sorted by
 * identity; one object each, but for indivisible ones, which stand side by side; none empty).
 * Plain JSON data, so rows that hold it need no codec, and equal bags are deeply equal.
 */
export type Resources = Brand<readonly Resource[], 'Resources'>;

export const NO_RESOURCES: Resources = [] as readonly Resource[] as Resources;

/** For functions of this folder whose result is canonical by construction. */
export function canonical(bag: readonly Resource[]): Resources {
  return bag as Resources;
}

export function isEmptyResource(object: Resource): boolean {
  if (object.shared === 0) return true;
  switch (object.type) {
    case 'SCALAR':
      return object.milli <= 0;
    case 'RANGES':
      return object.ranges.length === 0;
    case 'SET':
      return object.items.length === 0;
  }
}

/**
 * How much of it there is: the amount, or the number of integers or items, in thousandths. Copies
 * of a shared object count once.
 */
export function quantityOfResource(object: Resource): Milli {
  switch (object.type) {
    case 'SCALAR':
      return object.milli;
    case 'RANGES':
      return (countRanges(object.ranges) * 1000) as Milli;
    case 'SET':
      return (object.items.length * 1000) as Milli;
  }
}

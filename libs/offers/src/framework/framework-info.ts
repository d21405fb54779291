import type { Brand, Millis } from '@ekiden/kernel';

import type { Quantities } from '../resources/index.js';
import type { FrameworkCapability } from './capabilities.js';
import type { OfferConstraints } from './offer-constraints.js';

/** Kept for life: to subscribe again with it is to fail over (offer-core 1.4). */
export type FrameworkId = Brand<string, 'FrameworkId'>;

/** Who a framework is and for which roles it wants offers (offer-core 1.4). Plain JSON data. */
export interface FrameworkInfo {
  readonly id: FrameworkId;
  readonly name: string;
  /** Role paths (`eng/web`), at least one, each once; `*` is the default role. */
  readonly roles: readonly string[];
  readonly principal?: string;
  /** MULTI_ROLE goes without saying. */
  readonly capabilities?: readonly FrameworkCapability[];
  /**
   * Roles suppressed from now on: no offers there until it revives or unsuppresses them. Absent =
   * none: a new subscription says all of it, as in Mesos.
   */
  readonly suppressedRoles?: readonly string[];
  /** By role; a role that is not named is unconstrained. */
  readonly offerConstraints?: Readonly<Record<string, OfferConstraints>>;
  /** How long its tasks outlive its connection; after that they are killed. */
  readonly failoverTimeout: Millis;
  /**
   * By role: what an offer must hold at least one of, instead of the allocator's own minimum. An
   * empty list lets anything pass (offer-core 2.6).
   */
  readonly minimumAllocatable?: Readonly<Record<string, readonly Quantities[]>>;
}

/**
 * What a framework still needs under one role: `count` more of `shape`. Asks bind frameworks with
 * the capability ASKS: they are offered what one of their asks fits, and nothing without asks. They
 * stand in for Mesos's REQUEST, which its allocator ignores (offer-core 5.2, O1).
 */
export interface Ask {
  /** Names the ask within its framework. */
  readonly id: string;
  readonly role: string;
  /** What one task needs; ports count as numbers (2 ports = 2). */
  readonly shape: Quantities;
  /** Whole, >= 0; 0 is the same as leaving the ask out. */
  readonly count: number;
  /** Agents that do not meet them are not offered for this ask. */
  readonly constraints?: OfferConstraints;
  /**
   * All or nothing: offers come only when so many fit into the pool at the same time, and then
   * together. Whole, 2 to `count`; absent = one by one.
   */
  readonly gang?: number;
  /**
   * Asks of a higher priority that cannot be met have holders of a lower one asked to leave, with
   * notice. Whole; default 0.
   */
  readonly priority?: number;
}

const COMPONENT = /^(?!-)[^\s/\\\b]+$/;

/** The rule a role path breaks (offer-core 1.3), or `undefined` when it is a valid one. */
export function roleViolation(role: string): string | undefined {
  if (role === '*') return undefined;
  for (const component of role.split('/')) {
    if (component === '.' || component === '..' || component === '*') {
      return `${role}: a role component cannot be ${component}`;
    }
    if (!COMPONENT.test(component)) {
      return `${role}: role components are words that do not begin with -, separated by /`;
    }
  }
  return undefined;
}

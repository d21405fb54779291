import type { FrameworkId, RoleBooks } from '@ekiden/offers';
import type { Look, StateView } from '../turn/index.js';
import { shownQuantities } from './amounts.js';

/** A role as operators see it: what it may have, what it has, who is in it. Amounts in units. */
export interface RoleView {
  readonly role: string;
  readonly weight: number;
  readonly quota: RoleQuota | undefined;
  readonly consumed: Readonly<Record<string, number>>;
  readonly reserved: Readonly<Record<string, number>>;
  readonly allocated: Readonly<Record<string, number>>;
  /** Dominant share of the whole pool, before the weight: 0 to 1. */
  readonly share: number;
  readonly frameworks: readonly {
    readonly id: FrameworkId;
    readonly name: string | undefined;
    readonly share: number;
    readonly active: boolean;
  }[];
}

export interface RoleQuota {
  readonly guarantees: Readonly<Record<string, number>>;
  /** A name that is not there is unlimited. */
  readonly limits: Readonly<Record<string, number>>;
}

/** Every role that somebody is in or said something of, by name. */
export function roleViews({ master, state }: Look): readonly RoleView[] {
  return [...master.roles()]
    .sort((a, b) => (a.role < b.role ? -1 : 1))
    .map((books) => viewOfRole(books, state));
}

/** `undefined` for a role that has nothing of its own or below it. */
export function roleView({ master, state }: Look, role: string): RoleView | undefined {
  const books = master.roles().find((one) => one.role === role);
  return books && viewOfRole(books, state);
}

/** What a role is that nobody is in and nobody said anything of. */
export function plainRole(role: string): RoleView {
  return {
    role,
    weight: 1,
    quota: undefined,
    consumed: {},
    reserved: {},
    allocated: {},
    share: 0,
    frameworks: [],
  };
}

function viewOfRole(books: RoleBooks, state: StateView): RoleView {
  const { role, weight, quota, consumed, reserved, allocated, share, frameworks } = books;
  const known = state.master.state.frameworks;
  return {
    role,
    weight,
    quota: quota && {
      guarantees: shownQuantities(quota.guarantees),
      limits: shownQuantities(quota.limits),
    },
    consumed: shownQuantities(consumed),
    reserved: shownQuantities(reserved),
    allocated: shownQuantities(allocated),
    share,
    frameworks: frameworks.map(({ frameworkId: id, share: own, active }) => ({
      id,
      name: known.get(id)?.info.name,
      share: own,
      active,
    })),
  };
}

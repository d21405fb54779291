import { ok, type Result } from '@ekiden/kernel';

import {
  addResources,
  applyConversions,
  containsResources,
  equalResources,
  isPersistentVolume,
  reservationStack,
  resourcesOf,
  subtractResources,
  UNRESERVED,
  withoutVolume,
  type Conversion,
  type ConversionRefusal,
  type Resource,
  type Resources,
} from '../resources/index.js';
import type { AgentRow } from './rows.js';

type Totals = Pick<AgentRow, 'total' | 'reported'>;

/** The agent's total after operations on it, and what the host itself said, to know it again. */
export function convertedTotal<Row extends Totals>(
  row: Row,
  conversions: readonly Conversion[],
): Result<Row, ConversionRefusal> {
  const applied = applyConversions(row.total, conversions);
  if (!applied.ok) return applied;
  const { reported = row.total, ...rest } = row;
  const total = applied.value;
  const after = { ...rest, total, ...(equalResources(total, reported) ? {} : { reported }) };
  return ok(after as Row);
}

/**
 * The total when a host says what it has. Reservations and volumes that operations made are the
 * master's to remember: they stay as long as the host has what they were made of, and the host
 * need not know them. A host that speaks of such things itself has the last word.
 */
export function rebasedTotal(before: Totals, said: Resources): Totals {
  const { total, reported } = before;
  if (reported === undefined || said.some(isMade)) return { total: said };
  if (equalResources(reported, said)) return { total, reported };
  let plain = said;
  const kept: Resource[] = [];
  for (const object of total) {
    if (!isMade(object)) continue;
    const origin = resourcesOf([originOf(object)]);
    if (!containsResources(plain, origin)) continue;
    plain = subtractResources(plain, origin);
    kept.push(object);
  }
  if (kept.length === 0) return { total: said };
  return { total: addResources(plain, resourcesOf(kept)), reported: said };
}

/** Made by an operation: a dynamic reservation or a persistent volume. */
function isMade(object: Resource): boolean {
  if (isPersistentVolume(object)) return true;
  return object.reservations?.some(({ type }) => type === 'DYNAMIC') ?? false;
}

/** What the host had before any operation. */
function originOf(object: Resource): Resource {
  const { reservations: _stack, ...plain } = withoutVolume(object);
  const stack = reservationStack(object).filter(({ type }) => type === 'STATIC');
  const role = stack.at(-1)?.role ?? UNRESERVED;
  return stack.length === 0 ? { ...plain, role } : { ...plain, role, reservations: stack };
}

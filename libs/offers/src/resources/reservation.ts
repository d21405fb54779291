/** The owner of a resource nobody reserved. */
export const UNRESERVED = '*';

/**
 * One level of a reservation stack (offer-core 1.1, Mesos's ReservationInfo). STATIC comes from the
 * agent's configuration and stands at the bottom only; DYNAMIC is pushed by RESERVE and popped by
 * UNRESERVE. Labels are free text; reservations that differ in them never merge.
 */
export interface Reservation {
  readonly type: 'STATIC' | 'DYNAMIC';
  readonly role: string;
  readonly principal?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Deeper stacks are refused where text and JSON are read: a role path is never that long. */
export const STACK_DEPTH_MAX = 64;

/** A plain STATIC reservation is what `role` alone says. */
export function isPlainStatic(level: Reservation): boolean {
  return level.type === 'STATIC' && level.principal === undefined && !hasLabels(level);
}

/** A stack as an object carries it: not at all when `role` alone says as much. */
export function stackToCarry(stack: readonly Reservation[]): {
  readonly reservations?: readonly Reservation[];
} {
  const [bottom] = stack;
  if (bottom === undefined || (stack.length === 1 && isPlainStatic(bottom))) return {};
  return { reservations: stack };
}

/** Total order of stacks, level by level from the bottom; the absent one comes first. */
export function compareStacks(
  a: readonly Reservation[] | undefined,
  b: readonly Reservation[] | undefined,
): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  if (a.length !== b.length) return a.length - b.length;
  for (const [i, level] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    const order = compareLevels(level, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** Order of texts by UTF-16 code units; the absent one comes first. */
export function compareText(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}

/** The same level with labels by key and without fields that say nothing. */
export function canonicalLevel(level: Reservation): Reservation {
  const { type, role, principal, labels } = level;
  return {
    type,
    role,
    ...(principal !== undefined && { principal }),
    ...(labels !== undefined &&
      hasLabels(level) && { labels: Object.fromEntries(entries(labels)) }),
  };
}

function compareLevels(a: Reservation, b: Reservation): number {
  if (a === b) return 0;
  if (a.role !== b.role) return a.role < b.role ? -1 : 1;
  if (a.type !== b.type) return a.type < b.type ? -1 : 1;
  if (a.principal !== b.principal) return compareText(a.principal, b.principal);
  return a.labels === b.labels ? 0 : compareLabels(a.labels ?? {}, b.labels ?? {});
}

/** By sorted keys: a database may give the keys of a row back in another order. */
function compareLabels(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): number {
  const xs = entries(a);
  const ys = entries(b);
  if (xs.length !== ys.length) return xs.length - ys.length;
  for (const [i, [key, value]] of xs.entries()) {
    const y = ys[i];
    const order = compareText(key, y?.[0]) || compareText(value, y?.[1]);
    if (order !== 0) return order;
  }
  return 0;
}

function entries(labels: Readonly<Record<string, string>>): [string, string][] {
  const found = Object.entries(labels);
  return found.length < 2 ? found : found.sort(([a], [b]) => compareText(a, b));
}

function hasLabels(level: Reservation): boolean {
  return level.labels !== undefined && Object.keys(level.labels).length > 0;
}

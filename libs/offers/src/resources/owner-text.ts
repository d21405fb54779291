import { isPlainStatic, UNRESERVED, type Reservation } from './reservation.js';
import { stackViolation } from './reserve.js';
import type { Resource } from './resource.js';
import { formatWord, type Scanner } from './scanner.js';

/** The stack in parentheses, bottom first; the opening one is behind the scanner. `*` = empty. */
export function readOwner(scanner: Scanner): readonly Reservation[] {
  const start = scanner.at - 1;
  const stack = scanner.eat('reservations:') ? readStack(scanner) : [readShort(scanner)];
  scanner.expect(')', 'a reservation ends with )');
  const [bottom] = stack;
  if (stack.length === 1 && bottom?.role === UNRESERVED && isPlainStatic(bottom)) return [];
  const rule = stackViolation(stack);
  return rule === undefined ? stack : scanner.fail(rule, start);
}

/** The inverse of {@link readOwner}, with parentheses; nothing when unreserved. */
export function formatOwner(object: Resource): string {
  const { reservations } = object;
  if (reservations === undefined) {
    return object.role === UNRESERVED ? '' : `(${formatWord(object.role)})`;
  }
  const [bottom] = reservations;
  if (reservations.length === 1 && bottom?.type === 'DYNAMIC' && isClaimed(bottom)) {
    return `(${formatWord(bottom.role)}${formatClaim(bottom, ', ')})`;
  }
  const levels = reservations.map(
    (level) => `(${level.type},${formatWord(level.role)}${formatClaim(level, ',')})`,
  );
  return `(reservations: [${levels.join(',')}])`;
}

/** A role alone is STATIC; with a principal or labels it is DYNAMIC, as before refinement. */
function readShort(scanner: Scanner): Reservation {
  const role = scanner.word('a reservation has a role', true);
  const claim = readClaim(scanner);
  return { type: isClaimed(claim) ? 'DYNAMIC' : 'STATIC', role, ...claim };
}

function readStack(scanner: Scanner): readonly Reservation[] {
  scanner.expect('[', 'reservations stand in [ ]');
  const stack: Reservation[] = [];
  do stack.push(readLevel(scanner));
  while (scanner.eat(','));
  scanner.expect(']', 'reservations end with ]');
  return stack;
}

function readLevel(scanner: Scanner): Reservation {
  const rule = 'a level is (STATIC,role) or (DYNAMIC,role,principal,{labels})';
  scanner.expect('(', rule);
  const type = scanner.eat('DYNAMIC') ? 'DYNAMIC' : 'STATIC';
  if (type === 'STATIC') scanner.expect('STATIC', rule);
  scanner.expect(',', rule);
  const role = scanner.word('a reservation has a role', true);
  const claim = readClaim(scanner);
  scanner.expect(')', rule);
  return { type, role, ...claim };
}

type Claim = Pick<Reservation, 'principal' | 'labels'>;

/** `, principal, {labels}`: either, both or neither. */
function readClaim(scanner: Scanner): Claim {
  if (!scanner.eat(',')) return {};
  if (scanner.eat('{')) return { labels: readLabels(scanner) };
  const principal = scanner.word('a principal is a word', true);
  if (!scanner.eat(',')) return { principal };
  scanner.expect('{', 'labels stand in { }');
  return { principal, labels: readLabels(scanner) };
}

function readLabels(scanner: Scanner): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  do {
    scanner.next();
    const start = scanner.at;
    const key = scanner.word('a label is key: value');
    if (labels.has(key)) scanner.fail(`the label ${key} comes twice`, start);
    scanner.expect(':', 'a label is key: value');
    labels.set(key, scanner.word('a label is key: value', true));
  } while (scanner.eat(','));
  scanner.expect('}', 'labels end with }');
  return Object.fromEntries(labels);
}

function formatClaim(level: Reservation, comma: string): string {
  const { principal, labels } = level;
  const name = principal === undefined ? '' : comma + formatWord(principal);
  if (labels === undefined) return name;
  const pairs = Object.entries(labels).map(([k, v]) => `${formatWord(k)}: ${formatWord(v)}`);
  return `${name}${comma}{${pairs.join(', ')}}`;
}

function isClaimed(claim: Claim): boolean {
  return claim.principal !== undefined || claim.labels !== undefined;
}

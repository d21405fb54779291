import type { Result } from '@ekiden/kernel';

import { intervals, scalar, words } from './build.js';
import { resourcesOf } from './canonical.js';
import type { DiskInfo } from './disk.js';
import { formatDisk, readDisk } from './disk-text.js';
import { formatMilli } from './milli.js';
import { formatOwner, readOwner } from './owner-text.js';
import { formatRanges } from './ranges.js';
import { UNRESERVED, type Reservation } from './reservation.js';
import type { Resource, Resources } from './resource.js';
import { identityViolation, isWholeGpus, NameTypes, sameName } from './resource-rules.js';
import { CODE, formatWord, scan, type Scanner, type TextError } from './scanner.js';
import { formatItems, readAmount, readItems, readRanges } from './value-text.js';

/**
 * Reads Mesos's text form: `cpus:4;mem:8192;ports:[31000-32000];disk(role):100;tags:{a,b}`.
 * Objects of one identity add up; amounts of nothing vanish; a name has one type. Heads are as
 * Mesos prints them, with words of our own where its form is ambiguous:
 *
 *     object = name [ "(" owner ")" ] [ "[" disk "]" ] [ "{REV}" ] [ "{PROVIDER:" id "}" ]
 *              [ "<SHARED>" ] ":" value [ "<" copies ">" ]
 *     owner  = role                                   one STATIC reservation
 *            | role "," claim                         one DYNAMIC reservation
 *            | "reservations: [" level { "," level } "]"     bottom first
 *     level  = "(" ( "STATIC" | "DYNAMIC" ) "," role [ "," claim ] ")"
 *     claim  = principal | labels | principal "," labels
 *     labels = "{" key ":" text { "," key ":" text } "}"
 *     disk   = source | [ source "," ] id [ "(" principal ")" ] [ ":" path ":" ( "rw" | "ro" ) ]
 *     source = ( "PATH" | "MOUNT" | "BLOCK" | "RAW" )
 *              [ "(" [ vendor ] "," [ id ] "," [ profile ] ")" ] [ ":" root ]
 *     value  = decimal | "[" [ n "-" n { "," n "-" n } ] "]" | "{" [ item { "," item } ] "}"
 *
 * Words with delimiters or white space in them are written as JSON strings (`"a b"`). White space
 * between words does not count. Texts above 4,000,000 characters are refused.
 */
export function parseResources(text: string): Result<Resources, TextError> {
  return scan(text, readResources);
}

/** The inverse of {@link parseResources}: canonical order, three decimals at most. */
export function formatResources(resources: Resources): string {
  return resources.map(formatResource).join(';');
}

export function formatResource(object: Resource): string {
  const { disk, providerId, shared } = object;
  let text = formatWord(object.name) + formatOwner(object);
  if (disk !== undefined) text += `[${formatDisk(disk)}]`;
  if (object.revocable === true) text += '{REV}';
  if (providerId !== undefined) text += `{PROVIDER:${formatWord(providerId)}}`;
  if (shared !== undefined) text += '<SHARED>';
  text += `:${formatAmount(object)}`;
  return shared === undefined || shared === 1 ? text : `${text}<${shared}>`;
}

function formatAmount(object: Resource): string {
  switch (object.type) {
    case 'SCALAR':
      return formatMilli(object.milli);
    case 'RANGES':
      return formatRanges(object.ranges);
    case 'SET':
      return formatItems(object.items);
  }
}

function readResources(scanner: Scanner): Resources {
  const types = new NameTypes();
  const objects: Resource[] = [];
  while (!scanner.atEnd()) {
    if (scanner.eat(';')) continue;
    const start = scanner.at;
    const object = readValue(scanner, readHead(scanner));
    const rule = types.violation(object) ?? identityViolation(object);
    if (rule !== undefined) scanner.fail(rule, start);
    objects.push(object);
    if (!scanner.atEnd()) scanner.expect(';', 'expected ; between resources');
  }
  return resourcesOf(objects);
}

/** What stands before the colon: all that makes the identity of an object but its type. */
interface Head {
  readonly name: string;
  role: string;
  reservations?: readonly Reservation[];
  disk?: DiskInfo;
  revocable?: true;
  shared?: number;
  providerId?: string;
}

function readHead(scanner: Scanner): Head {
  const head: Head = { name: sameName(scanner.word('expected name:value')), role: UNRESERVED };
  if (scanner.eat(':')) return head;
  if (scanner.eat('(')) {
    head.reservations = readOwner(scanner);
    head.role = head.reservations.at(-1)?.role ?? UNRESERVED;
  }
  if (scanner.eat('[')) head.disk = readDisk(scanner);
  if (scanner.eat('{REV}')) head.revocable = true;
  if (scanner.eat('{PROVIDER:')) {
    head.providerId = scanner.word('a provider has an id', true);
    scanner.expect('}', 'a provider ends with }');
  }
  if (scanner.eat('<SHARED>')) head.shared = 1;
  scanner.expect(':', 'expected name:value');
  return head;
}

function readValue(scanner: Scanner, head: Head): Resource {
  const colon = scanner.at;
  switch (scanner.next()) {
    case CODE.bracket:
      return intervals(head, readRanges(scanner));
    case CODE.brace:
      return words(head, readItems(scanner));
    default:
      return readScalar(scanner, head, colon);
  }
}

function readScalar(scanner: Scanner, head: Head, colon: number): Resource {
  const start = scanner.at;
  const milli = readAmount(scanner);
  const ends = scanner.atEnd() || scanner.next() === CODE.semicolon;
  if (scanner.at === start && ends) scanner.fail('expected a value', colon);
  if (milli === undefined || !(ends || scanner.next() === CODE.less)) {
    scanner.fail('expected a decimal >= 0, [ranges] or {set}', start);
  }
  if (!isWholeGpus(head.name, milli)) scanner.fail('gpus are whole numbers', start);
  if (head.shared !== undefined && scanner.eat('<')) head.shared = readCopies(scanner);
  return scalar(head, milli);
}

function readCopies(scanner: Scanner): number {
  const start = scanner.at;
  const copies = readAmount(scanner) ?? 0;
  if (copies < 1000 || copies % 1000 !== 0) {
    scanner.fail('the copies of a shared object are a number >= 1', start);
  }
  scanner.expect('>', 'copies end with >');
  return copies / 1000;
}

import { Rule, type RuleName, type Wanted } from './wanted.js';

/** What is wrong, one sentence each, with the path of the place; empty = as wanted. */
export type Mismatches = readonly string[];

/** `undefined` for `actual` means that the place is not there. */
export function compare(wanted: Wanted, actual: unknown, at = ''): Mismatches {
  if (wanted instanceof Rule) return RULES[wanted.name](wanted.parts, actual, at);
  if (isList(wanted)) return compareLists(wanted, actual, at);
  if (typeof wanted === 'object' && wanted !== null) return compareObjects(wanted, actual, at);
  return wanted === actual ? [] : [`${place(at)}: wanted ${show(wanted)}, got ${show(actual)}`];
}

type Judge = (parts: readonly Wanted[], actual: unknown, at: string) => Mismatches;

const RULES: Readonly<Record<RuleName, Judge>> = {
  absent: (_, actual, at) =>
    actual === undefined ? [] : [`${place(at)}: wanted nothing there, got ${show(actual)}`],
  anything: (_, actual, at) =>
    actual === undefined || actual === null ? [`${place(at)}: wanted a value, got none`] : [],
  allOf: (parts, actual, at) => parts.flatMap((part) => compare(part, actual, at)),
  anyOf: (parts, actual, at) => {
    const all = parts.map((part) => compare(part, actual, at));
    return all.some((one) => one.length === 0) ? [] : (all.at(-1) ?? []);
  },
  between: ([least = 0, most = 0], actual, at) =>
    typeof actual === 'number' && actual >= Number(least) && actual <= Number(most)
      ? []
      : [`${place(at)}: wanted ${show(least)} to ${show(most)}, got ${show(actual)}`],
  containing: (parts, actual, at) =>
    overList(actual, at, (list) =>
      parts
        .filter((part) => !list.some((item) => fits(part, item)))
        .map((part) => `${place(at)}: ${show(part)} is missing in ${show(actual)}`),
    ),
  without: (parts, actual, at) =>
    overList(actual, at, (list) =>
      parts
        .filter((part) => list.some((item) => fits(part, item)))
        .map((part) => `${place(at)}: ${show(part)} should not be in ${show(actual)}`),
    ),
  differs: () => {
    throw new Error('choose a server before comparing');
  },
  each: ([part = null], actual, at) =>
    overList(actual, at, (list) =>
      list.flatMap((item, index) => compare(part, item, `${at}.${index}`)),
    ),
  exactly: ([fields = {}], actual, at) => {
    const known = new Set(Object.keys(fields as object));
    const more = isObject(actual) ? Object.keys(actual).filter((key) => !known.has(key)) : [];
    const surplus = more.map((key) => `${place(`${at}.${key}`)}: no such key was wanted`);
    return [...compare(fields, actual, at), ...surplus];
  },
  inAnyOrder: (parts, actual, at) =>
    overList(actual, at, (list) => [
      ...compareLengths(parts.length, list, at),
      ...RULES.containing(parts, list, at),
    ]),
  keysInOrder: (parts, actual, at) => {
    if (!isObject(actual)) return [`${place(at)}: wanted an object, got ${show(actual)}`];
    const keys = parts.map(String);
    const shown = Object.keys(actual).filter((key) => keys.includes(key));
    const right = keys.filter((key) => shown.includes(key));
    return right.join() === shown.join()
      ? []
      : [`${place(at)}: wanted the order ${right.join(', ')}, got ${shown.join(', ')}`];
  },
  lengthOf: ([length = 0], actual, at) =>
    typeof actual === 'string' || Array.isArray(actual)
      ? compare(length, actual.length, `${at}.length`)
      : [`${place(at)}: wanted a list or text, got ${show(actual)}`],
  like: ([pattern], actual, at) => {
    const source = typeof pattern === 'string' ? pattern : '';
    return typeof actual === 'string' && new RegExp(source, 's').test(actual)
      ? []
      : [`${place(at)}: wanted text like /${source}/, got ${show(actual)}`];
  },
};

/** Sentences and answers get no longer than this. */
const SHOWN_MAX = 400;

/** JSON as far as a reader wants it. */
export function show(value: unknown): string {
  const text = textOf(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

function textOf(value: unknown): string {
  if (value instanceof Rule) {
    const [first] = value.parts;
    if (value.name === 'like' && typeof first === 'string') return `/${first}/`;
    if (value.parts.length === 0) return value.name;
    return `${value.name}(${value.parts.map(textOf).join(', ')})`;
  }
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (value === undefined) return 'nothing';
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}:${textOf(one)}`);
  return `{${fields.join(',')}}`;
}

function compareLists(wanted: readonly Wanted[], actual: unknown, at: string): Mismatches {
  return overList(actual, at, (list) => [
    ...compareLengths(wanted.length, list, at),
    ...wanted
      .slice(0, list.length)
      .flatMap((one, index) => compare(one, list[index], `${at}.${index}`)),
  ]);
}

function compareLengths(length: number, list: readonly unknown[], at: string): Mismatches {
  if (length === list.length) return [];
  return [`${place(at)}: wanted ${length} elements, got ${list.length}: ${show(list)}`];
}

function compareObjects(
  wanted: Readonly<Record<string, Wanted>>,
  actual: unknown,
  at: string,
): Mismatches {
  if (!isObject(actual)) return [`${place(at)}: wanted an object, got ${show(actual)}`];
  return Object.entries(wanted).flatMap(([key, one]) => {
    const there = Object.hasOwn(actual, key) ? actual[key] : undefined;
    return compare(one, there, `${at}.${key}`);
  });
}

function overList(
  actual: unknown,
  at: string,
  judge: (list: readonly unknown[]) => Mismatches,
): Mismatches {
  if (!Array.isArray(actual)) return [`${place(at)}: wanted a list, got ${show(actual)}`];
  return judge(actual);
}

function fits(wanted: Wanted, actual: unknown): boolean {
  return compare(wanted, actual).length === 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` does not see read-only lists. */
function isList(value: Wanted): value is readonly Wanted[] {
  return Array.isArray(value);
}

function place(at: string): string {
  return at === '' ? 'it' : at.replace(/^\./, '');
}

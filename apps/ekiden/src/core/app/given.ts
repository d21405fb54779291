import type { Maybe } from './app-wire.js';

/** The fields of `T` that hold a value: those that may be absent become optional. */
export type Given<T> = {
  readonly [K in keyof T as T[K] extends NonNullable<T[K]> ? K : never]: T[K];
} & {
  readonly [K in keyof T as T[K] extends NonNullable<T[K]> ? never : K]?: NonNullable<T[K]>;
};

/** Drops the keys without a value: on the wire `null` and a missing key mean the same. */
export function given<T extends object>(fields: T): Given<T> {
  // A loop, because a hundred thousand apps come through here in one request.
  const from = fields as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const key in from) {
    const value = from[key];
    if (value !== null && value !== undefined) kept[key] = value;
  }
  return kept as Given<T>;
}

/** One for all: most definitions leave most of their maps and lists empty. */
const NO_ENTRIES: Readonly<Record<string, never>> = Object.freeze({});
const NO_ITEMS: readonly never[] = Object.freeze([]);

/** The items in another form; none for a missing list. */
export function givenItems<T, U>(list: Maybe<readonly T[]>, convert: (item: T) => U): readonly U[] {
  return list === null || list === undefined || list.length === 0 ? NO_ITEMS : list.map(convert);
}

/** A map without its empty entries; `{}` for a missing one. */
export function givenEntries<T>(
  map: Maybe<Readonly<Record<string, Maybe<T>>>>,
): Readonly<Record<string, T>> {
  if (map === null || map === undefined) return NO_ENTRIES;
  const kept: [string, T][] = [];
  for (const [key, value] of Object.entries(map)) {
    if (value !== null && value !== undefined) kept.push([key, value]);
  }
  return kept.length === 0 ? NO_ENTRIES : Object.fromEntries(kept);
}

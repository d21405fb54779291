import type { Maybe } from './app-wire.js';

/** The fields of `T` that hold a value: those that may be absent become optional. */
export type Given<T> = {
  readonly [K in keyof T as T[K] extends NonNullable<T[K]> ? K : never]: T[K];
} & {
  readonly [K in keyof T as T[K] extends NonNullable<T[K]> ? never : K]?: NonNullable<T[K]>;
};

/** Drops the keys without a value: on the wire `null` and a missing key mean the same. */
export function given<T extends object>(fields: T): Given<T> {
  const kept = Object.entries(fields as Readonly<Record<string, unknown>>).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(kept) as Given<T>;
}

/** A map without its empty entries; `{}` for a missing one. */
export function givenEntries<T>(
  map: Maybe<Readonly<Record<string, Maybe<T>>>>,
): Readonly<Record<string, T>> {
  const kept: [string, T][] = [];
  for (const [key, value] of Object.entries(map ?? {})) {
    if (value !== null && value !== undefined) kept.push([key, value]);
  }
  return Object.fromEntries(kept);
}

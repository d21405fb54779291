import type { Violation } from '../violation.js';

/** One for all: most rules find nothing in most of a hundred thousand apps. */
const NOTHING: readonly Violation[] = [];

/** A violation, or none: rules read as lists of these. */
export function unless(holds: boolean, path: string, message: string): readonly Violation[] {
  return holds ? NOTHING : [{ path, message }];
}

/** Doubles show their decimal point (`1.0`), as Marathon prints them (marathon-api 2.3). */
export function doubleText(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

export const MUST_BE_EMPTY = 'must be empty';
export const NOT_DEFINED = 'not defined';
export const MUST_NOT_BE_EMPTY = 'must not be empty';
export const PORT_NAMES_UNIQUE = 'Port names must be unique.';

export function expected(got: string | number, wanted: string | number): string {
  return `got ${got}, expected ${wanted}`;
}

export function mustMatch(pattern: string): string {
  return `must fully match regular expression '${pattern}'`;
}

/** The stray bracket is Marathon's. */
export function featureMissing(feature: string): string {
  return `Feature ${feature} is not enabled. Enable with --enable_features ${feature})`;
}

/** Whether no value but `undefined` occurs twice. */
export function areUnique(values: readonly (string | number | undefined)[]): boolean {
  const named = values.filter((value) => value !== undefined);
  return new Set(named).size === named.length;
}

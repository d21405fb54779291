/** Our own mistake: crashes the turn, never the data (style habit 10). */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

/** States what must hold; a failure is a bug in Ekiden, not a user's or the world's. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

/** The value, which our own logic says is there. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new AssertionFailed(`missing: ${what}`);
  return value;
}

/** Closes an exhaustive switch: a new case fails to compile, and to run. */
export function assertNever(value: never): never {
  throw new AssertionFailed(`unexpected value ${JSON.stringify(value)}`);
}

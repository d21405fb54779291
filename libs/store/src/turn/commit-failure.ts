import { DatabaseError } from 'pg';

/**
 * Why a turn is not (or not surely) committed. Whatever it is, the leader drops its memory and
 * recovers; only for `unknown` the waiters' answers depend on the position read afterwards.
 */
export type CommitFailure =
  /** The term is over: nothing was committed. */
  | { readonly kind: 'deposed' }
  /** The database is not at the preceding turn or event: nothing was committed. */
  | { readonly kind: 'conflict' }
  /** The database refused or could not be reached: certainly nothing was committed. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** The connection was lost while the commit was under way: read `position()`. */
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * SQLSTATE classes of trouble that is the world's: connection, transaction rollback, resources,
 * lock and cancel, operator, system, read-only standby. Any other is a bug of ours.
 */
const WORLDLY = ['08', '25', '40', '53', '55', '57', '58', 'F0', 'XX'];

/**
 * Sorts a failed statement. An ERROR is the server's word that the transaction is rolled back;
 * FATAL, a closed connection or no answer in time say nothing about a commit under way.
 */
export function sortStatementError(
  error: unknown,
  explain: (error: unknown) => string,
): CommitFailure {
  const reason = explain(error);
  if (!(error instanceof DatabaseError) || error.severity !== 'ERROR') {
    return { kind: 'unknown', reason };
  }
  const state = error.code ?? 'XX000';
  if (WORLDLY.includes(state.slice(0, 2))) return { kind: 'unavailable', reason };
  throw new Error(`a turn was refused as wrong by the database (${state}): ${reason}`, {
    cause: error,
  });
}

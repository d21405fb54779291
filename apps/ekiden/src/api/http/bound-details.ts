import type { ProblemDetail } from './problem.js';

/** Paths that an answer tells of, and messages per path. */
const PATHS_MAX = 100;
const MESSAGES_MAX = 20;

/** Characters of a path or message: both may hold text of the client. */
const LENGTH_MAX = 1_000;

/**
 * Keeps an answer readable however much is wrong: the first paths, and one more entry for the
 * document as a whole (`wholePath`) that says how many there are beside them.
 */
export function boundDetails(
  details: readonly ProblemDetail[],
  wholePath: string,
): readonly ProblemDetail[] {
  const shown = details.slice(0, PATHS_MAX).map(({ path, errors }) => ({
    path: cut(path),
    errors: [...errors.slice(0, MESSAGES_MAX).map(cut), ...more(errors.length - MESSAGES_MAX, '')],
  }));
  const left = more(details.length - PATHS_MAX, ' at other paths');
  return left.length === 0 ? shown : [...shown, { path: wholePath, errors: left }];
}

function more(count: number, where: string): readonly string[] {
  return count > 0 ? [`and ${count} more errors${where}`] : [];
}

function cut(text: string): string {
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}…` : text;
}

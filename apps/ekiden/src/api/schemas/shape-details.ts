import type { z } from 'zod';
import type { ProblemDetail } from '../http/index.js';
import { MISSING_KEY } from './fields.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Marathon's code for each JSON type that was expected (marathon-api 2.2). */
const EXPECTED: Readonly<Record<string, string>> = {
  string: 'error.expected.jsstring',
  number: 'error.expected.jsnumber',
  int: 'error.expected.int',
  boolean: 'error.expected.jsboolean',
  array: 'error.expected.jsarray',
  object: 'error.expected.jsobject',
  record: 'error.expected.jsobject',
};

/** Longest excerpt of a document in a message. */
const EXCERPT_MAX = 200;

/** One entry per path, its messages without repetitions, in order of appearance. */
export function shapeDetails(issues: readonly Issue[], input: unknown): ProblemDetail[] {
  const errors = new Map<string, Set<string>>();
  for (const issue of issues) {
    for (const [path, message] of messagesOf(issue, [], input)) {
      const known = errors.get(path);
      if (known === undefined) errors.set(path, new Set([message]));
      else known.add(message);
    }
  }
  return [...errors].map(([path, messages]) => ({ path, errors: [...messages] }));
}

/** `/healthChecks(1)/port`; the whole document is the empty string (marathon-api 2.1). */
function marathonPath(path: Path): string {
  return path.map((key) => (typeof key === 'number' ? `(${key})` : `/${String(key)}`)).join('');
}

function messagesOf(issue: Issue, above: Path, input: unknown): [path: string, message: string][] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const inner = closestBranch(issue.errors);
    if (inner !== undefined) return inner.flatMap((one) => messagesOf(one, path, input));
  }
  return [[marathonPath(path), messageOf(issue, path, input)]];
}

/** The branch that got furthest into the document tells best what is wrong. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const deep = branches.filter((issues) => issues.every(({ path }) => path.length > 0));
  return deep.length === 1 ? deep[0] : undefined;
}

function messageOf(issue: Issue, path: Path, input: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, path, input);
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int' ? 'error.min' : 'error.minLength';
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int' ? 'error.max' : 'error.maxLength';
    case 'invalid_format':
      return 'error.pattern';
    case 'invalid_value':
      return typeof valueAt(input, path) === 'string'
        ? 'error.unknown.enum.literal'
        : wrongType('string', path, input);
    case 'custom':
      return issue.params?.['code'] === MISSING_KEY
        ? missing(path, input)
        : String(issue.params?.['code'] ?? issue.message);
    case 'invalid_union':
      if (valueAt(input, path) === undefined) return missing(path, input);
      // no branch was tried: none has this discriminator
      return issue.errors.length > 0 ? issue.message : 'error.unknown.enum.literal';
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return valueAt(input, path) === undefined ? missing(path, input) : issue.message;
  }
}

function wrongType(expected: string, path: Path, input: unknown): string {
  if (path.length > 0 && valueAt(input, path) === undefined) return missing(path, input);
  return EXPECTED[expected] ?? `error.expected.js${expected}`;
}

function missing(path: Path, input: unknown): string {
  const owner = JSON.stringify(valueAt(input, path.slice(0, -1))) as string | undefined;
  const shown = owner ?? '{}';
  const excerpt = shown.length > EXCERPT_MAX ? `${shown.slice(0, EXCERPT_MAX)}…` : shown;
  return `'${String(path.at(-1))}' is undefined on object: ${excerpt}`;
}

function valueAt(input: unknown, path: Path): unknown {
  let at: unknown = input;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return at;
}

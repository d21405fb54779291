import { parseTimestamp } from '@ekiden/kernel';
import type { ApiCommand } from '../../core/turn/index.js';
import { Problem, first, flag, type QueryValues } from '../http/index.js';

type Change = Extract<ApiCommand, { readonly kind: 'changeRoot' }>;

/**
 * What a write does about deployments in its way: takes over (`force`), waits (`queue`), or neither
 * and is refused. Who asks to wait does not take over, also where that is the default. Throws a
 * `Problem` (422) where both are asked for.
 */
export function overlapOf(
  query: QueryValues,
  forceByDefault = false,
): Pick<Change, 'force' | 'queue'> {
  if (!flag(query, 'queue', false)) return { force: flag(query, 'force', forceByDefault) };
  if (flag(query, 'force', false)) {
    throw invalid('/queue', "'queue' waits for what 'force' would end: ask for one of them");
  }
  return { force: false, queue: true };
}

/**
 * The plan that a write is to come to: `?parent=` the version of the definitions it was made from,
 * `?digest=` the plan itself; both as a dry run has told them. Throws a `Problem` (422) for what is
 * no version, and for a digest alone.
 */
export function parentOf(query: QueryValues): Pick<Change, 'parent'> {
  const parent = first(query, 'parent');
  const digest = first(query, 'digest');
  if (parent === undefined) {
    if (digest === undefined) return {};
    throw invalid('/digest', "goes together with 'parent'");
  }
  const version = parseTimestamp(parent);
  if (version === undefined) throw invalid('/parent', `'${parent.slice(0, 100)}' is no version`);
  return { parent: { version, ...(digest === undefined ? {} : { digest }) } };
}

function invalid(path: string, error: string): Problem {
  return new Problem(422, { message: 'Object is not valid', details: [{ path, errors: [error] }] });
}

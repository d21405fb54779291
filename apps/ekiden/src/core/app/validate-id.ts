import type { Violation } from '../violation.js';
import { mustMatch } from './phrases.js';
import { ID_LENGTH_MAX, ROOT_ID, SEGMENT, segmentsOf, type PathId } from './path-id.js';

/** Marathon's spelling of the rule, as clients see it in error texts (marathon-api 3.1). */
const SEGMENT_TEXT =
  '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$';

/** Ids without anything that needs a closer look. */
const PLAIN_ID = /^(?:\/[a-z0-9]+(?:-+[a-z0-9]+)*)+$/;

/** Endings that the URLs of the API need for themselves. */
const RESERVED: ReadonlySet<string> = new Set(['restart', 'tasks', 'versions', '.', '..']);

/** The id of an app (or pod): never the root, well-formed segments, no reserved ending. */
export function validateId(id: PathId): readonly Violation[] {
  if (id === ROOT_ID) return [{ path: '/', message: 'must not be root' }];
  const last = id.slice(id.lastIndexOf('/') + 1);
  const malformed = validateSegments(id, '/id');
  if (!RESERVED.has(last)) return malformed;
  const words = [...RESERVED].join(', ');
  const message = `must not end with any of the following reserved keywords: ${words}`;
  return [...malformed, { path: '/id', message }];
}

/** Ids that only refer to something. */
export function validateReferences(ids: readonly PathId[], path: string): readonly Violation[] {
  return ids.flatMap((id, at) => validateSegments(id, `${path}(${at})`));
}

function validateSegments(id: PathId, path: string): readonly Violation[] {
  if (id.length > ID_LENGTH_MAX) {
    return [{ path, message: `may have ${ID_LENGTH_MAX} characters at most` }];
  }
  const wellFormed = PLAIN_ID.test(id) || segmentsOf(id).every((segment) => SEGMENT.test(segment));
  return wellFormed ? [] : [{ path, message: mustMatch(SEGMENT_TEXT) }];
}

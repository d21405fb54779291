import { Problem, first, type QueryValues } from '../http/index.js';

/** `?generation=all`: tasks of generations beside the live one too. Throws a `Problem` (422). */
export function wantsGenerations(query: QueryValues): boolean {
  const asked = first(query, 'generation') ?? 'live';
  if (asked === 'live' || asked === 'all') return asked === 'all';
  throw new Problem(422, {
    message: 'Object is not valid',
    details: [{ path: '/generation', errors: [`got ${asked}, expected one of: [live, all]`] }],
  });
}

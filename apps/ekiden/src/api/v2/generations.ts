import { Problem, first, type QueryValues } from '../http/index.js';
import type { Embed } from './presenters/index.js';

/** What is added to apps: by their `embed` values, and by `?generation=`. */
export function withGenerations(
  embeds: ReadonlySet<Embed>,
  query: QueryValues,
): ReadonlySet<Embed> {
  return wantsGenerations(query) ? new Set([...embeds, 'generations']) : embeds;
}

/** `?generation=all`: tasks of generations beside the live one too. Throws a `Problem` (422). */
export function wantsGenerations(query: QueryValues): boolean {
  const asked = first(query, 'generation') ?? 'live';
  if (asked === 'live' || asked === 'all') return asked === 'all';
  throw new Problem(422, {
    message: 'Object is not valid',
    details: [{ path: '/generation', errors: [`got ${asked}, expected one of: [live, all]`] }],
  });
}

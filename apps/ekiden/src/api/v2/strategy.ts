import type { ApiCommand } from '../../core/turn/index.js';
import { Problem, first, type QueryValues } from '../http/index.js';
import { rolloutStrategy } from '../schemas/index.js';

type Change = Extract<ApiCommand, { readonly kind: 'changeRoot' }>;

const STRATEGY = rolloutStrategy();

/** `?strategy=`: how this one write is carried out. Throws a `Problem` (422) for an unknown one. */
export function strategyOf(query: QueryValues): Pick<Change, 'strategy'> {
  const asked = first(query, 'strategy');
  if (asked === undefined) return {};
  const { success, data } = STRATEGY.safeParse(asked);
  if (success) return { strategy: data };
  const known = STRATEGY.out.options.join(', ');
  throw new Problem(422, {
    message: 'Object is not valid',
    details: [{ path: '/strategy', errors: [`got ${asked}, expected one of: [${known}]`] }],
  });
}

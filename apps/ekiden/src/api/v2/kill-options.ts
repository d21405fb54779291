import type { ApiCommand } from '../../core/turn/index.js';
import { badRequest, flag, type QueryValues } from '../http/index.js';
import { dryRunOf } from './answers.js';
import { overlapOf } from './overlap.js';

export type KillOptions = Omit<
  Extract<ApiCommand, { readonly kind: 'killTasks' }>,
  'kind' | 'tasks' | 'origin'
>;

/** Throws a `Problem` (400) for scale together with wipe, (422) for force together with queue. */
export function killOptions(query: QueryValues): KillOptions {
  const options = {
    scale: flag(query, 'scale', false),
    wipe: flag(query, 'wipe', false),
    ...overlapOf(query),
    ...dryRunOf(query),
  };
  if (options.scale && options.wipe) {
    throw badRequest('You cannot use scale and wipe at the same time.');
  }
  return options;
}

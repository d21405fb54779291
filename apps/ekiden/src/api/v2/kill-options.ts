import { badRequest, flag, type QueryValues } from '../http/index.js';

export interface KillOptions {
  readonly scale: boolean;
  readonly wipe: boolean;
  readonly force: boolean;
}

/** Throws a `Problem` (400) for scale together with wipe. */
export function killOptions(query: QueryValues): KillOptions {
  const options = {
    scale: flag(query, 'scale', false),
    wipe: flag(query, 'wipe', false),
    force: flag(query, 'force', false),
  };
  if (options.scale && options.wipe) {
    throw badRequest('You cannot use scale and wipe at the same time.');
  }
  return options;
}

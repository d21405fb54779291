import type { AppChange } from './plan.js';

/**
 * Whether a change starts instances of another configuration, or the first ones; scaling does not,
 * nor does giving up what has never been live.
 */
export function bringsVersion({ before, after, mixed, standing }: AppChange): boolean {
  if (after === undefined || standing === true) return false;
  if (before === undefined || mixed === true) return true;
  return before.versionInfo.lastConfigChangeAt !== after.versionInfo.lastConfigChangeAt;
}

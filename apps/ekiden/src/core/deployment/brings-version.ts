import type { AppChange } from './plan.js';

/** Whether a change starts instances of another configuration, or the first ones; scaling does not. */
export function bringsVersion({ before, after, mixed }: AppChange): boolean {
  if (after === undefined) return false;
  if (before === undefined || mixed === true) return true;
  return before.versionInfo.lastConfigChangeAt !== after.versionInfo.lastConfigChangeAt;
}

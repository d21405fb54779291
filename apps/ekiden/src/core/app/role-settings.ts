import type { AppContext } from './app-settings.js';
import { ROOT_ID, parentOf, topGroupOf } from './path-id.js';

/** Which role an app gets and which it may name. */
export interface RoleChoice {
  readonly fallback: string;
  readonly allowed: readonly string[];
}

/**
 * Apps directly in the root run under the service's own role. Below, the top-level group lends its
 * name as a role: as the only one where the group enforces it, else beside the service's own. An
 * existing app may keep what it has (marathon-api 6.5).
 */
export function roleChoice(
  ctx: Pick<AppContext, 'id' | 'settings' | 'enforceRole' | 'currentRole'>,
): RoleChoice {
  const own = ctx.settings.defaultRole;
  if (parentOf(ctx.id) === ROOT_ID) return { fallback: own, allowed: [own] };
  const group = topGroupOf(ctx.id).slice(1);
  const enforced = ctx.enforceRole === true;
  const allowed = enforced || own === group ? [group] : [own, group];
  const { currentRole } = ctx;
  if (currentRole !== undefined && !allowed.includes(currentRole)) allowed.push(currentRole);
  return { fallback: enforced ? group : own, allowed };
}

/** Roles of resources to use where the document names none; undefined: the app's own and `*`. */
export function usualAcceptedRoles(
  { settings }: Pick<AppContext, 'settings'>,
  role: string,
  resident: boolean,
): readonly string[] | undefined {
  switch (settings.acceptedRoles ?? 'any') {
    case 'any':
      return undefined;
    case 'unreserved':
      return ['*'];
    case 'reserved':
      // What a resident app needs is reserved for it once it has been taken from all.
      return resident ? undefined : [role];
  }
}

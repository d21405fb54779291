import { ROOT_ID, parentOf, type PathId } from '../app/index.js';
import type { OrchestratorSettings, Reply, TurnContext } from '../turn/index.js';

/**
 * Whether the apps of a top-level group have to run under its name as their role (marathon-api
 * 6.5). Concerns later changes only: apps keep the role they have.
 */
export function enforceRole(
  { draft }: TurnContext,
  { group, enforceRole: enforced }: { readonly group: PathId; readonly enforceRole: boolean },
): Reply {
  if (group === ROOT_ID || parentOf(group) !== ROOT_ID) {
    return { kind: 'invalid', violations: [{ path: '/', message: 'Path needs to be top-level' }] };
  }
  const present = draft.groups.get(group);
  if (present === undefined) {
    return { kind: 'notFound', message: `Group '${group}' does not exist` };
  }
  if (present.enforceRole !== enforced) draft.putGroup({ ...present, enforceRole: enforced });
  return { kind: 'done' };
}

/** Whether a group that does not exist yet enforces roles unless told otherwise. */
export function enforcesRoleAnew(
  id: PathId,
  { newGroupsEnforceRole }: Pick<OrchestratorSettings, 'newGroupsEnforceRole'>,
): boolean {
  return newGroupsEnforceRole && id !== ROOT_ID && parentOf(id) === ROOT_ID;
}

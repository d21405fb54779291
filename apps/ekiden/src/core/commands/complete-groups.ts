import { eachInSteps, type Steps } from '@ekiden/kernel';
import { ROOT_ID, parentOf, type PathId } from '../app/index.js';
import type { AppChange, GroupChange } from '../deployment/index.js';
import { appsBelow, groupsBelow, type Tree } from '../group/index.js';
import type { Planning } from './adopt-changes.js';
import { enforcesRoleAnew } from './enforce-role.js';

/**
 * The group changes asked for, with the groups that have to be made around new nodes, and without
 * empty ones that an app takes the place of (marathon-api 3.1).
 */
export function* completeGroups(
  { settings }: Planning,
  original: Tree,
  changes: readonly AppChange[],
  asked: readonly GroupChange[],
): Steps<readonly GroupChange[]> {
  const complete = new Map(asked.map((change) => [change.id, change]));
  const made = (node: { readonly before?: unknown; readonly after?: unknown }): boolean =>
    node.before === undefined && node.after !== undefined;
  const newApps: AppChange[] = [];
  const gone = new Set<PathId>();
  yield* eachInSteps(changes, (change) => {
    if (change.after === undefined) gone.add(change.id);
    else if (change.before === undefined) newApps.push(change);
  });
  yield* eachInSteps(newApps, ({ id }) => {
    const inTheWay = original.group(id);
    if (inTheWay === undefined) return;
    if (appsBelow(original, id).some((app) => !gone.has(app.id))) return;
    for (const group of [inTheWay, ...groupsBelow(original, id)]) {
      if (!complete.has(group.id)) complete.set(group.id, { id: group.id, before: group });
    }
  });
  yield* eachInSteps([...newApps, ...asked.filter(made)], ({ id }) => {
    for (let at = parentOf(id); at !== ROOT_ID; at = parentOf(at)) {
      if (complete.has(at) || original.group(at) !== undefined) continue;
      const enforceRole = enforcesRoleAnew(at, settings);
      complete.set(at, { id: at, after: { id: at, dependencies: [], enforceRole } });
    }
  });
  return [...complete.values()];
}

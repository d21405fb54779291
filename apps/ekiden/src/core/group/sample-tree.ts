import type { AppDefinition, PathId } from '../app/index.js';
import { parentOf } from '../app/index.js';
import type { Group } from './root-group.js';
import type { Tree } from './tree.js';

/** For specs: a tree of apps, and the groups around them with their dependencies (by group id). */
export function sampleTree(
  apps: readonly AppDefinition[],
  dependencies: Readonly<Record<string, readonly string[]>> = {},
): Tree {
  const byId = new Map(apps.map((app) => [app.id, app]));
  const groups = new Map<PathId, Group>();
  for (const { id } of apps) {
    for (let at = parentOf(id); at !== '/' && !groups.has(at); at = parentOf(at)) {
      const wanted = (dependencies[at] ?? []) as readonly PathId[];
      groups.set(at, { id: at, dependencies: wanted, enforceRole: false });
    }
  }
  return {
    app: (id) => byId.get(id),
    group: (id) => groups.get(id),
    appsIn: (group) => apps.filter((app) => parentOf(app.id) === group),
    groupsIn: (group) =>
      [...groups.values()].filter((g) => g.id !== group && parentOf(g.id) === group),
  };
}

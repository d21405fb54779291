import { ROOT_ID, parentOf, type PathId } from '../app/index.js';
import type { AppChange, GroupChange } from '../deployment/index.js';
import { DependencyGraph, appsBelow, type Tree } from '../group/index.js';
import type { Violation } from '../violation.js';
import { nearestId } from './nearest-id.js';

interface RootCheck {
  readonly original: Tree;
  readonly target: Tree;
  readonly changes: readonly AppChange[];
  readonly groupChanges: readonly GroupChange[];
}

/** Rules of the tree as a whole (marathon-api 7.4), judged on the proposed one. */
export function checkRoot(check: RootCheck): readonly Violation[] {
  return [...clashes(check), ...cycles(check), ...unknownDependencies(check)];
}

function clashes({ target, original, changes }: RootCheck): Violation[] {
  const found: Violation[] = [];
  for (const { id, before, after } of changes) {
    if (after === undefined || before !== undefined) continue;
    const inside = original.group(id) === undefined ? [] : appsBelow(original, id);
    if (inside.length > 0 || target.group(id) !== undefined) {
      const message = 'Groups and Applications may not have the same identifier.';
      found.push({ path: '/', message: `${message} (${id})` });
    }
    for (let at = parentOf(id); at !== ROOT_ID; at = parentOf(at)) {
      if (target.app(at) === undefined) continue;
      const message = 'Groups and Applications may not have the same identifier.';
      found.push({ path: '/', message: `${message} (${at})` });
    }
  }
  return found;
}

function cycles({ target, changes, groupChanges }: RootCheck): Violation[] {
  const starts = new Set(changes.flatMap((c) => (c.after === undefined ? [] : [c.id])));
  for (const { id, after } of groupChanges) {
    if (after === undefined) continue;
    for (const app of appsBelow(target, id)) starts.add(app.id);
  }
  const cycle = new DependencyGraph(target).findCycle(starts);
  if (cycle === undefined) return [];
  const path = cycle.path.join(' -> ');
  return [{ path: '/', message: `Dependency graph has cyclic dependencies. (${path})` }];
}

/**
 * A dependency that names nothing is refused only when this very write introduces it, looking at
 * the write as a whole (rollouts.md, unknown dependency; Marathon ignored it).
 */
function unknownDependencies({ target, changes, groupChanges }: RootCheck): Violation[] {
  const found: Violation[] = [];
  const judge = (id: PathId, before: readonly PathId[], after: readonly PathId[]): void => {
    after.forEach((dependency, index) => {
      if (before.includes(dependency) || exists(target, dependency)) return;
      const near = nearestId(target, dependency);
      const hint = near === undefined ? '' : `; did you mean '${near}'?`;
      found.push({
        path: `/dependencies(${index})`,
        message: `'${id}' depends on '${dependency}', which does not exist${hint}`,
      });
    });
  };
  for (const { id, before, after } of changes) {
    if (after !== undefined) judge(id, before?.dependencies ?? [], after.dependencies);
  }
  for (const { id, before, after } of groupChanges) {
    if (after !== undefined) judge(id, before?.dependencies ?? [], after.dependencies);
  }
  return found;
}

function exists(tree: Tree, id: PathId): boolean {
  return id === ROOT_ID || tree.app(id) !== undefined || tree.group(id) !== undefined;
}

import { ROOT_ID, parentOf, type PathId } from '../app/index.js';
import type { AppChange, GroupChange } from '../deployment/index.js';
import { DependencyGraph, appsBelow, type Tree } from '../group/index.js';
import { serviceVariables } from '../traffic/index.js';
import type { Violation } from '../violation.js';
import { contestedVolumes, reservedChanges } from './check-data.js';
import { nearestId } from './nearest-id.js';

interface RootCheck {
  readonly target: Tree;
  readonly changes: readonly AppChange[];
  readonly groupChanges: readonly GroupChange[];
  readonly unknownDependency: 'refuse' | 'warn';
  /** See `Adoption`. */
  readonly restoring?: boolean;
  readonly addressed?: boolean;
  readonly places?: ReadonlyMap<PathId, string>;
}

export interface RootVerdict {
  readonly violations: readonly Violation[];
  /** Accepted although likely not meant so. */
  readonly warnings: readonly string[];
}

/** Marathon's text, and then which: both are said of the same path. */
export function sameId(path: string, id: PathId): readonly Violation[] {
  const message = 'Groups and Applications may not have the same identifier.';
  return [
    { path, message },
    { path, message: `'${id}' would be both` },
  ];
}

/** Likewise. */
export function cyclic(path: string, cycle: readonly string[]): readonly Violation[] {
  const message = 'Dependency graph has cyclic dependencies.';
  return [
    { path, message },
    { path, message: cycle.join(' -> ') },
  ];
}

/** Rules of the tree as a whole (marathon-api 7.4), judged on the proposed one. */
export function checkRoot(check: RootCheck): RootVerdict {
  const unknown = unknownDependencies(check);
  const refused = check.unknownDependency === 'refuse' ? unknown : [];
  const tolerated = check.unknownDependency === 'warn' ? unknown : [];
  return {
    violations: [
      ...clashes(check),
      ...cycles(check),
      ...reservedChanges(check.changes),
      ...contestedVolumes(check.target, check.changes, (id) => placeOf(check, 'apps', id)),
      ...refused,
    ],
    warnings: [...tolerated.map(({ message }) => message), ...ambiguousNames(check)],
  };
}

/** Dependencies whose addresses have one name are left out of the environment (rollouts.md). */
function ambiguousNames({ target, changes }: RootCheck): string[] {
  return changes.flatMap(({ after }) => {
    if (after === undefined) return [];
    const { warnings } = serviceVariables(after, target, () => undefined);
    return warnings.flatMap((warning) =>
      warning.kind === 'sameName'
        ? [`'${after.id}' gets no SERVICE_${warning.name}: ${warning.apps.join(' and ')} share it`]
        : [],
    );
  });
}

function clashes({ target, changes, groupChanges }: RootCheck): Violation[] {
  const clashing = new Set<PathId>();
  for (const { id, before, after } of changes) {
    if (after === undefined || before !== undefined) continue;
    if (target.group(id) !== undefined || appsBelow(target, id).length > 0) clashing.add(id);
    for (let at = parentOf(id); at !== ROOT_ID; at = parentOf(at)) {
      if (target.app(at) !== undefined) clashing.add(at);
    }
  }
  for (const { id, after } of groupChanges) {
    if (after !== undefined && target.app(id) !== undefined) clashing.add(id);
  }
  return [...clashing].flatMap((id) => sameId('/', id));
}

function cycles({ target, changes, groupChanges }: RootCheck): readonly Violation[] {
  const starts = new Set(changes.flatMap((c) => (c.after === undefined ? [] : [c.id])));
  for (const { id, after } of groupChanges) {
    if (after === undefined) continue;
    for (const app of appsBelow(target, id)) starts.add(app.id);
  }
  const cycle = new DependencyGraph(target).findCycle(starts);
  return cycle === undefined ? [] : cyclic('/', cycle.path);
}

/**
 * A dependency that names nothing is refused only when this very write introduces it, looking at
 * the write as a whole (rollouts.md, unknown dependency; Marathon ignored it).
 */
function unknownDependencies(check: RootCheck): Violation[] {
  const { target, changes, groupChanges, restoring = false } = check;
  if (restoring) return [];
  const found: Violation[] = [];
  const judge = (kind: 'apps' | 'groups', change: AppChange | GroupChange): void => {
    const { id, before, after } = change;
    after?.dependencies.forEach((dependency, index) => {
      if (before?.dependencies.includes(dependency) === true || exists(target, dependency)) return;
      const near = nearestId(target, dependency);
      const hint = near === undefined ? '' : `; did you mean '${near}'?`;
      found.push({
        path: `${placeOf(check, kind, id)}/dependencies(${index})`,
        message: `'${id}' depends on '${dependency}', which does not exist${hint}`,
      });
    });
  };
  for (const change of changes) judge('apps', change);
  for (const change of groupChanges) judge('groups', change);
  return found;
}

/** Where the document of the request speaks of a node; empty for a document of one node. */
function placeOf(
  { addressed = false, places }: RootCheck,
  kind: 'apps' | 'groups',
  id: PathId,
): string {
  return places?.get(id) ?? (addressed ? `/${kind}/${id}` : '');
}

function exists(tree: Tree, id: PathId): boolean {
  return id === ROOT_ID || tree.app(id) !== undefined || tree.group(id) !== undefined;
}

import { eachInSteps, type Steps } from '@ekiden/kernel';
import {
  ROOT_ID,
  ancestorsOf,
  isBelow,
  isPod,
  parentOf,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import type { AppChange, GroupChange } from '../deployment/index.js';
import { appsBelow, walkApps, type DependencyGraph, type Tree } from '../group/index.js';
import { serviceVariables } from '../traffic/index.js';
import type { Violation } from '../violation.js';
import { contestedVolumes, reservedChanges } from './check-data.js';
import { reservedPodChanges } from './check-pod-data.js';
import { nearestId } from './nearest-id.js';

export interface RootCheck {
  readonly target: Tree;
  /** Of the target. */
  readonly graph: DependencyGraph;
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
export function sameId(
  path: string,
  id: PathId,
  message = 'Groups and Applications may not have the same identifier.',
): readonly Violation[] {
  return [
    { path, message },
    { path, message: `'${id}' would be both` },
  ];
}

const SAME_SPEC = 'Applications and Pods may not share the same id';

/** What is said of a group at the id of an app or a pod. */
function sameGroup(spec: AppDefinition): string {
  const nouns = isPod(spec) ? 'Groups and Pods' : 'Groups and Applications';
  return `${nouns} may not have the same identifier.`;
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
export function* checkRoot(check: RootCheck): Steps<RootVerdict> {
  const unknown = yield* unknownDependencies(check);
  const refused = check.unknownDependency === 'refuse' ? unknown : [];
  const tolerated = check.unknownDependency === 'warn' ? unknown : [];
  const clashing = yield* clashes(check);
  const cyclicOnes = yield* cycles(check);
  const reserved = reservedChanges(check.changes);
  yield;
  const reservedPods = reservedPodChanges(check.changes);
  yield;
  const placed = (id: PathId): string => placeOf(check, 'apps', id);
  const contested = contestedVolumes(check.target, check.changes, placed);
  const ambiguous = yield* ambiguousNames(check);
  return {
    violations: [
      ...clashing,
      ...cyclicOnes,
      ...reserved,
      ...reservedPods,
      ...contested,
      ...refused,
    ],
    warnings: [...tolerated.map(({ message }) => message), ...ambiguous, ...ownMembers(check)],
  };
}

/** Dependencies whose addresses have one name are left out of the environment (rollouts.md). */
function* ambiguousNames({ target, graph, changes }: RootCheck): Steps<string[]> {
  const found: string[] = [];
  yield* eachInSteps(changes, ({ after }) => {
    if (after === undefined || graph.dependenciesOf(after.id).length < 2) return;
    const { warnings } = serviceVariables(after, target, () => undefined);
    for (const warning of warnings) {
      if (warning.kind !== 'sameName') continue;
      const { name, apps } = warning;
      found.push(`'${after.id}' gets no SERVICE_${name}: ${apps.join(' and ')} share it`);
    }
  });
  return found;
}

/** Ids that two nodes of the proposed tree would share, or a node and a group around it. */
function* clashes({
  target,
  changes,
  groupChanges,
  restoring = false,
}: RootCheck): Steps<readonly Violation[]> {
  const clashing = new Map<PathId, string>();
  yield* eachInSteps(changes, ({ id, before, after }) => {
    if (after === undefined) return;
    if (before !== undefined) {
      // What is restored takes the place of what came after it, whatever that is.
      if (isPod(before) !== isPod(after) && !restoring) clashing.set(id, SAME_SPEC);
      return;
    }
    if (target.group(id) !== undefined || appsBelow(target, id).length > 0) {
      clashing.set(id, sameGroup(after));
    }
    for (let at = parentOf(id); at !== ROOT_ID; at = parentOf(at)) {
      const above = target.app(at);
      if (above !== undefined) clashing.set(at, sameGroup(above));
    }
  });
  for (const { id, after } of groupChanges) {
    const spec = after && target.app(id);
    if (spec !== undefined) clashing.set(id, sameGroup(spec));
  }
  return [...clashing].flatMap(([id, message]) => sameId('/', id, message));
}

function* cycles({ target, graph, changes, groupChanges }: RootCheck): Steps<readonly Violation[]> {
  const starts: AppDefinition[] = [];
  yield* eachInSteps(changes, ({ after }) => {
    if (after !== undefined) starts.push(after);
  });
  for (const group of outermost(groupChanges)) {
    yield* eachInSteps(walkApps(target, group), (app) => void starts.push(app));
  }
  const cycle = yield* graph.findCycle(starts);
  return cycle === undefined ? [] : cyclic('/', cycle.path);
}

/** Of groups that are put, those around the others: what is below them is below these. */
function outermost(groupChanges: readonly GroupChange[]): readonly PathId[] {
  const put = new Set(groupChanges.flatMap(({ id, after }) => (after === undefined ? [] : [id])));
  return [...put].filter((id) => !ancestorsOf(id).some((around) => put.has(around)));
}

/**
 * A dependency that names nothing is refused only when this very write introduces it, looking at
 * the write as a whole (rollouts.md, unknown dependency; Marathon ignored it).
 */
function* unknownDependencies(check: RootCheck): Steps<Violation[]> {
  const { target, changes, groupChanges, restoring = false } = check;
  if (restoring) return [];
  const found: Violation[] = [];
  const judge = (kind: 'apps' | 'groups', change: AppChange | GroupChange): void => {
    const { id, before, after } = change;
    if (after === undefined || after.dependencies === before?.dependencies) return;
    after.dependencies.forEach((dependency, index) => {
      if (before?.dependencies.includes(dependency) === true || exists(target, dependency)) return;
      const near = nearestId(target, dependency);
      const hint = near === undefined ? '' : `; did you mean '${near}'?`;
      found.push({
        path: `${placeOf(check, kind, id)}/dependencies(${index})`,
        message: `'${id}' depends on '${dependency}', which does not exist${hint}`,
      });
    });
  };
  yield* eachInSteps(changes, (change) => judge('apps', change));
  yield* eachInSteps(groupChanges, (change) => judge('groups', change));
  return found;
}

/** A group that names an app in it as a dependency: nobody waits for that. */
function ownMembers({ target, groupChanges }: RootCheck): readonly string[] {
  return groupChanges.flatMap(({ id, before, after }) =>
    (after?.dependencies ?? [])
      .filter((on) => isBelow(on, id) && target.app(on) !== undefined)
      .filter((on) => before?.dependencies.includes(on) !== true)
      .map((on) => `'${id}' depends on '${on}', which is in it: nothing waits for that by this`),
  );
}

/** Where the document of the request speaks of a node; empty for a document of one node. */
export function placeOf(
  { addressed = false, places }: RootCheck,
  kind: 'apps' | 'groups',
  id: PathId,
): string {
  return places?.get(id) ?? (addressed ? `/${kind}/${id}` : '');
}

function exists(tree: Tree, id: PathId): boolean {
  return id === ROOT_ID || tree.app(id) !== undefined || tree.group(id) !== undefined;
}

import { perGroup, type AppDefinition, type PathId } from '../app/index.js';
import type { Group, RootSnapshot, RootView } from './root-group.js';

/** What graph and plan code need of a tree; a committed root, a draft or a proposed one. */
export interface Tree {
  app(id: PathId): AppDefinition | undefined;
  group(id: PathId): Group | undefined;
  /** Apps directly in a group. */
  appsIn(group: PathId): readonly AppDefinition[];
  /** Groups directly in a group. */
  groupsIn(group: PathId): readonly Group[];
}

/** The stored root as a tree. */
export function treeOf(root: Pick<RootView, 'apps' | 'groups'>): Tree {
  return {
    app: (id) => root.apps.get(id),
    group: (id) => root.groups.get(id),
    appsIn: (group) => root.apps.by('parent', group),
    groupsIn: (group) => root.groups.by('parent', group),
  };
}

/** What a group was at some time, as a tree. */
export function snapshotTree({ apps, groups }: RootSnapshot): Tree {
  return patchedTree(EMPTY, {
    apps: new Map(apps.map((app) => [app.id, app])),
    groups: new Map(groups.map((group) => [group.id, group])),
  });
}

const EMPTY: Tree = {
  app: () => undefined,
  group: () => undefined,
  appsIn: () => [],
  groupsIn: () => [],
};

export interface TreePatch {
  readonly apps: NodePatch<AppDefinition>;
  readonly groups: NodePatch<Group>;
}

/** What becomes of some nodes, as a Map tells it: `undefined` = removed. */
export interface NodePatch<T> {
  has(id: PathId): boolean;
  get(id: PathId): T | undefined;
  values(): Iterable<T | undefined>;
}

/** A proposed tree: `base` with some apps and groups put or removed, nothing copied. */
export function patchedTree(base: Tree, patch: TreePatch): Tree {
  const appsOf = childrenByParent(patch.apps);
  const groupsOf = childrenByParent(patch.groups);
  return {
    app: (id) => patch.apps.get(id) ?? (patch.apps.has(id) ? undefined : base.app(id)),
    group: (id) => patch.groups.get(id) ?? (patch.groups.has(id) ? undefined : base.group(id)),
    appsIn: (group) => [
      ...base.appsIn(group).filter((app) => !patch.apps.has(app.id)),
      ...(appsOf().get(group) ?? []),
    ],
    groupsIn: (group) => [
      ...base.groupsIn(group).filter((child) => !patch.groups.has(child.id)),
      ...(groupsOf().get(group) ?? []),
    ],
  };
}

/** Sorted when somebody asks: of a plan that changes thousands of apps mostly nobody does. */
function childrenByParent<T extends { readonly id: PathId }>(
  rows: NodePatch<T>,
): () => ReadonlyMap<PathId, readonly T[]> {
  let known: Map<PathId, T[]> | undefined;
  return () => {
    if (known !== undefined) return known;
    const found = new Map<PathId, T[]>();
    const siblingsOf = perGroup((parent) => {
      const siblings = found.get(parent) ?? [];
      found.set(parent, siblings);
      return siblings;
    });
    for (const row of rows.values()) if (row !== undefined) siblingsOf(row.id).push(row);
    known = found;
    return found;
  };
}

/** All apps at any depth below a group. */
export function appsBelow(tree: Tree, group: PathId): AppDefinition[] {
  return [...walkApps(tree, group)];
}

/** The same, one after the other. */
export function* walkApps(tree: Tree, group: PathId): IterableIterator<AppDefinition> {
  const open: PathId[] = [group];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield* tree.appsIn(next);
    for (const child of tree.groupsIn(next)) open.push(child.id);
  }
}

/** All groups at any depth below a group, parents first. */
export function groupsBelow(tree: Tree, group: PathId): Group[] {
  const found = [...tree.groupsIn(group)];
  for (const { id } of found) found.push(...tree.groupsIn(id));
  return found;
}

export { DependencyGraph, type DependencyCycle } from './dependency-graph.js';
export type { Group, RootView } from './root-group.js';
export { appsBelow, patchedTree, treeOf, type Tree, type TreePatch } from './tree.js';

export { DependencyGraph, type DependencyCycle, type LevelledApp } from './dependency-graph.js';
export {
  effectiveRollout,
  rolloutAround,
  rolloutSource,
  type EffectiveRollout,
  type RolloutSource,
  type StrategyChoice,
} from './effective-rollout.js';
export type { GroupWire } from './group-wire.js';
export type { Group, RootSnapshot, RootView } from './root-group.js';
export { INSTANCES_MAX, scaleInstances } from './scale-instances.js';
export {
  appsBelow,
  groupsBelow,
  patchedTree,
  snapshotTree,
  treeOf,
  walkApps,
  type NodePatch,
  type Tree,
  type TreePatch,
} from './tree.js';

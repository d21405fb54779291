import type { Millis, TableView } from '@ekiden/kernel';
import type { AppDefinition, DependencyRules, PathId, Rollout } from '../app/index.js';

/** An inner node of the tree. The root group (`/`) always exists, stored or not. */
export interface Group {
  readonly id: PathId;
  readonly dependencies: readonly PathId[];
  /** Of some of them; they hold for everything below that has no dependency of its own on the same. */
  readonly dependencyRules?: DependencyRules;
  readonly enforceRole: boolean;
  /** Of everything below that has none of its own, and nothing nearer; absent = none. */
  readonly rollout?: Rollout;
}

/**
 * The whole tree as flat rows by absolute id: a node's parent follows from its id. Apps have the
 * indexes `parent` (enclosing group) and groups likewise.
 */
export interface RootView {
  /** When the tree last changed; every group shows this version (marathon-api 3.2). */
  readonly version: Millis;
  readonly groups: TableView<PathId, Group>;
  readonly apps: TableView<PathId, AppDefinition>;
}

/** A group and everything below it as they once were. */
export interface RootSnapshot {
  /** The group itself too, unless it is the root. */
  readonly groups: readonly Group[];
  readonly apps: readonly AppDefinition[];
}

import type { Millis } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../app/index.js';
import type { Group } from '../group/index.js';

export type ActionKind =
  'StartApplication' | 'ScaleApplication' | 'RestartApplication' | 'StopApplication';

export interface Action {
  readonly kind: ActionKind;
  readonly app: PathId;
}

/** Actions of a step run side by side; the next step begins when all of them are done. */
export interface Step {
  readonly actions: readonly Action[];
}

/** What one app was before and shall be after; absent = did not or will not exist. */
export interface AppChange {
  readonly id: PathId;
  readonly before?: AppDefinition;
  readonly after?: AppDefinition;
  /** A superseded plan left instances of several configurations: act even if nothing differs. */
  readonly mixed?: boolean;
}

/** The same for a group; groups have no actions, but undo needs them. */
export interface GroupChange {
  readonly id: PathId;
  readonly before?: Group;
  readonly after?: Group;
}

/**
 * The way from one root to the next, decided whole before anything is done. Immutable; it may
 * become the target only while `parent` is still the current root.
 */
export interface DeploymentPlan {
  readonly id: string;
  readonly parent: Millis;
  readonly version: Millis;
  readonly steps: readonly Step[];
  readonly changes: readonly AppChange[];
  readonly groupChanges: readonly GroupChange[];
  /** Instances that must be among the victims of a scale-down (kill and scale). */
  readonly sentenced: Readonly<Record<string, readonly string[]>>;
  /** What was accepted although it is likely not meant so; sentences for people. */
  readonly warnings: readonly string[];
}

import type { Millis } from '@ekiden/kernel';
import { isScaleOnly, type AppDefinition, type DependencyRule, type PathId } from '../app/index.js';
import type { Group } from '../group/index.js';
import type { Finding } from './finding.js';
import type { InPlaceRollout, PlannedRollout } from './rollout-progress.js';

/** What an action does; apps and pods go through the same ones. */
export type ActionVerb = 'Start' | 'Scale' | 'Restart' | 'Stop';

export type ActionKind = `${ActionVerb}${'Application' | 'Pod'}`;

export interface Action {
  readonly kind: ActionKind;
  /** An app or a pod, as the kind says. */
  readonly app: PathId;
}

const VERBS: Readonly<Record<ActionKind, ActionVerb>> = {
  StartApplication: 'Start',
  StartPod: 'Start',
  ScaleApplication: 'Scale',
  ScalePod: 'Scale',
  RestartApplication: 'Restart',
  RestartPod: 'Restart',
  StopApplication: 'Stop',
  StopPod: 'Stop',
};

const KINDS: Readonly<Record<ActionVerb, Readonly<Record<'app' | 'pod', ActionKind>>>> = {
  Start: { app: 'StartApplication', pod: 'StartPod' },
  Scale: { app: 'ScaleApplication', pod: 'ScalePod' },
  Restart: { app: 'RestartApplication', pod: 'RestartPod' },
  Stop: { app: 'StopApplication', pod: 'StopPod' },
};

/** One text for all actions of a kind: there may be ten thousand of them. */
export function kindOf(verb: ActionVerb, isPod: boolean): ActionKind {
  return KINDS[verb][isPod ? 'pod' : 'app'];
}

export function verbOf({ kind }: Action): ActionVerb {
  return VERBS[kind];
}

export function concernsPod({ kind }: Action): boolean {
  return kind.endsWith('Pod');
}

/** Actions of a step run side by side; the next step begins when all of them are done. */
export interface Step {
  readonly actions: readonly Action[];
  /** Scope of the rollout that this step grows to its full size and promotes. */
  readonly promotes?: PathId;
}

/** What one app or pod was before and shall be after; absent = did not or will not exist. */
export interface AppChange {
  readonly id: PathId;
  readonly before?: AppDefinition;
  readonly after?: AppDefinition;
  /** A superseded plan left instances of several configurations: act even if nothing differs. */
  readonly mixed?: boolean;
  /** How many are live of what it was, where scaling has changed that since. */
  readonly keep?: number;
  /**
   * What it goes back to has been live all the time: the version that is given up was beside it,
   * and nothing of the app is started or stopped but that.
   */
  readonly standing?: true;
}

/** What the step of an app does; nothing where only what is said of it has changed. */
export function verbFor({ before, after, mixed }: AppChange): ActionVerb | undefined {
  if (after === undefined) return 'Stop';
  if (before === undefined || after.instances === 0 || isScaleOnly(before, after)) return 'Scale';
  const sameConfig = before.versionInfo.lastConfigChangeAt === after.versionInfo.lastConfigChangeAt;
  return sameConfig && mixed !== true ? undefined : 'Restart';
}

/** Whether instances take the place of others. */
export function replaces(change: AppChange): boolean {
  return verbFor(change) === 'Restart';
}

/** The same for a group; groups have no actions, but undo needs them. */
export interface GroupChange {
  readonly id: PathId;
  readonly before?: Group;
  readonly after?: Group;
}

/** Something that an app waits for before its turn comes. */
export interface PlannedEdge {
  /** An app that the plan changes too, or one that is suspended. */
  readonly on: PathId;
  /** Absent = none was given. */
  readonly rule?: DependencyRule;
  /** No instances of it are wanted, so it is waited for until the deadline alone. */
  readonly suspended?: true;
  /**
   * A promotion that comes before it waits for this app in turn, so that it is not waited for: the
   * app takes its turn by the order of steps, and goes by what is live of it.
   */
  readonly inCircle?: true;
}

/** By the app that waits; apps that wait for nothing are left out. */
export type PlannedEdges = Readonly<Record<PathId, readonly PlannedEdge[]>>;

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
  /** Those with two generations; absent = none. */
  readonly rollouts?: readonly PlannedRollout[];
  /** The other changed apps that a rollout governs; absent = none. */
  readonly inPlace?: readonly InPlaceRollout[];
  /**
   * Those that are only scaled or go back, as far as a rollout governs them. Absent = in plans of
   * older versions: what is said at any time governs what neither list names.
   */
  readonly governed?: readonly InPlaceRollout[];
  /** Absent = each step waits for all of the one before (as in plans of older versions). */
  readonly edges?: PlannedEdges;
  /** What was accepted although it is likely not meant so; sentences for people. */
  readonly warnings: readonly string[];
  /** What rules say against it, each also a warning; absent = nothing. */
  readonly findings?: readonly Finding[];
}

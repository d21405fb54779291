import type { Millis } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { QueuedWrite } from '../wish/index.js';
import type { HookRun } from './hook-run.js';
import type { DeploymentPlan } from './plan.js';
import type { RolloutProgress } from './rollout-progress.js';

export type DeploymentStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** A write that waits for deployments in its way (ADR 0054). */
export interface QueuedDeployment {
  /** What was asked for; decided anew when it begins. */
  readonly write: QueuedWrite;
  /** Its place: those with smaller numbers go first where both change the same. */
  readonly number: number;
  /** Running or queued ones in its way when that was last looked at. */
  readonly waitsFor: readonly string[];
  /** What was there when it was asked for, and is to be changed: apps and groups. */
  readonly buildsOn: readonly PathId[];
}

/** A plan in progress (or its outcome, kept as history). */
export interface Deployment {
  readonly id: string;
  readonly plan: DeploymentPlan;
  readonly status: DeploymentStatus;
  /** While it is queued; its plan is then what it would come to, and holds nothing. */
  readonly queued?: QueuedDeployment;
  /** When it was queued, if it was. */
  readonly queuedAt?: Millis;
  /** Index into `plan.steps` of the step under way; `plan.steps.length` when all are done. */
  readonly step: number;
  /** Since when that step is under way; absent in rows of older versions. */
  readonly stepSince?: Millis;
  /** Apps of later steps that all they depend on has let go ahead, and since when. */
  readonly ahead?: Readonly<Record<PathId, Millis>>;
  /** Whether `deployment_info` of the current step has been announced. */
  readonly announced: boolean;
  readonly startedAt: Millis;
  /** From when those are waited for that nobody runs; absent = `startedAt`. Pauses do not count. */
  readonly patientSince?: Millis;
  /** When it was last resumed though it could not go on: what it failed for has all its time anew. */
  readonly triedAgainAt?: Millis;
  /** When something last moved, to the second: a step, or an instance of an affected app. */
  readonly progressAt: Millis;
  /** Since when an operator has it wait; with a reason: since when it waits for one. */
  readonly paused?: { readonly since: Millis; readonly reason?: string };
  /** The deployment that this one takes back. */
  readonly undoes?: string;
  /** The last one that took this one back. */
  readonly undoneBy?: string;
  /** Hooks that were begun, in that order. */
  readonly hooks?: readonly HookRun[];
  /** Of the plan's rollouts, in its order; one that holds outlives `status: 'running'`. */
  readonly rollouts?: readonly RolloutProgress[];
  readonly finishedAt?: Millis;
  readonly reason?: string;
}

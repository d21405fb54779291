import type { Millis, TaskId } from '@ekiden/kernel';
import type { AppDefinition, AppWire, PathId, RolloutStrategy } from '../app/index.js';
import type { GroupWire, RootSnapshot } from '../group/index.js';
import type { InstanceId } from '../instance/index.js';
import type { PodWire } from '../pod/index.js';

/** Where a change came from; shown in `api_post_event` and the events of pods. */
export interface Origin {
  readonly clientIp: string;
  /** Request path without the query. */
  readonly uri: string;
}

/** One app of a request, as asked. */
export interface AppEntry {
  readonly id: PathId;
  readonly app: AppWire;
  /** Asks for this stored version back instead; `undefined`: there is none of that time. */
  readonly restored?: { readonly definition: AppDefinition | undefined };
}

/** A change of the tree, as asked; decided against the root of the moment, one after another. */
export type RootChange =
  | { readonly kind: 'createApp'; readonly id: PathId; readonly app: AppWire }
  | {
      readonly kind: 'upsertApps';
      readonly entries: readonly AppEntry[];
      /** The request is a list, even if of one: violations name the place in it (`(1)/cpus`). */
      readonly listed?: boolean;
      /** Merge into what exists (PATCH, PUT) instead of replacing it (`partialUpdate=false`). */
      readonly partial: boolean;
      /** PATCH: an unknown app is a 404 instead of a creation. */
      readonly mustExist: boolean;
    }
  | {
      readonly kind: 'rollbackApp';
      readonly id: PathId;
      /** The stored version to restore; undefined when there is none of that time. */
      readonly definition: AppDefinition | undefined;
    }
  /** With `wipe` its volumes go with it. */
  | { readonly kind: 'deleteApp'; readonly id: PathId; readonly wipe?: boolean }
  | { readonly kind: 'restartApp'; readonly id: PathId }
  | { readonly kind: 'createPod'; readonly id: PathId; readonly pod: PodWire }
  /** Replaced as a whole, or created. */
  | { readonly kind: 'updatePod'; readonly id: PathId; readonly pod: PodWire }
  | { readonly kind: 'deletePod'; readonly id: PathId }
  | { readonly kind: 'restartPod'; readonly id: PathId }
  /** The group must not exist yet; ids in `group` are relative to `id`, its own id is not read. */
  | { readonly kind: 'createGroup'; readonly id: PathId; readonly group: GroupWire }
  /** Merged into what exists, or created. */
  | { readonly kind: 'updateGroup'; readonly id: PathId; readonly group: GroupWire }
  /** Multiplies the instances of every app below, rounded up. */
  | { readonly kind: 'scaleGroup'; readonly id: PathId; readonly by: number }
  | {
      readonly kind: 'restoreGroup';
      readonly id: PathId;
      readonly version: Millis;
      /** What the group was then; undefined when it did not exist or there is no such version. */
      readonly snapshot: RootSnapshot | undefined;
    }
  /** With everything below; the root is emptied. */
  | { readonly kind: 'deleteGroup'; readonly id: PathId; readonly wipe?: boolean };

/**
 * Which tasks a kill addresses: those of apps, or whole instances of one pod. Unknown ids, and ids
 * of the other kind, are skipped by `ids` and `instances`.
 */
export type TaskSelection =
  | { readonly by: 'ids'; readonly ids: readonly TaskId[] }
  | { readonly by: 'app'; readonly app: PathId; readonly host?: string }
  | { readonly by: 'appTask'; readonly app: PathId; readonly task: TaskId }
  | { readonly by: 'instance'; readonly pod: PathId; readonly id: InstanceId }
  | { readonly by: 'instances'; readonly pod: PathId; readonly ids: readonly InstanceId[] };

/** The plan that a change has to come to, or it is refused (compare and swap, DESIGN 7). */
export interface PlanParent {
  /** Of the tree that the plan was computed from. */
  readonly version: Millis;
  /** Of the plan; absent = whatever the change comes to in that tree. */
  readonly digest?: string;
}

/** A write that may wait for deployments in its way, as it was asked for. */
export type QueuedWrite =
  | {
      readonly kind: 'changeRoot';
      readonly change: RootChange;
      readonly strategy?: RolloutStrategy;
      readonly parent?: PlanParent;
      readonly origin: Origin;
    }
  /** Kill and scale. */
  | { readonly kind: 'killTasks'; readonly tasks: TaskSelection; readonly origin?: Origin };

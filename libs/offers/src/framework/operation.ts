import type { AgentId, Brand, TaskId } from '@ekiden/kernel';

import type { Milli, Resource, Resources } from '../resources/index.js';

/**
 * Chosen by the framework; asks for a status of every outcome instead of failures only
 * (`operation.id` of Mesos, offer-core 1.5; launches have none).
 */
export type OperationId = Brand<string, 'OperationId'>;

/** One task to start on the agent of the accepted offers (TaskInfo of Mesos, offer-core 1.5). */
export interface TaskLaunch {
  readonly taskId: TaskId;
  readonly name: string;
  readonly resources: Resources;
  /** What the host driver needs to start it: JSON data, opaque to the offer core. */
  readonly info: unknown;
  /** Whole, default 0. Asks of a higher priority may have it preempted. */
  readonly priority?: number;
}

/**
 * What turns resources into others of the same amount (offer-core 1.5, the "speculative" ones: the
 * books follow at once, and what follows in the same call may use the result).
 */
export type ResourceOperation = { readonly id?: OperationId } & (
  | {
      /** The resources as they are to be: with the reservation for the offer's role on top. */
      readonly kind: 'RESERVE';
      readonly resources: Resources;
    }
  | {
      /** The resources as they are; the top reservation is taken off. */
      readonly kind: 'UNRESERVE';
      readonly resources: Resources;
    }
  | { readonly kind: 'CREATE' | 'DESTROY'; readonly volumes: Resources }
  | {
      /** The grown volume is not for later steps of the same call. */
      readonly kind: 'GROW_VOLUME';
      readonly volume: Resource;
      /** Disk reserved as that of the volume. */
      readonly addition: Resource;
    }
  | {
      readonly kind: 'SHRINK_VOLUME';
      readonly volume: Resource;
      /** How much disk it gives up; less than it has. */
      readonly subtract: Milli;
    }
);

/**
 * A step of an accept: they are done in order on what the steps before left (Offer.Operation of
 * Mesos, offer-core 1.5, ADM-03).
 */
export type OfferOperation =
  | ResourceOperation
  | { readonly kind: 'LAUNCH'; readonly tasks: readonly TaskLaunch[] }
  | {
      /** A pod: all of the tasks start or none does. */
      readonly kind: 'LAUNCH_GROUP';
      readonly tasks: readonly TaskLaunch[];
      /** Used besides the tasks until the last of them ends. Its id is new on the agent. */
      readonly executor?: { readonly id: string; readonly resources: Resources };
    };

/**
 * States of an operation (offer-core 1.5). In one process an operation is done within the call:
 * FINISHED, or ERROR when it is not valid. The others are for masters that are further away.
 */
export type OperationState =
  | 'PENDING'
  | 'FINISHED'
  | 'FAILED'
  | 'ERROR'
  | 'DROPPED'
  | 'UNREACHABLE'
  | 'GONE_BY_OPERATOR'
  | 'RECOVERING'
  | 'UNKNOWN';

/** What became of an operation (OperationStatus of Mesos, offer-core 1.5). */
export interface OperationStatus {
  readonly operationId?: OperationId;
  readonly operation: ResourceOperation['kind'];
  /** Absent when none of the offers named was there. */
  readonly agentId?: AgentId;
  readonly state: OperationState;
  readonly message?: string;
  /** What it made. */
  readonly converted?: Resources;
}

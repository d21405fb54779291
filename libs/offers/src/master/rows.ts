import type { AgentId, Millis, TaskId, TaskState, TaskStatus } from '@ekiden/kernel';

import type { Quota } from '../allocator/index.js';
import type {
  AgentCapability,
  Domain,
  FrameworkId,
  FrameworkInfo,
  Unavailability,
} from '../framework/index.js';
import type { Attribute, Resources } from '../resources/index.js';

/** What a host says of itself when it registers. */
export interface AgentInfo {
  readonly id: AgentId;
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly domain?: Domain;
  readonly total: Resources;
  /** Absent = all of them. */
  readonly capabilities?: readonly AgentCapability[];
}

/** An agent is emptied: DRAINING until nothing is left on it, then DRAINED until activated. */
export interface AgentDrain {
  readonly state: 'DRAINING' | 'DRAINED';
  readonly since: Millis;
  /** From then on its tasks are killed. */
  readonly deadline: Millis;
  /** The deadline has come: every task there has been told to end. */
  readonly killing?: true;
  /** Once drained it is gone for good. */
  readonly markGone?: true;
  /** An operator's words. */
  readonly reason?: string;
  /** Tasks that were there when it began. */
  readonly tasks?: number;
}

/** All rows are plain JSON data: stored and read back without a codec. */
export interface AgentRow extends AgentInfo {
  /** False while an operator keeps new tasks away. */
  readonly activated: boolean;
  readonly reachable: boolean;
  readonly unreachableSince?: Millis;
  /** False after a restart until the host registers again; only then it is offered. */
  readonly registered: boolean;
  /**
   * What the host itself said, while operations (RESERVE, CREATE ...) have made something else of
   * it: `total` is what they made. Saying the same again leaves `total` alone.
   */
  readonly reported?: Resources;
  readonly unavailability?: Unavailability;
  readonly drain?: AgentDrain;
  /** An operator says it never comes back. The row stays, so that the id cannot register again. */
  readonly goneSince?: Millis;
}

export interface FrameworkRow {
  readonly id: FrameworkId;
  readonly info: FrameworkInfo;
  readonly connected: boolean;
  readonly disconnectedAt?: Millis;
  /** It ended, or its failover timeout did: its tasks are being killed, then the row goes. */
  readonly tearingDown: boolean;
}

/** A role that an operator said something of; all others have weight 1 and no quota. */
export interface RoleRow {
  /** The role's path. */
  readonly id: string;
  readonly weight: number;
  readonly quota?: Quota;
}

/** Runs the tasks of a group; what it needs itself it has until the last of them ends. */
export interface TaskExecutor {
  /** Unlike any other executor's of the agent. */
  readonly id: string;
  readonly resources: Resources;
}

/**
 * A task from its launch until its end was forwarded. A terminal one stays only while its
 * framework is away, and holds no resources.
 */
export interface TaskRow {
  readonly id: TaskId;
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
  readonly name: string;
  readonly resources: Resources;
  readonly state: TaskState;
  /** Launch payload for the host driver; `null` once the host reported progress. */
  readonly info: unknown;
  /** Of the leadership term that launched it. */
  readonly epoch: number;
  readonly launchedAt: Millis;
  readonly statusAt: Millis;
  readonly healthy?: boolean;
  readonly unreachableSince?: Millis;
  /** The latest status; absent until the first one. */
  readonly lastStatus?: TaskStatus;
  /** Of a task launched in a group: all tasks with this executor on this agent are the group. */
  readonly executor?: TaskExecutor;
  /** Absent = 0. A task may be preempted for asks of a higher priority. */
  readonly priority?: number;
}

/** Ports somebody outside the cluster holds on a host. Not stored: probed again after a restart. */
export interface WithheldPorts {
  readonly agentId: AgentId;
  readonly ports: readonly { readonly port: number; readonly until: Millis }[];
}

/** What a store hands back after a restart. */
export interface StoredRows {
  readonly agents: Iterable<AgentRow>;
  readonly frameworks: Iterable<FrameworkRow>;
  readonly tasks: Iterable<TaskRow>;
  readonly roles?: Iterable<RoleRow>;
}

/** What has to be done on hosts after the commit; repeated ones must be harmless. */
export type MasterEffect =
  | { readonly kind: 'launch'; readonly agentId: AgentId; readonly task: TaskRow }
  | {
      readonly kind: 'kill';
      readonly agentId: AgentId;
      readonly taskId: TaskId;
      readonly gracePeriod?: Millis;
    };

/**
 * What became of a status: `forwarded` to the framework, `recorded` for when it is back, `stale`
 * (late, repeated, or of another host), or of a task nobody knows.
 */
export type StatusOutcome = 'forwarded' | 'recorded' | 'stale' | 'unknownTask';

import type { AgentId, Millis, TaskId, TaskState, TaskStatus } from '@ekiden/kernel';

import type { Domain, FrameworkId, FrameworkInfo } from '../framework/index.js';
import type { Attribute, Resources } from '../resources/index.js';

/** What a host says of itself when it registers. */
export interface AgentInfo {
  readonly id: AgentId;
  readonly hostname: string;
  readonly attributes: readonly Attribute[];
  readonly domain?: Domain;
  readonly total: Resources;
}

/** All rows are plain JSON data: stored and read back without a codec. */
export interface AgentRow extends AgentInfo {
  /** False while an operator keeps new tasks away. */
  readonly activated: boolean;
  readonly reachable: boolean;
  readonly unreachableSince?: Millis;
  /** False after a restart until the host registers again; only then it is offered. */
  readonly registered: boolean;
}

export interface FrameworkRow {
  readonly id: FrameworkId;
  readonly info: FrameworkInfo;
  readonly connected: boolean;
  readonly disconnectedAt?: Millis;
  /** The failover timeout ran out: its tasks are being killed, then the row goes. */
  readonly tearingDown: boolean;
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

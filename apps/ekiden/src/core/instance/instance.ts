import type { AgentId, Brand, MemberEnd, Millis, TaskId, TaskState } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../app/index.js';
import type { CheckState, ReadinessState } from '../health/index.js';
import type { KillOrder } from './kill-order.js';

/** `<safe path>.instance-<uuid>` (marathon-api 3.4); stays the same through relaunches. */
export type InstanceId = Brand<string, 'InstanceId'>;

/** What orchestration wants of an instance. `Decommissioned` is final. */
export type Goal = 'Running' | 'Stopped' | 'Decommissioned';

/** What has been observed of an instance (marathon-behaviour 5.1). */
export type Condition =
  | 'Scheduled'
  | 'Provisioned'
  | 'Staging'
  | 'Starting'
  | 'Running'
  | 'Killing'
  | 'Unreachable'
  | 'UnreachableInactive'
  | 'Finished'
  | 'Failed'
  | 'Killed'
  | 'Error'
  | 'Gone'
  | 'Dropped'
  | 'Unknown';

/** The one-shot execution that an instance is or was last embodied by. */
export interface InstanceTask {
  readonly id: TaskId;
  readonly agentId: AgentId;
  readonly host: string;
  /** Where its host ports answer, as seen from the leader; absent = at `host`. */
  readonly hostAddress?: string;
  /** Where it was told to find service ports; absent = on its host's loopback address. */
  readonly servicesAt?: string;
  /** Allocated host ports in the order of the definition's ports. */
  readonly hostPorts: readonly number[];
  readonly ipAddresses: readonly string[];
  readonly state: TaskState;
  readonly stagedAt: Millis;
  readonly startedAt?: Millis;
  /** By the position of the check in the definition; absent before the first result. */
  readonly health?: readonly CheckState[];
  /** By all checks together; absent while unknown. */
  readonly healthy?: boolean;
  /** By the position of the readiness check in the definition; absent before the first result. */
  readonly readiness?: readonly ReadinessState[];
  /** While its host cannot be reached. */
  readonly unreachableSince?: Millis;
  /** It has run while nothing did of something that its app is restarted for (ADR 0053). */
  readonly lost?: { readonly on: PathId; readonly since: Millis };
  /** Of a pod that has ended: how its containers did, by their task ids. */
  readonly members?: readonly MemberEnd[];
}

/**
 * What an instance that keeps data has for itself on one agent, whether it runs or not; the books
 * of the agent say how much.
 */
export interface InstanceReservation {
  /** Label of it in the books: the id of the instance it was made for. */
  readonly id: InstanceId;
  readonly agentId: AgentId;
  readonly host: string;
  readonly role: string;
  /** Ids of its volumes. */
  readonly volumes: readonly string[];
  /** By entry of the app's ports, `null` where one needs none; absent = none are reserved yet. */
  readonly hostPorts?: readonly (number | null)[];
}

/**
 * Of an app with two generations side by side (rollouts.md): `preview` is not promoted yet, `warm`
 * has been replaced and is kept for an undo. What carries one is never shown as the app's, never
 * routed to at its service ports, and given up when no rollout claims it any more.
 */
export type Generation = 'preview' | 'warm';

/** An instance that is no replica of any app: it runs the command of a hook, once. */
export interface HookErrand {
  readonly deployment: string;
  /** Of the run, in its deployment. */
  readonly key: string;
  readonly attempt: number;
  /** What it is started from; nobody else's, so it is kept here alone. */
  readonly definition: AppDefinition;
}

/**
 * Where an instance finds what it depends on in its group, so that it meets its own generation of it
 * (ADR 0047).
 */
export interface InstanceScope {
  /** The same for all that are to find the same. */
  readonly id: string;
  /** By dependency, by index of its ports; 0 = at its service port, if it has one. */
  readonly ports: Readonly<Record<PathId, readonly number[]>>;
}

/** One replica of an app. */
export interface Instance {
  readonly id: InstanceId;
  readonly appId: PathId;
  /** The definition (by its version) that this instance runs or will run next. */
  readonly appVersion: Millis;
  /** `lastConfigChangeAt` of that definition: equal means "same configuration". */
  readonly configVersion: Millis;
  readonly goal: Goal;
  readonly condition: Condition;
  /** Number of the current or last task, 0 before the first. */
  readonly incarnation: number;
  readonly task?: InstanceTask;
  readonly kill?: KillOrder;
  /** Of an app with persistent volumes, once it has found its agent. */
  readonly reservation?: InstanceReservation;
  /**
   * Its last task ended in a way that delays the next launch; until it runs again it waits for as
   * long, also where the configuration works elsewhere.
   */
  readonly backsOff?: true;
  /**
   * When a task of it was killed for its health; kept until the instance is healthy, as its app
   * may miss only so many at once (rollouts.md, Health kills).
   */
  readonly healthKilledAt?: Millis;
  /** The instance whose checks have given it up that this one is started in place of. */
  readonly replaces?: InstanceId;
  /** Absent = live, as nearly all are. */
  readonly generation?: Generation;
  /** Absent but for commands of hooks, which are instances to hosts and to nobody else. */
  readonly hook?: HookErrand;
  /** Its number among those of its app, from 0; of apps that are replaced one by one (`serial`). */
  readonly slot?: number;
  /** Where its last task was, for one with a slot: the first choice for the next. */
  readonly lastAgent?: AgentId;
  /** From its first launch on; absent = it finds everything at service ports. */
  readonly scope?: InstanceScope;
  readonly createdAt: Millis;
  /** Last change of condition. */
  readonly since: Millis;
}

import type { Millis, TaskReason } from '@ekiden/kernel';

/** Why a task is killed, and on whose behalf. */
export type KillReason =
  | 'scaling'
  | 'upgrading'
  | 'deletingApp'
  | 'userRequest'
  | 'unhealthy'
  | 'stagingTooLong'
  | 'notConfirmed'
  | 'draining'
  | 'hookOverdue'
  | 'preempted'
  | 'outgrown'
  | 'dependencyLost'
  | 'orphaned';

/** Kills for what the task itself has done, or not: the next one waits as after a failure. */
const FAILURES: ReadonlySet<KillReason> = new Set(['stagingTooLong', 'unhealthy', 'outgrown']);

export function isKilledAsFailed({ kill }: { readonly kill?: KillOrder }): boolean {
  return kill !== undefined && FAILURES.has(kill.reason);
}

/** An order to kill an instance's task; persisted, so that a kill survives its leader. */
export interface KillOrder {
  readonly since: Millis;
  readonly reason: KillReason;
  /** By whom or on what grounds, for people: a deployment, a client, the failure of a check. */
  readonly detail?: string;
}

/** Each reason as the end of the sentence "Killed because ...". */
const BECAUSE: Readonly<Record<KillReason, string>> = {
  scaling: 'its app has more instances than it wants',
  upgrading: 'a newer configuration replaces it',
  deletingApp: 'its app was removed',
  userRequest: 'somebody asked for it',
  unhealthy: 'it failed its health checks',
  stagingTooLong: 'it did not start in time',
  notConfirmed: 'its host did not confirm what was reserved for it',
  hookOverdue: 'the time of its hook is over',
  draining: 'its agent is being emptied',
  preempted: 'an app of a higher priority needs its place',
  outgrown: 'its data has outgrown its volume',
  dependencyLost: 'something that it depends on was gone and is back',
  orphaned: 'no instance needs it',
};

/** What the resource core kills tasks for, on its own account. */
const BECAUSE_OF_CORE: Readonly<Partial<Record<TaskReason, string>>> = {
  AGENT_DRAINING: 'its agent was to be empty by now',
  CONTAINER_PREEMPTED: 'something of a higher priority needs its place',
};

/** `scaling: its app has more instances than it wants (deployment 5f3c...)`, for people. */
export function becauseOf({ reason, detail }: Pick<KillOrder, 'reason' | 'detail'>): string {
  return `${BECAUSE[reason]}${detail === undefined ? '' : ` (${detail})`}`;
}

/**
 * What a killed task's status says: why it was killed and what its host saw of its end. Without an
 * order of ours the resource core may have killed it; else the host's own words stand alone.
 */
export function messageOfKill(
  order: KillOrder | undefined,
  { message = '', reason }: { readonly message?: string; readonly reason?: TaskReason },
): string {
  const ofCore = reason === undefined ? undefined : BECAUSE_OF_CORE[reason];
  const because = order === undefined ? ofCore : becauseOf(order);
  if (because === undefined) return message;
  return message === '' ? `Killed because ${because}` : `Killed because ${because}. ${message}`;
}

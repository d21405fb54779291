import { formatTimestamp, type Millis, type TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { becauseOf, type Instance, type InstanceTask, type KillOrder } from '../instance/index.js';
import type { DomainEvent } from './domain-event.js';

export function killOrdered(
  { id, appId }: Instance,
  task: InstanceTask,
  order: KillOrder,
): DomainEvent {
  return {
    type: 'instance_kill_ordered_event',
    appId,
    instanceId: id,
    taskId: task.id,
    host: task.host,
    slaveId: task.agentId,
    reason: order.reason,
    message: `Killed because ${becauseOf(order)}`,
  };
}

export function killOverdue(ask: {
  readonly appId: PathId;
  readonly taskId: TaskId;
  readonly firstAt: Millis;
  readonly asks: number;
}): DomainEvent {
  const { appId, taskId, firstAt, asks } = ask;
  return { type: 'task_kill_overdue_event', appId, taskId, since: formatTimestamp(firstAt), asks };
}

/** To the instance and whoever stands before it: time to leave, or to stay after all (ADR 0045). */
export function preemptionNotice(
  { id, appId }: Instance,
  task: InstanceTask,
  notice: {
    readonly forApp: PathId;
    readonly at: Millis;
    readonly state: 'given' | 'withdrawn';
  },
): DomainEvent {
  return {
    type: 'preemption_notice_event',
    appId,
    instanceId: id,
    taskId: task.id,
    host: task.host,
    slaveId: task.agentId,
    forApp: notice.forApp,
    at: formatTimestamp(notice.at),
    state: notice.state,
  };
}

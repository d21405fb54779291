import { formatTimestamp, type Millis } from '@ekiden/kernel';
import type { HealthCheck } from '../app/index.js';
import type { Instance, InstanceTask } from '../instance/index.js';
import type { DomainEvent } from './domain-event.js';

export function checkFailed(instance: Instance, healthCheck: HealthCheck): DomainEvent {
  return {
    type: 'failed_health_check_event',
    appId: instance.appId,
    healthCheck,
    taskId: instance.id,
  };
}

export function healthKillsSuspended({
  appId,
  reason,
  until,
}: {
  readonly appId: string;
  readonly reason: string;
  readonly until: Millis;
}): DomainEvent {
  return { type: 'health_kills_suspended_event', appId, reason, until: formatTimestamp(until) };
}

export function checkFlipped(instance: Instance, alive: boolean): DomainEvent {
  return {
    type: 'health_status_changed_event',
    appId: instance.appId,
    instanceId: instance.id,
    version: formatTimestamp(instance.appVersion),
    alive,
  };
}

export function instanceHealthChanged(instance: Instance): DomainEvent {
  return {
    type: 'instance_health_changed_event',
    instanceId: instance.id,
    runSpecId: instance.appId,
    healthy: instance.task?.healthy ?? null,
    runSpecVersion: formatTimestamp(instance.appVersion),
  };
}

export function unhealthyInstanceKilled(
  instance: Instance,
  task: InstanceTask,
  reason: string,
): DomainEvent {
  return {
    type: 'unhealthy_instance_kill_event',
    appId: instance.appId,
    taskId: task.id,
    instanceId: instance.id,
    version: formatTimestamp(instance.appVersion),
    reason,
    host: task.host,
    slaveId: task.agentId,
  };
}

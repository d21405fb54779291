import { formatTimestamp } from '@ekiden/kernel';
import { endpointsOf, isPod, type AppDefinition, type PodDefinition } from '../app/index.js';
import {
  containerEnds,
  containerTaskIdOf,
  hostPortsByEntry,
  type Instance,
  type InstanceTask,
} from '../instance/index.js';
import type { DomainEvent } from './domain-event.js';

type StatusUpdate = Extract<DomainEvent, { readonly type: 'status_update_event' }>;

/**
 * One event for the task of an instance; for a pod one for the task of each container, in their
 * order (marathon-api 9).
 */
export function statusesUpdated(
  instance: Instance,
  spec: AppDefinition | undefined,
  message: string,
): readonly DomainEvent[] {
  const whole = statusUpdated(instance, message);
  if (spec === undefined || !isPod(spec) || instance.task === undefined) return [whole];
  return ofContainers(whole, spec, instance.task);
}

function ofContainers(
  whole: StatusUpdate,
  spec: PodDefinition,
  task: InstanceTask,
): readonly DomainEvent[] {
  const ends = containerEnds(task.members);
  const hostPorts = hostPortsByEntry(spec, task);
  const endpoints = endpointsOf(spec.pod);
  return spec.pod.containers.map((container): StatusUpdate => {
    const taskId = containerTaskIdOf(task.id, container.name);
    const end = ends.get(taskId);
    const ports = endpoints.flatMap((placed, at) =>
      placed.container === container ? (hostPorts[at] ?? []) : [],
    );
    const own = end === undefined ? {} : { taskStatus: end.state, message: end.message };
    return { ...whole, taskId, ports, ...own };
  });
}

function statusUpdated(instance: Instance, message: string): StatusUpdate {
  const task = instance.task;
  return {
    type: 'status_update_event',
    slaveId: task?.agentId ?? '',
    taskId: task?.id ?? '',
    taskStatus: task?.state ?? 'TASK_UNKNOWN',
    message,
    appId: instance.appId,
    host: task?.host ?? 'unknown',
    ipAddresses: (task?.ipAddresses ?? []).map((ipAddress) => ({
      ipAddress,
      protocol: ipAddress.includes(':') ? 'IPv6' : 'IPv4',
    })),
    ports: task?.hostPorts ?? [],
    version: formatTimestamp(instance.appVersion),
  };
}

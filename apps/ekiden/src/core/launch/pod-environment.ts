import { formatTimestamp, type TaskId } from '@ekiden/kernel';
import { endpointsOf, type PodContainer, type PodDefinition } from '../app/index.js';
import { instanceIdOfTask } from '../instance/index.js';
import { labelVariables } from './label-variables.js';
import { resourceText, slotVariable, type TaskLaunch } from './task-environment.js';

/** One container of a pod that is launched; `taskId` is its own. */
export interface ContainerLaunch extends Omit<TaskLaunch, 'app' | 'chance'> {
  readonly pod: PodDefinition;
  readonly container: PodContainer;
}

/**
 * The environment of one container of a pod (marathon-api 10.2). The system's variables win over the
 * user's, unlike those of apps; but not the addresses of what the pod depends on, which Marathon
 * did not have.
 */
export function containerEnvironment(launch: ContainerLaunch): Readonly<Record<string, string>> {
  const { pod, container, host } = launch;
  return {
    ...launch.serviceVariables,
    ...plainValues(pod.env),
    ...plainValues(container.environment),
    HOST: host,
    ...contextVariables(launch),
    ...labelVariables({ ...pod.labels, ...container.labels }),
    ...endpointVariables(launch),
  };
}

/** Those that refer to a secret are left out, for whoever holds the secrets. */
function plainValues(values: PodContainer['environment']): Record<string, string> {
  const plain = Object.entries(values).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(plain) as Record<string, string>;
}

function contextVariables(launch: ContainerLaunch): Record<string, string> {
  const { pod, container, taskId, enforceRole, slot } = launch;
  const { cpus, mem, disk, gpus } = container.resources;
  return {
    MESOS_TASK_ID: taskId,
    MESOS_EXECUTOR_ID: executorIdOf(taskId),
    MARATHON_APP_ID: pod.id,
    MARATHON_APP_VERSION: formatTimestamp(pod.version),
    MARATHON_CONTAINER_ID: container.name,
    MARATHON_CONTAINER_RESOURCE_CPUS: resourceText(cpus),
    MARATHON_CONTAINER_RESOURCE_MEM: resourceText(mem),
    MARATHON_CONTAINER_RESOURCE_DISK: resourceText(disk),
    MARATHON_CONTAINER_RESOURCE_GPUS: String(gpus),
    MARATHON_APP_ENFORCE_GROUP_ROLE: enforceRole ? 'TRUE' : 'FALSE',
    ...slotVariable(slot),
  };
}

/** Marathon's executor id of a pod instance (marathon-api 3.4). */
function executorIdOf(taskId: TaskId): string {
  return instanceIdOfTask(taskId).replace(/^(.*)\.instance-([^.]+)$/, 'instance-$1.$2');
}

/** Every container learns of the endpoints of all. */
function endpointVariables(launch: ContainerLaunch): Record<string, string> {
  const { pod, hostPorts, envVarsPrefix = '' } = launch;
  const variables: Record<string, string> = {};
  for (const [at, { endpoint }] of endpointsOf(pod.pod).entries()) {
    const name = endpoint.name.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
    const hostPort = hostPorts[at];
    const { containerPort } = endpoint;
    const set = (kind: string, port: number | undefined): void => {
      if (port !== undefined) variables[`${envVarsPrefix}${kind}_${name}`] = String(port);
    };
    set('ENDPOINT', containerPort ?? hostPort);
    set('EP_HOST', hostPort);
    set('EP_CONTAINER', containerPort);
  }
  return variables;
}

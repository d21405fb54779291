import { assert, millis, present, type Millis, type TaskId } from '@ekiden/kernel';
import type {
  ContainerPort,
  ContainerSpec,
  SharedFolder,
  TaskCommand,
  TaskSpec,
  TaskVolume,
} from '@ekiden/host';
import { toMilli } from '@ekiden/offers';
import {
  DEFAULT_KILL_GRACE_SECONDS,
  endpointsOf,
  usesHostNetwork,
  type PodContainer,
  type PodDefinition,
} from '../app/index.js';
import { containerTaskIdOf, instanceIdOfTask } from '../instance/index.js';
import { executorOf } from '../matching/index.js';
import { networkOf } from './container-for.js';
import type { LaunchFacts } from './launch-facts.js';
import { limitsOf } from './limits-of.js';
import { containerEnvironment } from './pod-environment.js';
import { taskVolumeOf } from './task-volume-of.js';

type PodFacts = Omit<LaunchFacts, 'app'> & { readonly app: PodDefinition };

/** What the host is told to run for one instance of a pod: a group, a task for each container. */
export function podSpecFor(facts: PodFacts): TaskSpec {
  const { app: pod, taskId, epoch } = facts;
  const members = pod.pod.containers.map((container, at) => memberOf(facts, container, at));
  return {
    taskId,
    epoch,
    executor: executorOf(pod),
    command: null,
    env: {},
    fetch: [],
    ports: members.flatMap(({ ports }) => ports),
    resources: { cpus: toMilli(pod.cpus), mem: toMilli(pod.mem), disk: toMilli(pod.disk) },
    killGracePeriod: millis(Math.max(...members.map((member) => member.killGracePeriod))),
    labels: { app: pod.id, instance: instanceIdOfTask(taskId) },
    members,
  };
}

function memberOf(facts: PodFacts, container: PodContainer, at: number): TaskSpec {
  const { app: pod, epoch, hostPorts } = facts;
  const { name, resources } = container;
  const { envVarsPrefix, ...launch } = facts;
  const taskId = containerTaskIdOf(facts.taskId, name);
  const executor = executorOf(pod);
  const user = container.user ?? pod.user;
  const env = containerEnvironment({
    ...launch,
    pod,
    container,
    taskId,
    ...(envVarsPrefix === undefined ? {} : { envVarsPrefix }),
  });
  return {
    taskId,
    epoch,
    executor,
    command: commandOf(container),
    env,
    fetch: container.artifacts,
    ports: endpointsOf(pod.pod).flatMap((placed, index) =>
      placed.container === container ? (hostPorts[index] ?? []) : [],
    ),
    resources: {
      cpus: toMilli(resources.cpus),
      mem: toMilli(resources.mem),
      disk: toMilli(resources.disk),
    },
    killGracePeriod: graceOf(container),
    ...limitsOf(container),
    ...(user === undefined ? {} : { user }),
    labels: { app: pod.id, instance: instanceIdOfTask(taskId), container: name },
    ...(executor === 'docker' ? { container: containerOf(facts, container, at) } : {}),
    group: {
      taskId: facts.taskId,
      name,
      size: pod.pod.containers.length,
      first: firstOf(facts),
    },
    shared: sharedOf(pod, container),
    ...dataOf(facts, container),
  };
}

function firstOf({ app, taskId }: PodFacts): TaskId {
  return containerTaskIdOf(taskId, present(app.pod.containers[0], 'a container').name);
}

function graceOf({ lifecycle }: PodContainer): Millis {
  return millis((lifecycle?.killGracePeriodSeconds ?? DEFAULT_KILL_GRACE_SECONDS) * 1000);
}

/** The first word of a list is the program, unless it is left to the image (marathon-api 5.14). */
function commandOf({ exec }: PodContainer): TaskCommand | null {
  if (exec === undefined) return null;
  if ('shell' in exec.command) return { kind: 'shell', value: exec.command.shell };
  const whole = exec.overrideEntrypoint === false ? {} : { whole: true as const };
  return { kind: 'argv', value: exec.command.argv, ...whole };
}

/** The first container has the network and the ports of all; the others are in it. */
function containerOf(facts: PodFacts, container: PodContainer, at: number): ContainerSpec {
  const { app: pod } = facts;
  const { image, tty } = container;
  assert(image !== undefined, `container ${container.name} of ${pod.id} has no image`);
  const own = at === 0 || usesHostNetwork(pod.networks);
  return {
    image: image.id,
    forcePullImage: image.forcePull === true,
    privileged: false,
    parameters: [],
    network: own ? networkOf(pod) : { kind: 'task', taskId: firstOf(facts) },
    ports: own ? portsOf(facts) : [],
    volumes: [],
    tty: tty === true,
  };
}

/** In the host's own network containers take their ports themselves. */
function portsOf({ app, hostPorts }: PodFacts): readonly ContainerPort[] {
  if (usesHostNetwork(app.networks)) return [];
  return endpointsOf(app.pod).map(({ endpoint }, at) => {
    const hostPort = hostPorts[at];
    const protocols = endpoint.protocol.filter((name) => name === 'tcp' || name === 'udp');
    return {
      containerPort: endpoint.containerPort ?? 0,
      ...(hostPort === undefined ? {} : { hostPort }),
      protocols: protocols.length === 0 ? ['tcp'] : protocols,
    };
  });
}

/** Data of the instance, at each place where the container mounts it. */
function dataOf(
  { volumes = [] }: PodFacts,
  { volumeMounts }: PodContainer,
): Pick<TaskSpec, 'volumes'> {
  const mounted = volumeMounts.flatMap(({ name, mountPath, readOnly }): readonly TaskVolume[] => {
    const volume = volumes.find(({ containerPath }) => containerPath === name);
    if (volume === undefined) return [];
    return [{ ...taskVolumeOf(volume), containerPath: mountPath, ...(readOnly && { readOnly }) }];
  });
  return mounted.length === 0 ? {} : { volumes: mounted };
}

/** Volumes of secrets wait for their holder. */
function sharedOf({ pod }: PodDefinition, { volumeMounts }: PodContainer): readonly SharedFolder[] {
  return volumeMounts.flatMap(({ name, mountPath, readOnly }) => {
    const index = pod.volumes.findIndex((volume) => volume.name === name);
    const volume = pod.volumes[index];
    if (volume?.kind !== 'ephemeral' && volume?.kind !== 'host') return [];
    const folder = { name: folderName(name, index), path: mountPath, readOnly };
    return [volume.kind === 'host' ? { ...folder, hostPath: volume.host } : folder];
  });
}

/** Volumes may be called anything; folders may not. */
function folderName(volume: string, index: number): string {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(volume) ? volume : `_${index}`;
}

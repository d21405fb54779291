import { millis, type Millis, type TaskId } from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';

/**
 * What a container of ours carries, so that any later service knows it again. No environment: labels
 * are part of the engine's events.
 */
const CLUSTER = 'ekiden.cluster';
const TASK = 'ekiden.task';
const EPOCH = 'ekiden.epoch';
const GRACE = 'ekiden.kill-grace-ms';
const PORTS = 'ekiden.host-ports';
/** As Mesos's Docker containerizer has it (marathon-api 10.1). */
const MESOS_TASK = 'MESOS_TASK_ID';

/** Whose container this is. */
export interface ContainerOwner {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly killGracePeriod: Millis;
  /** Host ports; absent where the container does not say. */
  readonly ports?: readonly number[];
}

/** The filter that finds the containers of one cluster. */
export function clusterLabel(cluster: string): string {
  return `${CLUSTER}=${cluster}`;
}

export function labelsFor(cluster: string, spec: TaskSpec): Record<string, string> {
  const about = Object.entries(spec.labels ?? {}).map(([key, value]) => [`ekiden.${key}`, value]);
  return {
    ...(Object.fromEntries(about) as Record<string, string>),
    [MESOS_TASK]: spec.taskId,
    [CLUSTER]: cluster,
    [TASK]: spec.taskId,
    [EPOCH]: String(spec.epoch),
    [GRACE]: String(spec.killGracePeriod),
    [PORTS]: spec.ports.join(' '),
  };
}

/** `undefined` when the container is not of this cluster, or its labels (`null` = none) are not ours. */
export function ownerOf(
  labels: Readonly<Record<string, string>> | null,
  cluster: string,
): ContainerOwner | undefined {
  const taskId = labels?.[TASK] ?? '';
  if (labels?.[CLUSTER] !== cluster || taskId === '') return undefined;
  const epoch = wholeNumber(labels[EPOCH]);
  const grace = wholeNumber(labels[GRACE]);
  if (epoch === undefined || grace === undefined) return undefined;
  const ports = portsIn(labels[PORTS]);
  return {
    taskId: taskId as TaskId,
    epoch,
    killGracePeriod: millis(grace),
    ...(ports === undefined ? {} : { ports }),
  };
}

function portsIn(text: string | undefined): readonly number[] | undefined {
  if (text === undefined || !/^(?:\d+(?: \d+)*)?$/.test(text)) return undefined;
  return text === '' ? [] : text.split(' ').map(Number);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

const KILLED = '.killed';

/**
 * The name of a task's container: the same wherever it is made, so that the engine itself refuses a
 * second one. Once a kill was asked for the container is renamed, because a name can be changed and
 * labels cannot: a service that comes later must know why the task ended.
 */
export function containerName(taskId: TaskId): string {
  return `ekiden-${taskId.replace(/[^a-zA-Z0-9_.-]/g, '_')}`;
}

export function killedName(taskId: TaskId): string {
  return `${containerName(taskId)}${KILLED}`;
}

export function isKilledName(name: string, taskId: TaskId): boolean {
  return name === killedName(taskId);
}

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
/** As Mesos's Docker containerizer has it (marathon-api 10.1). */
const MESOS_TASK = 'MESOS_TASK_ID';

/** Whose container this is. */
export interface ContainerOwner {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly killGracePeriod: Millis;
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
  };
}

/** `undefined` when the container is not of this cluster, or its labels are not ours. */
export function ownerOf(
  labels: Readonly<Record<string, string>>,
  cluster: string,
): ContainerOwner | undefined {
  const taskId = labels[TASK];
  const epoch = Number(labels[EPOCH]);
  const grace = Number(labels[GRACE]);
  if (labels[CLUSTER] !== cluster || taskId === undefined || taskId === '') return undefined;
  if (!Number.isInteger(epoch) || !Number.isFinite(grace)) return undefined;
  return { taskId: taskId as TaskId, epoch, killGracePeriod: millis(grace) };
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

export function isKilledName(name: string): boolean {
  return name.endsWith(KILLED);
}

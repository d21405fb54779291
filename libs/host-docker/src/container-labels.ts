import { millis, type Millis, type TaskId } from '@ekiden/kernel';
import type { GroupMark, TaskSpec } from '@ekiden/host';
import { sharedVolumes } from './shared-volumes.js';

/**
 * What a container of ours carries, so that any later service knows it again. No environment: labels
 * are part of the engine's events.
 */
const CLUSTER = 'ekiden.cluster';
const TASK = 'ekiden.task';
const EPOCH = 'ekiden.epoch';
const GRACE = 'ekiden.kill-grace-ms';
const PORTS = 'ekiden.host-ports';
/** A `GroupMark` as JSON. */
const GROUP = 'ekiden.group';
/** Names of volumes, separated by commas. */
const SHARED = 'ekiden.shared-volumes';
/** As Mesos's Docker containerizer has it (marathon-api 10.1). */
const MESOS_TASK = 'MESOS_TASK_ID';

/** Whose container this is. */
export interface ContainerOwner {
  readonly taskId: TaskId;
  readonly epoch: number;
  readonly killGracePeriod: Millis;
  /** Host ports; absent where the container does not say. */
  readonly ports?: readonly number[];
  readonly group?: GroupMark;
  /** Volumes of the engine that go with the last container of the group. */
  readonly shared?: readonly string[];
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
    ...groupLabels(spec),
  };
}

function groupLabels(spec: TaskSpec): Record<string, string> {
  const { group, shared } = ownerFor(spec);
  return {
    ...(group === undefined ? {} : { [GROUP]: JSON.stringify(group) }),
    ...(shared === undefined ? {} : { [SHARED]: shared.join(',') }),
  };
}

/** Whose container a task's will be: what is read back from its labels. */
export function ownerFor(spec: TaskSpec): ContainerOwner {
  const { taskId, epoch, killGracePeriod, group } = spec;
  const shared = group === undefined ? [] : sharedVolumes(spec);
  return {
    taskId,
    epoch,
    killGracePeriod,
    ...(group === undefined ? {} : { group }),
    ...(shared.length === 0 ? {} : { shared }),
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
  const shared = labels[SHARED]?.split(',');
  return {
    taskId: taskId as TaskId,
    epoch,
    killGracePeriod: millis(grace),
    ...(ports === undefined ? {} : { ports }),
    ...groupOf(labels[GROUP]),
    ...(shared === undefined ? {} : { shared }),
  };
}

function portsIn(text: string | undefined): readonly number[] | undefined {
  if (text === undefined || !/^(?:\d+(?: \d+)*)?$/.test(text)) return undefined;
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Written by us, and like all labels open to anybody. */
function groupOf(text: string | undefined): Pick<ContainerOwner, 'group'> {
  if (text === undefined) return {};
  try {
    const { taskId, name, size, first } = JSON.parse(text) as Partial<Record<string, unknown>>;
    const texts = [taskId, name, first].every((each) => typeof each === 'string');
    if (!texts || typeof size !== 'number') return {};
    return { group: JSON.parse(text) as GroupMark };
  } catch {
    return {};
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

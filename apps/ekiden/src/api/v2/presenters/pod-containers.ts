import { formatTimestamp } from '@ekiden/kernel';
import { endpointsOf, type PodContainer, type PodDefinition } from '../../../core/app/index.js';
import { isKnown } from '../../../core/health/index.js';
import {
  containerEnds,
  containerTaskIdOf,
  hostPortsByEntry,
  instanceIdOfTask,
  type ContainerEnd,
  type Instance,
  type TaskFailure,
} from '../../../core/instance/index.js';
import type { Shown, podStatus } from '../../schemas/index.js';
import { given } from './given.js';
import { STATE_OF_CONDITION } from './task.js';

type ShownPodStatus = Shown<typeof podStatus>;
type ShownContainer = ShownPodStatus['instances'][number]['containers'][number];
type ShownEnd = ShownPodStatus['terminationHistory'][number];

/** The containers of an instance, each with its own endpoints, health and end (marathon-api 5.15). */
export function presentContainers(
  spec: PodDefinition,
  instance: Instance,
): readonly ShownContainer[] {
  const { task } = instance;
  const ends = containerEnds(task?.members);
  const hostPorts = task === undefined ? [] : hostPortsByEntry(spec, task);
  const endpoints = endpointsOf(spec.pod);
  return spec.pod.containers.map((container) => {
    const healthy = healthOf(container, spec, task);
    const taskId = task && containerTaskIdOf(task.id, container.name);
    return {
      ...presentContainer(container, instance, healthy),
      ...given('containerId', taskId),
      ...ended(taskId && ends.get(taskId)),
      endpoints: endpoints.flatMap((placed, at) => {
        if (placed.container !== container) return [];
        const port = given('allocatedHostPort', hostPorts[at]);
        return [{ name: placed.endpoint.name, ...port, ...given('healthy', healthy) }];
      }),
    };
  });
}

/** Containers start together: but for its end, what is known of the instance holds for each. */
function presentContainer(
  { name, resources, healthCheck }: PodContainer,
  { condition, since, task }: Instance,
  healthy: boolean | undefined,
): Omit<ShownContainer, 'endpoints'> {
  const at = formatTimestamp(since);
  const reason = healthy === undefined ? 'unreported' : 'reported';
  const health = {
    name: 'healthy',
    value: healthy === true ? ('true' as const) : ('false' as const),
    reason: `health-${reason}-by-mesos`,
    lastUpdated: at,
    lastChanged: at,
  };
  return {
    name,
    status: STATE_OF_CONDITION[condition],
    statusSince: at,
    conditions: healthCheck === undefined || task === undefined ? [] : [health],
    resources: { ...resources },
    lastUpdated: at,
    lastChanged: at,
  };
}

function ended(end: ContainerEnd | undefined): Partial<ShownContainer> {
  if (end === undefined) return {};
  const { state, message, exitCode } = end;
  return { status: state, message, termination: { ...given('exitCode', exitCode), message } };
}

/** By its own check; `undefined` while that has shown nothing, and without one. */
function healthOf(
  container: PodContainer,
  { pod }: PodDefinition,
  task: Instance['task'],
): boolean | undefined {
  const checked = pod.containers.filter(({ healthCheck }) => healthCheck !== undefined);
  const index = checked.indexOf(container);
  if (index < 0) return undefined;
  const state = task?.health?.[index];
  if (state !== undefined) return isKnown(state) ? state.alive : undefined;
  return task?.healthy === true ? true : undefined;
}

/** The end of the last instance that ended badly; without word of its containers, theirs too. */
export function presentEnd(failure: TaskFailure, { pod }: PodDefinition): ShownEnd {
  const { taskId, exitCode, message, state, members } = failure;
  const own = { ...given('exitCode', exitCode), message };
  const names = pod.containers.map(({ name }) => containerTaskIdOf(taskId, name));
  const ends = containerEnds(members);
  const containers = [...(ends.size === 0 ? names : ends.keys())].map((containerId) => {
    const end = ends.get(containerId);
    return {
      containerId,
      lastKnownState: end?.state ?? state,
      termination:
        end === undefined ? own : { ...given('exitCode', end.exitCode), message: end.message },
    };
  });
  return {
    instanceID: instanceIdOfTask(taskId),
    startedAt: formatTimestamp(failure.startedAt ?? failure.version),
    terminatedAt: formatTimestamp(failure.at),
    message,
    containers,
  };
}

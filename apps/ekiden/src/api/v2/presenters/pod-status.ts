import { formatTimestamp, type Millis } from '@ekiden/kernel';
import { isPod, type PathId, type PodDefinition } from '../../../core/app/index.js';
import {
  isActive,
  isTerminal,
  type Condition,
  type Instance,
} from '../../../core/instance/index.js';
import type { StateView } from '../../../core/turn/index.js';
import type { Shown, podInstance, podStatus } from '../../schemas/index.js';
import { given } from './given.js';
import { presentContainers, presentEnd } from './pod-containers.js';
import { presentPod, type ShownPod } from './pod.js';

export type ShownPodStatus = Shown<typeof podStatus>;
type ShownInstance = ShownPodStatus['instances'][number];
type Standing = ShownInstance['status'];

/** What is known of a pod beside its definition: all that a status is made of. */
export type PodState = Pick<
  StateView,
  'instances' | 'taskFailures' | 'deployments' | 'appVersions'
>;

/**
 * A pod and its instances (marathon-api 5.15). What never was on an agent is not listed. The times
 * follow from stored state alone: two answers between which nothing happened are equal.
 */
export function presentPodStatus(
  spec: PodDefinition,
  state: PodState,
  all: readonly Instance[] = state.instances.by('app', spec.id),
): ShownPodStatus {
  const placed = all.filter(({ incarnation }) => incarnation > 0);
  const instances = placed.map((instance) => presentInstance(instance, spec, state));
  const stable = instances.filter(({ status }) => status === 'STABLE').length;
  const deleting = deletionOf(spec.id, state);
  const enough = stable >= spec.instances ? 'STABLE' : 'DEGRADED';
  const changes = [spec.version, ...placed.map(({ since }) => since)];
  const since = formatTimestamp(Math.max(...changes, deleting ?? 0) as Millis);
  const failure = state.taskFailures.get(spec.id);
  return {
    id: spec.id,
    spec: withoutEmptyPlacement(presentPod(spec)),
    status: deleting === undefined ? enough : 'TERMINAL',
    statusSince: since,
    instances,
    terminationHistory: failure === undefined ? [] : [presentEnd(failure, spec)],
    lastUpdated: since,
    lastChanged: since,
  };
}

/**
 * Pods that running deployments are taking away, as they were: their definitions are gone from the
 * root, their instances perhaps not yet.
 */
export function leavingPods({ deployments, root }: StateView): readonly PodDefinition[] {
  return deployments
    .by('status', 'running')
    .flatMap(({ plan }) =>
      plan.changes.flatMap(({ id, before, after }) =>
        before !== undefined && after === undefined && isPod(before) && !root.apps.has(id)
          ? [before]
          : [],
      ),
    );
}

/** When the running deployment that takes the pod away began. */
function deletionOf(id: PathId, { deployments }: PodState): Millis | undefined {
  const deleting = deployments
    .by('app', id)
    .find(({ plan }) => plan.changes.some((c) => c.id === id && c.after === undefined));
  return deleting?.startedAt;
}

/** In a status an empty placement is left out (marathon-api 5.14). */
function withoutEmptyPlacement(shown: ShownPod): ShownPod {
  const { placement, ...scheduling } = shown.scheduling ?? {};
  if (placement !== undefined && Object.keys(placement).length > 0) return shown;
  return { ...shown, scheduling };
}

const STAGING: ReadonlySet<Condition> = new Set(['Staging', 'Starting']);
const WAITING: ReadonlySet<Condition> = new Set(['Scheduled', 'Provisioned']);
const AWAY: ReadonlySet<Condition> = new Set(['Unreachable', 'UnreachableInactive', 'Unknown']);

function standingOf({ condition, task }: Instance): { status: Standing; message?: string } {
  if (WAITING.has(condition)) return { status: 'PENDING' };
  if (STAGING.has(condition)) return { status: 'STAGING' };
  if (isTerminal(condition) || condition === 'Killing') return { status: 'TERMINAL' };
  if (AWAY.has(condition)) {
    return { status: 'DEGRADED', message: 'pod instance has become unreachable' };
  }
  if (task?.healthy === false) {
    return { status: 'DEGRADED', message: 'at least one container is not healthy' };
  }
  return { status: 'STABLE' };
}

function presentInstance(
  instance: Instance,
  present: PodDefinition,
  { appVersions }: PodState,
): ShownInstance {
  const { task, since, appId, appVersion } = instance;
  const stored = appVersions.get(`${appId}@${appVersion}`);
  const spec = stored !== undefined && isPod(stored) ? stored : present;
  const at = formatTimestamp(since);
  const { cpus, mem, disk, gpus } = spec;
  const { status, message } = standingOf(instance);
  return {
    id: instance.id,
    status,
    statusSince: at,
    ...given('message', message),
    conditions: [],
    ...given('agentHostname', task?.host),
    ...given('agentId', task?.agentId),
    resources: { cpus, mem, disk, gpus },
    networks: networksOf(spec, task),
    containers: presentContainers(spec, instance),
    specReference: `/v2/pods${spec.id}::versions/${formatTimestamp(appVersion)}`,
    localVolumes: [],
    lastUpdated: at,
    lastChanged: at,
    role: spec.role,
  };
}

function networksOf(
  { networks }: PodDefinition,
  task: Instance['task'],
): ShownInstance['networks'] {
  const addresses = task?.ipAddresses ?? [];
  return addresses.length === 0 ? [] : [{ ...given('name', networks[0]?.name), addresses }];
}

/** An instance whose kill was ordered, as it was then (marathon-api 5.13). */
export function presentPodInstance(
  instance: Instance,
  spec: PodDefinition | undefined,
): Shown<typeof podInstance> {
  const { condition, goal, since, task } = instance;
  const active = isActive(condition) ? task?.startedAt : undefined;
  return {
    instanceId: instance.id,
    state: {
      condition,
      since: formatTimestamp(since),
      ...(active === undefined ? {} : { activeSince: formatTimestamp(active) }),
      ...given('healthy', task?.healthy),
      goal,
    },
    ...(task === undefined
      ? {}
      : { agentInfo: { host: task.host, agentId: task.agentId, attributes: [] } }),
    runSpecVersion: formatTimestamp(instance.appVersion),
    unreachableStrategy: spec?.unreachableStrategy ?? 'disabled',
  };
}

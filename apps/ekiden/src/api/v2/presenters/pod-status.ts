import { formatTimestamp, millis, type Millis } from '@ekiden/kernel';
import { isPod, type PathId, type PodDefinition } from '../../../core/app/index.js';
import {
  isActive,
  isTerminal,
  type Condition,
  type Instance,
  type TaskFailure,
} from '../../../core/instance/index.js';
import type { StateView } from '../../../core/turn/index.js';
import { DeferredJson } from '../../http/index.js';
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

/** An instance, and what it was launched from. */
interface Placed {
  readonly instance: Instance;
  readonly runs: PodDefinition;
}

/** Rows that say how a pod stands, as they are at one moment. */
interface PodRows {
  readonly spec: PodDefinition;
  /** Instances that were on an agent. */
  readonly placed: readonly Placed[];
  readonly failure: TaskFailure | undefined;
  /** When a running deployment began to take it away. */
  readonly deleting: Millis | undefined;
}

/**
 * A pod and its instances (marathon-api 5.15). What never was on an agent is not listed. The times
 * follow from stored state alone: two answers between which nothing happened are equal.
 */
export function presentPodStatus(
  spec: PodDefinition,
  state: PodState,
  all: readonly Instance[] = state.instances.by('app', spec.id),
): ShownPodStatus {
  const rows = rowsOf(spec, state, all);
  return statusOf(rows, rows.placed.map(presentInstance));
}

/** Instances whose text is made in one go. */
const PER_RUN = 50;

/** The same for long lists: the text is made when its turn comes, of the rows of this moment. */
export function deferPodStatus(
  spec: PodDefinition,
  state: PodState,
  all: readonly Instance[] = state.instances.by('app', spec.id),
): unknown {
  const rows = rowsOf(spec, state, all);
  const { placed } = rows;
  if (placed.length <= PER_RUN) {
    return new DeferredJson(() => JSON.stringify(statusOf(rows, placed.map(presentInstance))));
  }
  const runs: DeferredJson[] = [];
  for (let at = 0; at < placed.length; at += PER_RUN) {
    const run = placed.slice(at, at + PER_RUN);
    runs.push(
      new DeferredJson(() => run.map((one) => JSON.stringify(presentInstance(one))).join()),
    );
  }
  return statusOf(rows, runs);
}

function rowsOf(spec: PodDefinition, state: PodState, all: readonly Instance[]): PodRows {
  const placed = all.filter(({ incarnation }) => incarnation > 0);
  return {
    spec,
    placed: placed.map((instance) => ({ instance, runs: definitionOf(instance, spec, state) })),
    failure: state.taskFailures.get(spec.id),
    deleting: deletionOf(spec.id, state),
  };
}

function statusOf<I>({ spec, placed, failure, deleting }: PodRows, instances: readonly I[]) {
  const stable = placed.filter(({ instance }) => standingOf(instance).status === 'STABLE').length;
  const enough: ShownPodStatus['status'] = stable >= spec.instances ? 'STABLE' : 'DEGRADED';
  let changed = Math.max(spec.version, deleting ?? 0);
  for (const { instance } of placed) changed = Math.max(changed, instance.since);
  const since = formatTimestamp(millis(changed));
  return {
    id: spec.id,
    spec: withoutEmptyPlacement(presentPod(spec)),
    status: deleting === undefined ? enough : ('TERMINAL' as const),
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

/** What an instance was launched from. */
function definitionOf(
  { appId, appVersion }: Instance,
  present: PodDefinition,
  { appVersions }: PodState,
): PodDefinition {
  const stored = appVersions.get(`${appId}@${appVersion}`);
  return stored !== undefined && isPod(stored) ? stored : present;
}

function presentInstance({ instance, runs: spec }: Placed): ShownInstance {
  const { task, since, appVersion } = instance;
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

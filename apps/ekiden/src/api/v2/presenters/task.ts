import { formatTimestamp } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../../../core/app/index.js';
import { isKnown, type CheckState } from '../../../core/health/index.js';
import {
  isActive,
  type Condition,
  type Instance,
  type InstanceTask,
  type TaskFailure,
} from '../../../core/instance/index.js';
import type { StateView } from '../../../core/turn/index.js';
import { DeferredJson } from '../../http/index.js';
import type { Shown, task, taskFailure } from '../../schemas/index.js';

export type ShownTask = Shown<typeof task>;
type ShownState = ShownTask['state'];

/** State shown for each condition (marathon-api 5.8); what is not launched yet shows as staging. */
export const STATE_OF_CONDITION: Readonly<Record<Condition, ShownState>> = {
  Scheduled: 'TASK_STAGING',
  Provisioned: 'TASK_STAGING',
  Staging: 'TASK_STAGING',
  Starting: 'TASK_STARTING',
  Running: 'TASK_RUNNING',
  Killing: 'TASK_KILLING',
  Unreachable: 'TASK_UNREACHABLE',
  UnreachableInactive: 'TASK_UNREACHABLE',
  Finished: 'TASK_FINISHED',
  Failed: 'TASK_FAILED',
  Killed: 'TASK_KILLED',
  Error: 'TASK_ERROR',
  Gone: 'TASK_GONE',
  Dropped: 'TASK_DROPPED',
  Unknown: 'TASK_UNKNOWN',
};

export function shownState({ condition }: Instance): ShownState {
  return STATE_OF_CONDITION[condition];
}

/** An instance that was placed on an agent. */
export type PlacedInstance = Instance & { readonly task: InstanceTask };

export function isPlaced(instance: Instance): instance is PlacedInstance {
  return instance.task !== undefined;
}

/** `app`: the definition as it stands, if there still is one. */
export function presentTask(
  instance: PlacedInstance,
  app: AppDefinition | undefined,
  servicePorts: readonly number[] = [],
): ShownTask {
  const { task, condition } = instance;
  const active = isActive(condition);
  return {
    appId: instance.appId,
    healthCheckResults: (task.health ?? [])
      .filter(isKnown)
      .map((state) => presentHealth(state, instance.id)),
    host: task.host,
    id: task.id,
    ipAddresses: task.ipAddresses.map((ipAddress) => ({
      ipAddress,
      protocol: ipAddress.includes(':') ? 'IPv6' : 'IPv4',
    })),
    ports: active ? task.hostPorts : [],
    servicePorts,
    slaveId: task.agentId,
    state: shownState(instance),
    ...(active ? { stagedAt: formatTimestamp(task.stagedAt) } : {}),
    ...(active && task.startedAt !== undefined
      ? { startedAt: formatTimestamp(task.startedAt) }
      : {}),
    ...(active ? { version: formatTimestamp(instance.appVersion) } : {}),
    localVolumes: (instance.reservation?.volumes ?? []).map(presentLocalVolume),
    role: app?.role ?? '*',
  };
}

/** Instances beside the live ones are given up before they are over (rollouts.md, Generations). */
function generationOf({ generation, goal }: Instance): NonNullable<ShownTask['generation']> {
  if (generation === undefined) return 'live';
  return goal === 'Running' ? generation : 'draining';
}

/** Those that `?generation=` asks for: the live ones, or with `all` every one. */
export function instancesFor(
  { instances }: Pick<StateView, 'instances'>,
  app: PathId,
  all: boolean,
): readonly Instance[] {
  const live = instances.by('app', app);
  return all ? [...live, ...instances.by('beside', app)] : live;
}

/** Tasks of an app in an answer about the app. */
export function presentTasks(
  instances: readonly Instance[],
  app: AppDefinition,
  generations: boolean,
): readonly ShownTask[] {
  return instances
    .filter(isPlaced)
    .map((instance) => told(instance, presentTask(instance, app), generations));
}

/** With the generation it is of, for those who asked for every one. */
function told(instance: Instance, shown: ShownTask, generations: boolean): ShownTask {
  return generations ? { ...shown, generation: generationOf(instance) } : shown;
}

/** Tasks whose text is made in one go. */
export const TASKS_PER_RUN = 100;

/** Of a list of tasks: instances that are not placed are left out when the text is made. */
export function deferTasks(
  instances: readonly Instance[],
  app: AppDefinition | undefined,
  options: {
    readonly servicePorts?: readonly number[];
    /** Default: all of them. */
    readonly isWanted?: (instance: Instance) => boolean;
    /** Each says which generation it is of. */
    readonly generations?: boolean;
  } = {},
): readonly DeferredJson[] {
  const { servicePorts = [], isWanted = () => true, generations = false } = options;
  const show = (one: PlacedInstance): ShownTask =>
    told(one, presentTask(one, app, servicePorts), generations);
  const runs: DeferredJson[] = [];
  for (let at = 0; at < instances.length; at += TASKS_PER_RUN) {
    const run =
      at === 0 && instances.length <= TASKS_PER_RUN
        ? instances
        : instances.slice(at, at + TASKS_PER_RUN);
    const text = (): string => {
      const tasks = run.filter(isPlaced).filter(isWanted);
      return tasks.map((one) => JSON.stringify(show(one))).join(',');
    };
    runs.push(new DeferredJson(text));
  }
  return runs;
}

/** As its id says: `<safe path>#<container path>#<uuid>`. */
function presentLocalVolume(id: string): ShownTask['localVolumes'][number] {
  const [path = '', containerPath = '', uuid = ''] = id.split('#');
  return { runSpecId: `/${path.replaceAll('_', '/')}`, containerPath, uuid, persistenceId: id };
}

type ShownHealth = ShownTask['healthCheckResults'][number];

function presentHealth(state: CheckState, instanceId: string): ShownHealth {
  const { firstSuccess, lastSuccess, lastFailure, lastFailureCause } = state;
  return {
    alive: state.alive,
    consecutiveFailures: state.consecutiveFailures,
    ...(firstSuccess === undefined ? {} : { firstSuccess: formatTimestamp(firstSuccess) }),
    instanceId,
    ...(lastSuccess === undefined ? {} : { lastSuccess: formatTimestamp(lastSuccess) }),
    ...(lastFailure === undefined ? {} : { lastFailure: formatTimestamp(lastFailure) }),
    ...(lastFailureCause === undefined ? {} : { lastFailureCause }),
  };
}

export function servicePortsOf(app: AppDefinition): readonly number[] {
  const mappings = app.container?.portMappings?.map(({ servicePort }) => servicePort);
  return mappings ?? app.portDefinitions?.map(({ port }) => port) ?? [];
}

export function presentTaskFailure(failure: TaskFailure): Shown<typeof taskFailure> {
  return {
    appId: failure.appId,
    host: failure.host,
    message: failure.message,
    state: failure.state,
    taskId: failure.taskId,
    timestamp: formatTimestamp(failure.at),
    version: formatTimestamp(failure.version),
    slaveId: failure.agentId,
  };
}

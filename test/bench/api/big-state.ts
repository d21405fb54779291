import { millis, type AgentId, type Millis } from '@ekiden/kernel';
import {
  resourcesOf,
  toMilli,
  type AgentRow,
  type FrameworkId,
  type TaskRow,
} from '@ekiden/offers';
import { simulatedAgents } from '../../../apps/ekiden/src/adapters/hosts/index.js';
import {
  DEFAULT_APP_SETTINGS,
  createApp,
  type AppDefinition,
  type PathId,
} from '../../../apps/ekiden/src/core/app/index.js';
import type { Group } from '../../../apps/ekiden/src/core/group/index.js';
import {
  taskIdOf,
  type Instance,
  type InstanceId,
} from '../../../apps/ekiden/src/core/instance/index.js';
import { wireOf } from './app-documents.js';

/** Sizes of a state in which everything runs. */
export interface StateSize {
  readonly apps: number;
  readonly instancesPerApp: number;
  readonly agents: number;
}

/** Rows of the service's tables. */
export interface BigState {
  readonly version: Millis;
  readonly groups: readonly Group[];
  readonly apps: readonly AppDefinition[];
  readonly instances: readonly Instance[];
  readonly tasks: readonly TaskRow[];
  readonly agents: readonly AgentRow[];
}

export const FRAMEWORK = 'bench-0000' as FrameworkId;

const GROUPS = 100;
const FIRST_PORT = 31_000;

/** Of every turn that wrote it. */
const EPOCH = 1;

/** Every instance runs, on agents that are named as the simulated ones are. */
export function bigState({ apps, instancesPerApp, agents }: StateSize, now: Millis): BigState {
  const version = millis(now - 3_600_000);
  const definitions = Array.from({ length: apps }, (_, n) => definitionOf(n, version));
  const placed = definitions.flatMap((app, n) =>
    Array.from({ length: instancesPerApp }, (__, k) =>
      runningOf(app, n * instancesPerApp + k, { agents, version }),
    ),
  );
  const groupIds = new Set(definitions.map(({ id }) => id.slice(0, id.lastIndexOf('/'))));
  return {
    version,
    groups: [...groupIds].map((id) => ({
      id: id as PathId,
      dependencies: [],
      enforceRole: false,
    })),
    apps: definitions.map((app) => ({ ...app, instances: instancesPerApp })),
    instances: placed.map(({ instance }) => instance),
    tasks: placed.map(({ task }) => task),
    agents: simulatedAgents(agents, { resources: undefined, attributes: [] }).map((agent) => ({
      ...agent,
      activated: true,
      reachable: true,
      registered: true,
    })),
  };
}

/** `/team-07/service-00107`. */
export function appIdAt(n: number): PathId {
  const team = String(n % GROUPS).padStart(2, '0');
  return `/team-${team}/service-${String(n).padStart(5, '0')}` as PathId;
}

function definitionOf(n: number, version: Millis): AppDefinition {
  const id = appIdAt(n);
  const made = createApp(wireOf(id, n), { id, now: version, settings: DEFAULT_APP_SETTINGS });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

function runningOf(
  app: AppDefinition,
  n: number,
  { agents, version }: { readonly agents: number; readonly version: Millis },
): { readonly instance: Instance; readonly task: TaskRow } {
  const number = String((n % agents) + 1).padStart(5, '0');
  const agentId = `simulated-${number}` as AgentId;
  const port = FIRST_PORT + Math.floor(n / agents);
  const id = instanceId(app.id, n);
  const taskId = taskIdOf(id, 1);
  const at = millis(version + 1_000 + (n % 1_000));
  const instance: Instance = {
    id,
    appId: app.id,
    appVersion: app.version,
    configVersion: app.versionInfo.lastConfigChangeAt,
    goal: 'Running',
    condition: 'Running',
    incarnation: 1,
    task: {
      id: taskId,
      agentId,
      host: `${agentId}.ekiden`,
      hostPorts: [port],
      ipAddresses: [],
      state: 'TASK_RUNNING',
      stagedAt: version,
      startedAt: at,
    },
    createdAt: version,
    since: at,
  };
  const task: TaskRow = {
    id: taskId,
    frameworkId: FRAMEWORK,
    role: app.role,
    agentId,
    name: app.id,
    resources: resourcesOf([
      { type: 'SCALAR', name: 'cpus', role: '*', milli: toMilli(app.cpus) },
      { type: 'SCALAR', name: 'mem', role: '*', milli: toMilli(app.mem) },
      { type: 'RANGES', name: 'ports', role: '*', ranges: [{ begin: port, end: port }] },
    ]),
    state: 'TASK_RUNNING',
    info: null,
    epoch: EPOCH,
    launchedAt: version,
    statusAt: at,
    lastStatus: { taskId, agentId, state: 'TASK_RUNNING', source: 'EXECUTOR', at },
  };
  return { instance, task };
}

function instanceId(app: PathId, n: number): InstanceId {
  const hex = n.toString(16).padStart(8, '0');
  return `${app.slice(1).replaceAll('/', '_')}.instance-${hex}-5e5e-11f0-8de9-0242ac110002` as InstanceId;
}

import type { Millis } from '@ekiden/kernel';
import type { AgentRow, FrameworkRow, RoleRow, TaskRow } from '@ekiden/offers';
import type { StoredRow, TableSpec } from '@ekiden/store';
import type { AppDefinition } from '../../core/app/index.js';
import type { Deployment } from '../../core/deployment/index.js';
import type { Group } from '../../core/group/index.js';
import type { Instance, LaunchDelay, TaskFailure } from '../../core/instance/index.js';
import type { Volume } from '../../core/volume/index.js';
import type { HistoryEntry, UnknownTask } from '../../core/turn/index.js';

export const APPS: TableSpec<AppDefinition> = {
  name: 'apps',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (app) => app.id },
    { name: 'version', type: 'bigint', of: (app) => app.version },
    { name: 'data', type: 'jsonb', of: (app) => app },
  ],
};

export const APP_VERSIONS: TableSpec<HistoryEntry<AppDefinition>> = {
  name: 'app_versions',
  key: ['app_id', 'version'],
  columns: [
    { name: 'app_id', type: 'text', of: (row) => row.id },
    { name: 'version', type: 'bigint', of: (row) => row.version },
    { name: 'data', type: 'jsonb', of: (row) => row.data },
  ],
};

export const GROUPS: TableSpec<Group> = {
  name: 'groups',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (group) => group.id },
    { name: 'data', type: 'jsonb', of: (group) => group },
  ],
};

export const GROUP_VERSIONS: TableSpec<HistoryEntry<Group>> = {
  name: 'group_versions',
  key: ['group_id', 'version'],
  columns: [
    { name: 'group_id', type: 'text', of: (row) => row.id },
    { name: 'version', type: 'bigint', of: (row) => row.version },
    { name: 'data', type: 'jsonb', of: (row) => row.data },
  ],
};

export const ROOT_VERSIONS: TableSpec<Millis> = {
  name: 'root_versions',
  key: ['version'],
  columns: [{ name: 'version', type: 'bigint', of: (version) => version }],
};

/** A deployment as it is written: its plan, which may be of megabytes, once. */
export interface DeploymentWrite {
  readonly deployment: Deployment;
  readonly withPlan: boolean;
}

export const DEPLOYMENTS: TableSpec<DeploymentWrite> = {
  name: 'deployments',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: ({ deployment }) => deployment.id },
    { name: 'status', type: 'text', of: ({ deployment }) => deployment.status },
    {
      name: 'data',
      type: 'jsonb',
      of: ({ deployment: { plan: _plan, ...rest } }) => rest,
      large: true,
    },
    {
      name: 'plan',
      type: 'jsonb',
      of: ({ deployment, withPlan }) => (withPlan ? deployment.plan : null),
      large: true,
      kept: true,
    },
  ],
};

export function deploymentOf(row: StoredRow): Deployment {
  const plan = row.json('plan') as Deployment['plan'];
  return { ...(row.json('data') as Omit<Deployment, 'plan'>), plan };
}

/** There are many and they change often: `data` is what no column holds (see `instanceOf`). */
export const INSTANCES: TableSpec<Instance> = {
  name: 'instances',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (instance) => instance.id },
    { name: 'app_id', type: 'text', of: (instance) => instance.appId },
    { name: 'goal', type: 'text', of: (instance) => instance.goal },
    { name: 'condition', type: 'text', of: (instance) => instance.condition },
    { name: 'agent_id', type: 'text', of: (instance) => instance.task?.agentId ?? null },
    {
      name: 'data',
      type: 'json',
      of: ({ id: _id, appId: _app, goal: _goal, condition: _condition, ...rest }) => rest,
    },
  ],
};

export function instanceOf(row: StoredRow): Instance {
  return {
    ...(row.json('data') as Omit<Instance, 'id' | 'appId' | 'goal' | 'condition'>),
    id: row.text('id') as Instance['id'],
    appId: row.text('app_id') as Instance['appId'],
    goal: row.text('goal') as Instance['goal'],
    condition: row.text('condition') as Instance['condition'],
  };
}

export const LAUNCH_DELAYS: TableSpec<LaunchDelay> = {
  name: 'launch_delays',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (delay) => delay.id },
    { name: 'data', type: 'jsonb', of: (delay) => delay },
  ],
};

export const TASK_FAILURES: TableSpec<TaskFailure> = {
  name: 'task_failures',
  key: ['app_id'],
  columns: [
    { name: 'app_id', type: 'text', of: (failure) => failure.appId },
    { name: 'data', type: 'jsonb', of: (failure) => failure },
  ],
};

export const UNKNOWN_TASKS: TableSpec<UnknownTask> = {
  name: 'unknown_tasks',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (task) => task.taskId },
    { name: 'agent_id', type: 'text', of: (task) => task.agentId },
    { name: 'data', type: 'jsonb', of: (task) => task },
  ],
};

export const AGENTS: TableSpec<AgentRow> = {
  name: 'agents',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (agent) => agent.id },
    { name: 'hostname', type: 'text', of: (agent) => agent.hostname },
    { name: 'data', type: 'jsonb', of: (agent) => agent },
  ],
};

export const FRAMEWORKS: TableSpec<FrameworkRow> = {
  name: 'frameworks',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (framework) => framework.id },
    { name: 'data', type: 'jsonb', of: (framework) => framework },
  ],
};

/** As `INSTANCES`; see `taskOf`. */
export const TASKS: TableSpec<TaskRow> = {
  name: 'tasks',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (task) => task.id },
    { name: 'framework_id', type: 'text', of: (task) => task.frameworkId },
    { name: 'agent_id', type: 'text', of: (task) => task.agentId },
    { name: 'state', type: 'text', of: (task) => task.state },
    {
      name: 'data',
      type: 'json',
      of: ({ id: _id, frameworkId: _framework, agentId: _agent, state: _state, ...rest }) => rest,
    },
  ],
};

export function taskOf(row: StoredRow): TaskRow {
  return {
    ...(row.json('data') as Omit<TaskRow, 'id' | 'frameworkId' | 'agentId' | 'state'>),
    id: row.text('id') as TaskRow['id'],
    frameworkId: row.text('framework_id') as TaskRow['frameworkId'],
    agentId: row.text('agent_id') as TaskRow['agentId'],
    state: row.text('state') as TaskRow['state'],
  };
}

export const VOLUMES: TableSpec<Volume> = {
  name: 'volumes',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (volume) => volume.id },
    { name: 'app_id', type: 'text', of: (volume) => volume.appId },
    { name: 'agent_id', type: 'text', of: (volume) => volume.agentId },
    { name: 'data', type: 'jsonb', of: (volume) => volume },
  ],
};

export const ROLES: TableSpec<RoleRow> = {
  name: 'roles',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', of: (role) => role.id },
    { name: 'data', type: 'jsonb', of: (role) => role },
  ],
};

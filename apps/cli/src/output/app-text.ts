import type { App, PodStatus, Task } from '../client/index.js';
import { facts, table, type Column } from './table.js';

const RIGHT = (title: string): Column => ({ title, right: true });

const APP_COLUMNS: readonly Column[] = [
  'ID',
  RIGHT('RUNNING'),
  RIGHT('HEALTHY'),
  RIGHT('CPUS'),
  RIGHT('MEM'),
  'DEPLOYMENT',
  'RUNS',
];

export function appTable(apps: readonly App[]): string {
  const rows = [...apps]
    .sort(byId)
    .map((app) => [
      app.id,
      `${app.tasksRunning ?? 0}/${app.instances}`,
      healthText(app),
      String(app.cpus),
      String(app.mem),
      (app.deployments ?? []).map(({ id }) => id.slice(0, 8)).join(' ') || '-',
      whatRuns(app, 50),
    ]);
  return table(APP_COLUMNS, rows, 'There are no apps.');
}

/** `2`, or `2, 1 not` where some are not; `-` for an app without checks. */
function healthText(app: App): string {
  if ((app.healthChecks ?? []).length === 0) return '-';
  const unhealthy = app.tasksUnhealthy ?? 0;
  return unhealthy === 0
    ? String(app.tasksHealthy ?? 0)
    : `${app.tasksHealthy ?? 0}, ${unhealthy} not`;
}

function whatRuns({ cmd, args, container }: App, width: number): string {
  const image = container?.docker?.image;
  const command = cmd ?? args?.join(' ');
  const text = [image, command].filter((part) => part !== undefined && part !== '').join('  ');
  const line = text.replaceAll(/\s*\n\s*/g, '; ');
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}

export function appFacts(app: App): string {
  const failure = app.lastTaskFailure;
  const about = facts([
    ['app', app.id],
    ['runs', whatRuns(app, 200)],
    ['instances', `${app.tasksRunning ?? 0} of ${app.instances} running${stagedText(app)}`],
    ['healthy', (app.healthChecks ?? []).length === 0 ? 'not checked' : healthText(app)],
    ['resources', `${app.cpus} cpus, ${app.mem} MiB memory (each)`],
    ['version', app.version],
    ['deployment', (app.deployments ?? []).map(({ id }) => id).join('\n')],
    [
      'last failure',
      failure && `${failure.timestamp} ${failure.state} on ${failure.host}: ${failure.message}`,
    ],
  ]);
  const tasks = app.tasks ?? [];
  return tasks.length === 0 ? about : `${about}\n\n${taskTable(tasks)}`;
}

function stagedText({ tasksStaged = 0 }: App): string {
  return tasksStaged === 0 ? '' : `, ${tasksStaged} starting`;
}

const TASK_COLUMNS: readonly Column[] = ['TASK', 'STATE', 'HEALTH', 'HOST', 'PORTS', 'SINCE'];

export function taskTable(tasks: readonly Task[]): string {
  const rows = [...tasks]
    .sort(byId)
    .map((task) => [
      task.id,
      task.state.replace(/^TASK_/, '').toLowerCase(),
      taskHealth(task),
      task.host,
      (task.ports ?? []).join(' '),
      task.startedAt ?? '',
    ]);
  return table(TASK_COLUMNS, rows, 'There are no tasks.');
}

function taskHealth({ healthCheckResults = [] }: Task): string {
  if (healthCheckResults.length === 0) return '-';
  return healthCheckResults.every(({ alive }) => alive === true) ? 'healthy' : 'unhealthy';
}

export function podTable(pods: readonly PodStatus[]): string {
  const rows = [...pods]
    .sort(byId)
    .map((pod) => [
      pod.id,
      (pod.status ?? '-').toLowerCase(),
      `${(pod.instances ?? []).filter(({ status }) => status === 'STABLE').length}/${pod.spec?.scaling?.instances ?? 1}`,
      (pod.spec?.containers ?? []).map(({ name }) => name).join(' '),
      pod.message ?? '',
    ]);
  const columns: readonly Column[] = ['ID', 'STATUS', RIGHT('STABLE'), 'CONTAINERS', 'MESSAGE'];
  return table(columns, rows, 'There are no pods.');
}

export function podFacts(pod: PodStatus): string {
  const instances = pod.instances ?? [];
  const about = facts([
    ['pod', pod.id],
    ['status', [pod.status?.toLowerCase(), pod.message].filter(Boolean).join(': ')],
    [
      'instances',
      `${instances.filter(({ status }) => status === 'STABLE').length} of ${pod.spec?.scaling?.instances ?? 1} stable`,
    ],
    [
      'containers',
      (pod.spec?.containers ?? [])
        .map(({ name, image }) => (image === undefined ? name : `${name}  ${image.id}`))
        .join('\n'),
    ],
    ['version', pod.spec?.version],
    ['last end', pod.terminationHistory?.[0]?.message],
  ]);
  if (instances.length === 0) return about;
  const rows = [...instances]
    .sort(byId)
    .map(({ id, status, message }) => [id, status.toLowerCase(), message ?? '']);
  const whole = `${about}\n\n${table(['INSTANCE', 'STATUS', 'MESSAGE'], rows, '')}`;
  const parts = containerRows(instances);
  if (parts.length === 0) return whole;
  return `${whole}\n\n${table(['TASK', 'STATUS', 'HOST', 'PORTS'], parts, '')}`;
}

/** By their task ids, which logs are asked for by. */
function containerRows(instances: NonNullable<PodStatus['instances']>): readonly string[][] {
  return [...instances].sort(byId).flatMap(({ agentHostname = '-', containers = [] }) =>
    containers.map(({ name, status, containerId = name, endpoints = [] }) => {
      const ports = endpoints.map(
        ({ name: of, allocatedHostPort: port }) => `${of}:${port ?? '-'}`,
      );
      const state = status.replace(/^TASK_/, '').toLowerCase();
      return [containerId, state, agentHostname, ports.join(' ') || '-'];
    }),
  );
}

export function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

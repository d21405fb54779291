import { Table, millis, type AgentId, type TaskId } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import type { Instance, InstanceId, InstanceTask } from '../instance/index.js';
import { appVersionKey, emptyRows } from '../turn/index.js';
import { RouteBook, type RoutedState } from './route-book.js';
import type { Routing } from './route-table.js';

/** For specs: apps with instances, and the routes they come to. */

export interface Sample {
  readonly app: AppDefinition;
  readonly instances: readonly Instance[];
  /** Definitions that instances were launched from, if others than `app`. */
  readonly older?: readonly AppDefinition[];
}

let count = 0;

export function instance(
  of: AppDefinition,
  overrides: Partial<Instance> = {},
  ports = [31_001],
): Instance {
  count += 1;
  const id = `i${String(count).padStart(4, '0')}` as InstanceId;
  const { version } = of;
  const task: InstanceTask = {
    id: `${id}.1` as TaskId,
    agentId: 'agent-1' as AgentId,
    host: 'node1',
    hostPorts: ports,
    ipAddresses: ['127.0.0.1'],
    state: 'TASK_RUNNING',
    stagedAt: millis(0),
  };
  return {
    id,
    appId: of.id,
    appVersion: version,
    configVersion: version,
    goal: 'Running',
    condition: 'Running',
    incarnation: 1,
    createdAt: millis(0),
    since: millis(0),
    ...(overrides.condition === 'Scheduled' ? {} : { task }),
    ...overrides,
  };
}

export function well(of: Instance, healthy: boolean | undefined): Instance {
  if (of.task === undefined || healthy === undefined) return of;
  return { ...of, task: { ...of.task, healthy } };
}

/** It has been healthy, and fails its check now. */
export function ill(of: Instance): Instance {
  if (of.task === undefined) return of;
  const failing = { alive: false, consecutiveFailures: 1, firstSuccess: millis(1) };
  return { ...of, task: { ...of.task, healthy: false, health: [failing] } };
}

export function stateOf(...samples: readonly Sample[]): RoutedState {
  const rows = emptyRows();
  for (const { app: current, instances, older = [] } of samples) {
    rows.apps.put(current.id, current);
    for (const definition of [current, ...older]) {
      rows.appVersions.put(appVersionKey(definition.id, definition.version), definition);
    }
    for (const one of instances) rows.instances.put(one.id, one);
  }
  const root = { version: millis(0), groups: rows.groups, apps: rows.apps };
  const addresses: RoutedState['addresses'] = new Table();
  const { instances, appVersions, deployments } = rows;
  return { root, instances, appVersions, addresses, deployments };
}

export function route(
  state: RoutedState,
  serviceAddress = '127.0.0.1',
  groups: readonly string[] = [],
): Routing {
  const book = new RouteBook(serviceAddress, [], groups);
  book.update(state, []);
  return book.routing();
}

/** `<address>:<port> <app>[<index>] -> <host>:<port>, ...` */
export function inWords({ routes }: Routing): string[] {
  return routes.map(({ listen, app: id, portIndex, backends }) => {
    const places = backends.map(({ host, port }) => `${host}:${port}`).join(', ');
    return `${listen.address}:${listen.port} ${id}[${portIndex}] -> ${places}`;
  });
}

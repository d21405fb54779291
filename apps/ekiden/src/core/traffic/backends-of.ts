import {
  declaredPorts,
  hostPortDemand,
  usesHostNetwork,
  type AppDefinition,
} from '../app/index.js';
import { isHealthy, type Instance } from '../instance/index.js';
import type { Backend } from './route-table.js';
import type { ServicePort } from './service-port-owner.js';

/** An instance and the definition it was launched from. */
export interface Embodied {
  readonly instance: Instance;
  readonly definition: AppDefinition;
}

/**
 * Where a service port of an app leads: to instances that run, are healthy by the checks of their
 * own definition, and shall stay. All have the same weight.
 */
export function backendsOf(
  app: AppDefinition,
  port: ServicePort,
  instances: readonly Embodied[],
): readonly Backend[] {
  const indexes = new Map<AppDefinition, number | undefined>();
  const indexOf = (definition: AppDefinition): number | undefined => {
    if (!indexes.has(definition)) indexes.set(definition, indexIn(definition, app, port));
    return indexes.get(definition);
  };
  return instances
    .flatMap(({ instance, definition }) => {
      const { task } = instance;
      if (task === undefined || instance.goal !== 'Running') return [];
      if (!isHealthy(instance, definition)) return [];
      const index = indexOf(definition);
      const place = index === undefined ? undefined : placeOf(definition, index, task);
      return place === undefined ? [] : [{ ...place, weight: 1, taskId: task.id }];
    })
    .sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
}

/**
 * Which port of an older definition a service port of today means: the one with the same number;
 * if only the number has changed, the one at the same place.
 */
function indexIn(
  definition: AppDefinition,
  app: AppDefinition,
  { portIndex, servicePort }: ServicePort,
): number | undefined {
  if (definition === app) return portIndex;
  const then = declaredPorts(definition).map((port) => port.servicePort);
  const same = then.indexOf(servicePort);
  if (same >= 0) return same;
  const now = declaredPorts(app).map((port) => port.servicePort);
  const before = then[portIndex];
  return before === undefined || now.includes(before) ? undefined : portIndex;
}

/** A port of the host where there is one, else the port inside the task's own network. */
function placeOf(
  definition: AppDefinition,
  index: number,
  task: NonNullable<Instance['task']>,
): { readonly host: string; readonly port: number } | undefined {
  const demands = hostPortDemand(definition);
  const address = task.ipAddresses.find((ip) => !ip.includes(':')) ?? task.ipAddresses[0];
  if (demands[index]?.kind === 'none') {
    const port = declaredPorts(definition)[index]?.requested ?? 0;
    return address === undefined || port === 0 ? undefined : { host: address, port };
  }
  // Allocated ports are kept without the entries that have none.
  const allocated = demands.slice(0, index).filter(({ kind }) => kind !== 'none').length;
  const port = task.hostPorts[allocated];
  if (port === undefined) return undefined;
  const host = usesHostNetwork(definition.networks) ? (address ?? task.host) : task.host;
  return { host, port };
}

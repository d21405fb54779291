import { declaredPorts, type AppDefinition } from '../app/index.js';
import {
  hasBeenHealthy,
  isHealthy,
  placeOfPort,
  type Instance,
  type TaskPlace,
} from '../instance/index.js';
import type { Backend } from './route-table.js';
import type { ServicePort } from './service-port-owner.js';

/** An instance and the definition it was launched from. */
export interface Embodied {
  readonly instance: Instance;
  readonly definition: AppDefinition;
}

/** Who of those that run takes traffic, by the checks of the definition it was launched from. */
export type Standard = 'isHealthy' | 'hasBeenHealthy';

const MEETS: Readonly<
  Record<Standard, (instance: Instance, definition: AppDefinition) => boolean>
> = { isHealthy, hasBeenHealthy };

/**
 * Where a route leads: to healthy instances. When none of all it could lead to is healthy, those
 * that were keep what they had: an instance that fails its checks may answer, and nobody certainly
 * does not. The checks may be what is wrong (ADR 0060). `make` returns the backends by a standard.
 */
export function atBest(make: (standard: Standard) => readonly Backend[]): readonly Backend[] {
  const healthy = make('isHealthy');
  return healthy.some(({ weight }) => weight > 0) ? healthy : make('hasBeenHealthy');
}

/**
 * Where a service port of an app leads: to instances that run, meet the standard, and shall stay.
 * All have the same weight.
 */
export function backendsOf(
  app: AppDefinition,
  port: ServicePort,
  instances: readonly Embodied[],
  standard: Standard = 'isHealthy',
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
      if (!MEETS[standard](instance, definition)) return [];
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

/** Connections are made over IPv4 where a task has such an address. */
function placeOf(
  definition: AppDefinition,
  index: number,
  task: NonNullable<Instance['task']>,
): TaskPlace | undefined {
  const address = task.ipAddresses.find((ip) => !ip.includes(':')) ?? task.ipAddresses[0];
  return placeOfPort(definition, index, task, address);
}

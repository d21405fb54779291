import {
  declaredPorts,
  hostPortDemand,
  usesHostNetwork,
  type AppDefinition,
} from '../app/index.js';
import type { InstanceTask } from './instance.js';

/** Where a port of a task answers. */
export interface TaskPlace {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
}

/**
 * Where the port at `index` of the task's definition answers: on its host where the entry has a
 * host port, else at `address`, the task's own one of the wanted kind. `undefined` when there is
 * no such place.
 */
export function placeOfPort(
  definition: AppDefinition,
  index: number,
  task: Pick<InstanceTask, 'host' | 'hostAddress' | 'hostPorts'>,
  address: string | undefined,
): TaskPlace | undefined {
  const demands = hostPortDemand(definition);
  const demand = demands[index];
  if (demand === undefined) return undefined;
  if (demand.kind === 'none') {
    const port = declaredPorts(definition)[index]?.requested ?? 0;
    return address === undefined || port === 0 ? undefined : { host: address, port };
  }
  const port = hostPortsByEntry(definition, task)[index];
  return port === undefined ? undefined : { host: hostOf(definition, task, address), port };
}

/** Host ports by entry of the definition's ports; `undefined` = that entry has none. */
export function hostPortsByEntry(
  definition: AppDefinition,
  { hostPorts }: Pick<InstanceTask, 'hostPorts'>,
): readonly (number | undefined)[] {
  // Allocated ports are kept without the entries that have none.
  const left = [...hostPorts];
  return hostPortDemand(definition).map(({ kind }) => (kind === 'none' ? undefined : left.shift()));
}

/** A task in the host's own network may answer at one of its addresses only. */
export function hostOf(
  definition: AppDefinition,
  task: Pick<InstanceTask, 'host' | 'hostAddress'>,
  address: string | undefined,
): string {
  const host = task.hostAddress ?? task.host;
  return usesHostNetwork(definition.networks) ? (address ?? host) : host;
}

import { safePath, type AppDefinition, type PortMapping } from '../../../core/app/index.js';
import { servicePortsOf, type PlacedInstance } from './task.js';

/** An app and those of its instances that run. */
export interface RunningApp {
  readonly app: AppDefinition;
  readonly running: readonly PlacedInstance[];
}

/** Names of container networks; `*` = every one. */
export type NetworkSelection = ReadonlySet<string>;

/**
 * Where an app answers, one line per service port, parts separated by tabs, as small load
 * balancers read it (marathon-api 4.5.1). A tab follows every endpoint.
 */
export function presentTaskText({ app, running }: RunningApp, networks: NetworkSelection): string {
  const name = safePath(app.id);
  const ports = servicePortsOf(app);
  if (ports.length === 0) {
    return `${name}\t \t${running.map(({ task }) => `${task.host}\t`).join('')}\n`;
  }
  return ports
    .map((port, index) => {
      const endpoint = endpointsOf(app, index, networks);
      const endpoints = running.map((one) => endpoint(one)).filter((one) => one !== undefined);
      return `${name}\t${port}\t${endpoints.map((one) => `${one}\t`).join('')}\n`;
    })
    .join('');
}

type EndpointOf = (instance: PlacedInstance) => string | undefined;

/** How the endpoint of the service port at `index` is found on an instance. */
function endpointsOf(app: AppDefinition, index: number, networks: NetworkSelection): EndpointOf {
  const mappings = app.container?.portMappings;
  const mapping = mappings?.[index];
  if (mappings === undefined || mapping === undefined) return hostEndpoint(index);
  if (mapping.hostPort !== undefined) {
    // instances know the host ports of those mappings only that have one
    const before = mappings.slice(0, index).filter(({ hostPort }) => hostPort !== undefined);
    return hostEndpoint(before.length);
  }
  if (!isSelected(app, mapping, networks)) return () => undefined;
  return ({ task }) => {
    const [address] = task.ipAddresses;
    return address === undefined ? undefined : `${address}:${mapping.containerPort}`;
  };
}

function hostEndpoint(index: number): EndpointOf {
  return ({ task }) => {
    const port = task.hostPorts[index];
    return port === undefined ? undefined : `${task.host}:${port}`;
  };
}

function isSelected(app: AppDefinition, mapping: PortMapping, networks: NetworkSelection): boolean {
  if (networks.has('*')) return true;
  const own = app.networks.flatMap(({ name }) => name ?? []);
  const names = mapping.networkNames.length > 0 ? mapping.networkNames : own;
  return names.some((name) => networks.has(name));
}

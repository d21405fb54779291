import { deploymentGroupOf, type AppDefinition } from '../app/index.js';
import type { ClientAddress, RouteMode } from './route-table.js';

type Labelled = Pick<AppDefinition, 'labels'>;

/** More names of one port are left out. */
const HOSTS_MAX = 100;

const PORT_MAX = 65_535;

/** A name of up to 253 characters; `*.` before it means every name below. */
const HOST = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/;

/**
 * Whether what the labels of a port ask for beside its service port is given: hosts and one more
 * port. As with marathon-lb's groups: `HAPROXY_<n>_GROUP`, else `HAPROXY_GROUP`, separated by commas,
 * names one that is served here, or all are (`*`, or none at all is named here).
 */
export function isOfGroups(
  { labels }: Labelled,
  portIndex: number,
  groups: readonly string[],
): boolean {
  if (groups.length === 0 || groups.includes('*')) return true;
  const text = labels[`HAPROXY_${portIndex}_GROUP`] ?? labels['HAPROXY_GROUP'] ?? '';
  return text.split(',').some((one) => groups.includes(one.trim()));
}

/**
 * Names that clients of an `http` port may ask for: `HAPROXY_<n>_VHOST`, separated by commas, as
 * marathon-lb reads it. What is no host name is left out.
 */
export function hostsOf({ labels }: Labelled, portIndex: number): readonly string[] {
  const text = labels[`HAPROXY_${portIndex}_VHOST`] ?? '';
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  return [...new Set(names)].filter((name) => HOST.test(name)).slice(0, HOSTS_MAX);
}

/**
 * Ports that an app's port is to be found at besides its service port: `HAPROXY_<n>_PORT`, and of the
 * first one of an app in a deployment group `HAPROXY_DEPLOYMENT_ALT_PORT`, which is the service port of
 * the next app of the group. What is no port number is left out.
 */
export function labelledPortsOf({ labels }: Labelled, portIndex: number): readonly number[] {
  const isPaired = portIndex === 0 && deploymentGroupOf({ labels }) !== undefined;
  const texts = [
    labels[`HAPROXY_${portIndex}_PORT`],
    isPaired ? labels['HAPROXY_DEPLOYMENT_ALT_PORT'] : undefined,
  ];
  const ports = texts.map((text = '') => (/^\s*\d{1,5}\s*$/.test(text) ? Number(text) : 0));
  return [...new Set(ports)].filter((port) => port > 0 && port <= PORT_MAX);
}

/**
 * What backends of a `tcp` port are told of their clients: `EKIDEN_<n>_PROXY_PROTOCOL` says `v1` or
 * `v2`; `send-proxy` and `send-proxy-v2` in `HAPROXY_<n>_BACKEND_SERVER_OPTIONS` mean the same.
 */
export function clientAddressOf(
  { labels }: Labelled,
  portIndex: number,
  mode: RouteMode,
): ClientAddress | undefined {
  if (mode !== 'tcp') return undefined;
  const said = labels[`EKIDEN_${portIndex}_PROXY_PROTOCOL`]?.trim().toLowerCase();
  if (said !== undefined) return said === 'v1' ? 'proxyV1' : said === 'v2' ? 'proxyV2' : undefined;
  const options = (labels[`HAPROXY_${portIndex}_BACKEND_SERVER_OPTIONS`] ?? '').split(/\s+/);
  if (options.includes('send-proxy-v2')) return 'proxyV2';
  return options.includes('send-proxy') ? 'proxyV1' : undefined;
}

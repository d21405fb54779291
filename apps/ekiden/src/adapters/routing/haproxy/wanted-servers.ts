import type { TaskId } from '@ekiden/kernel';
import type { Backend, Route } from '../../../core/traffic/index.js';
import { backendName, previewName, serverName, socketAddress } from './names.js';
import type { ServerRow } from './statistics.js';
import { wholeWeights } from './weights.js';

/** A server as a backend shall have it. */
export interface WantedServer {
  readonly name: string;
  /** `address:port`. */
  readonly at: string;
  /** 0 to 256. */
  readonly weight: number;
}

/** A backend as it shall be. */
export interface WantedBackend {
  readonly name: string;
  readonly route: Route;
  /** The deployment whose version it leads to; absent = the live one. */
  readonly preview?: string;
  readonly servers: readonly WantedServer[];
}

/** The address of the host of a task; absent = it is not known now. */
export type AddressOf = (host: string, taskId: TaskId) => string | undefined;

/**
 * As hosts were looked up; where that has failed, as the present worker has it. A name that cannot
 * be looked up for a moment takes nobody out.
 */
export function orAsBefore(addressOf: AddressOf, rows: readonly ServerRow[]): AddressOf {
  const before = new Map(rows.map(({ server, at }) => [server, at]));
  return (host, taskId) => {
    const at = before.get(serverName(taskId));
    const known = at?.slice(0, at.lastIndexOf(':')).replace(/^\[|\]$/g, '');
    return addressOf(host, taskId) ?? known;
  };
}

/** All backends of a table, in its order. */
export function wantedBackends(
  routes: readonly Route[],
  addressOf: AddressOf,
): readonly WantedBackend[] {
  return routes.flatMap((route) => backendsOf(route, addressOf));
}

function backendsOf(route: Route, addressOf: AddressOf): readonly WantedBackend[] {
  const name = backendName(route.listen);
  const live = { name, route, servers: serversOf(route.backends, addressOf) };
  const previews = (route.previews ?? []).map(({ deployment, backends }) => ({
    name: previewName(name, deployment),
    route,
    preview: deployment,
    servers: serversOf(backends, addressOf),
  }));
  return [live, ...previews];
}

function serversOf(backends: readonly Backend[], addressOf: AddressOf): readonly WantedServer[] {
  const weights = wholeWeights(backends.map(({ weight }) => weight));
  return backends.flatMap(({ host, port, taskId }, at) => {
    const address = addressOf(host, taskId);
    if (address === undefined) return [];
    const weight = weights[at] ?? 0;
    return [{ name: serverName(taskId), at: socketAddress(address, port), weight }];
  });
}

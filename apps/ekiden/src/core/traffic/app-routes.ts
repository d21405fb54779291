import type { Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { backendsOf, type Embodied } from './backends-of.js';
import type { Listen, Route, RouteConflict, RouteKind, Routing } from './route-table.js';
import { routeMode } from './route-mode.js';
import { tcpServicePorts, type OwnerOf } from './service-port-owner.js';

/** Where the variables of dependents point: processes of this machine reach it, nobody else. */
export const SCOPE_ADDRESS = '127.0.0.1';

/** An address that routes listen on, and for whom. */
export type Opening = Pick<Listen, 'address'> & { readonly kind: RouteKind };

const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

/**
 * The service address, and the addresses that tasks look for service ports at, where those are
 * others (ADR 0010): loopback, and what containers reach.
 */
export function openingsFor(
  serviceAddress: string,
  scopeAddresses: Iterable<string> = [],
): readonly Opening[] {
  const service: Opening = { address: serviceAddress, kind: 'service' };
  if (EVERYWHERE.includes(serviceAddress)) return [service];
  const scopes = new Set([SCOPE_ADDRESS, ...[...scopeAddresses].sort()]);
  scopes.delete(serviceAddress);
  return [service, ...[...scopes].map((address): Opening => ({ address, kind: 'scope' }))];
}

/**
 * The routes of one app: each TCP service port to its healthy instances. A port that instances
 * take as host port themselves (`requirePorts`) has no route; one that leads to another app, or
 * to another port of this one, is a conflict.
 */
export function appRoutes(
  app: AppDefinition,
  instances: readonly Embodied[],
  ownerOf: OwnerOf,
  { openings, drain }: { readonly openings: readonly Opening[]; readonly drain: Millis },
): Routing {
  const routes: Route[] = [];
  const conflicts: RouteConflict[] = [];
  const served = new Set<number>();
  for (const port of tcpServicePorts(app)) {
    const { portIndex, servicePort, isHostPort } = port;
    const owner = ownerOf(servicePort) ?? app.id;
    if (owner !== app.id || served.has(servicePort)) {
      conflicts.push({ app: app.id, portIndex, servicePort, owner });
      continue;
    }
    served.add(servicePort);
    if (isHostPort) continue;
    const backends = backendsOf(app, port, instances);
    for (const { address, kind } of openings) {
      const listen = { port: servicePort, address };
      const mode = routeMode(app, portIndex);
      routes.push({ listen, app: app.id, portIndex, backends, kind, mode, drain });
    }
  }
  return { routes, conflicts };
}

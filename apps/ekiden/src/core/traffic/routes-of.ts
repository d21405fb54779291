import type { AppDefinition } from '../app/index.js';
import { appVersionKey, type StateView } from '../turn/index.js';
import { backendsOf, type Embodied } from './backends-of.js';
import type { Listen, Route, RouteConflict, RouteKind, Routing } from './route-table.js';
import { servicePortOwner, tcpServicePorts } from './service-port-owner.js';

/** Where the variables of dependents point: processes of this machine reach it, nobody else. */
export const SCOPE_ADDRESS = '127.0.0.1';

/** What of the state decides where traffic goes. */
export type RoutedState = Pick<StateView, 'root' | 'instances' | 'appVersions'>;

/**
 * The routes that a state asks for: each TCP service port of each app to its healthy instances,
 * listening on `serviceAddress`, and on the scope address too where that is another (ADR 0010).
 * In order of app id and port; the same state always gives the same routes.
 *
 * A port that instances take as host port themselves (`requirePorts`) has no route. Of several
 * claims to one port one is served and the others are named as conflicts.
 */
export function routesOf(state: RoutedState, serviceAddress: string): Routing {
  const routes: Route[] = [];
  const conflicts: RouteConflict[] = [];
  const ownerOf = servicePortOwner(state.root.apps);
  const listens = listensFor(serviceAddress);
  const apps = [...state.root.apps.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const app of apps) {
    const served = new Set<number>();
    const ports = tcpServicePorts(app);
    if (ports.length === 0) continue;
    const instances = embodied(state, app);
    for (const port of ports) {
      const { portIndex, servicePort, isHostPort } = port;
      const owner = ownerOf(servicePort) ?? app.id;
      if (owner !== app.id || served.has(servicePort)) {
        conflicts.push({ app: app.id, portIndex, servicePort, owner });
        continue;
      }
      served.add(servicePort);
      if (isHostPort) continue;
      const backends = backendsOf(app, port, instances);
      for (const { address, kind } of listens) {
        routes.push({
          listen: { port: servicePort, address },
          app: app.id,
          portIndex,
          backends,
          kind,
        });
      }
    }
  }
  return { routes, conflicts };
}

const EVERYWHERE: readonly string[] = ['0.0.0.0', '::'];

type Opening = Pick<Listen, 'address'> & { readonly kind: RouteKind };

function listensFor(serviceAddress: string): readonly Opening[] {
  const service: Opening = { address: serviceAddress, kind: 'service' };
  const reachesScope = serviceAddress === SCOPE_ADDRESS || EVERYWHERE.includes(serviceAddress);
  return reachesScope ? [service] : [service, { address: SCOPE_ADDRESS, kind: 'scope' }];
}

function embodied(state: RoutedState, app: AppDefinition): readonly Embodied[] {
  return state.instances.by('app', app.id).flatMap((instance) => {
    const definition = state.appVersions.get(appVersionKey(app.id, instance.appVersion));
    return definition === undefined ? [] : [{ instance, definition }];
  });
}

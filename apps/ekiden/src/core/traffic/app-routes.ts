import type { Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { backendsOf, type Embodied } from './backends-of.js';
import { generationsOf, hasPreview, isLive, weighted, type Twinned } from './generations.js';
import type { Opening } from './openings.js';
import { clientAddressOf, hostsOf, isOfGroups, labelledPortOf } from './route-labels.js';
import type { Backend, Route, RouteConflict, Routing } from './route-table.js';
import { routeMode } from './route-mode.js';
import { tcpServicePorts, type OwnerOf, type ServicePort } from './service-port-owner.js';

/** An app, and all that decides where its traffic goes. */
export interface AppSight {
  readonly app: AppDefinition;
  /** Of every generation. */
  readonly instances: readonly Embodied[];
  readonly twinned?: Twinned | undefined;
  readonly ownerOf: OwnerOf;
  readonly openings: readonly Opening[];
  /** Groups of marathon-lb that are served here; none = all. */
  readonly groups: readonly string[];
  readonly drain: Millis;
}

/**
 * The routes of one app: each TCP service port to its healthy instances. A port that instances
 * take as host port themselves (`requirePorts`) has no route; one that leads to another app, or
 * to another port of this one, is a conflict.
 */
export function appRoutes(sight: AppSight): Routing {
  // Until the switch, what is live decides about the ports that lead to it.
  const app = sight.twinned?.before ?? sight.app;
  const routes: Route[] = [];
  const conflicts: RouteConflict[] = [];
  const served = new Set<number>();
  for (const port of tcpServicePorts(app)) {
    const { portIndex, servicePort, isHostPort } = port;
    const owner = sight.ownerOf(servicePort) ?? app.id;
    if (owner !== app.id || served.has(servicePort)) {
      conflicts.push({ app: app.id, portIndex, servicePort, owner });
      continue;
    }
    served.add(servicePort);
    if (!isHostPort) routes.push(...serviceRoutes(sight, app, port));
    routes.push(...labelledRoutes(sight, app, port));
  }
  return { routes: [...routes, ...previewRoutes(sight)], conflicts };
}

function serviceRoutes(sight: AppSight, app: AppDefinition, port: ServicePort): Route[] {
  const { openings, twinned } = sight;
  const mode = routeMode(app, port.portIndex);
  const previews =
    twinned !== undefined && mode === 'http' && hasPreview(twinned)
      ? [{ deployment: twinned.deployment, backends: previewBackends(sight, app, port, twinned) }]
      : undefined;
  const base = routeBase(sight, app, port);
  const backends = stableBackends(sight, app, port);
  return openings.map(({ address, kind }) => ({
    listen: { port: port.servicePort, address },
    ...base,
    backends,
    kind,
    ...(previews === undefined ? {} : { previews }),
  }));
}

/** The same at the port that a label asks for; names of hosts find the service port already. */
function labelledRoutes(sight: AppSight, app: AppDefinition, port: ServicePort): Route[] {
  const labelled = labelledPortOf(app, port.portIndex);
  if (labelled === undefined || labelled === port.servicePort) return [];
  if (!isOfGroups(app, port.portIndex, sight.groups)) return [];
  const openings = sight.openings.filter(({ kind }) => kind === 'service');
  const routes = serviceRoutes({ ...sight, openings }, app, port);
  return routes.map(({ hosts: _hosts, ...route }): Route => {
    return { ...route, listen: { ...route.listen, port: labelled }, kind: 'label' };
  });
}

/** What the stable addresses lead to. */
function stableBackends(
  { instances, twinned }: Pick<AppSight, 'instances' | 'twinned'>,
  app: AppDefinition,
  port: ServicePort,
): readonly Backend[] {
  if (twinned === undefined) {
    const live = instances.filter(({ instance }) => isLive(instance));
    return backendsOf(app, port, live);
  }
  const { old, next } = generationsOf(instances, twinned);
  return weighted(backendsOf(app, port, old), backendsOf(app, port, next), twinned.share);
}

function previewBackends(
  { instances }: AppSight,
  app: AppDefinition,
  port: ServicePort,
  twinned: Twinned,
): readonly Backend[] {
  return backendsOf(app, port, generationsOf(instances, twinned).next);
}

/** Ports of the version that is not live yet, each on every address where the app is served. */
function previewRoutes(sight: AppSight): Route[] {
  const { app, openings, twinned } = sight;
  if (twinned === undefined || !hasPreview(twinned)) return [];
  return tcpServicePorts(app).flatMap((port) => {
    const listening = twinned.previewPorts?.[port.portIndex] ?? 0;
    if (listening === 0) return [];
    const { hosts: _hosts, ...base } = routeBase(sight, app, port);
    const backends = previewBackends(sight, app, port, twinned);
    return openings.map(({ address }): Route => ({
      listen: { port: listening, address },
      ...base,
      backends,
      kind: 'preview',
    }));
  });
}

type Base = Omit<Route, 'listen' | 'backends' | 'kind' | 'previews'>;

export function routeBase(
  { drain, groups }: Pick<AppSight, 'drain' | 'groups'>,
  app: AppDefinition,
  { portIndex }: ServicePort,
): Base {
  const mode = routeMode(app, portIndex);
  const clientAddress = clientAddressOf(app, portIndex, mode);
  const isServed = mode === 'http' && isOfGroups(app, portIndex, groups);
  const hosts = isServed ? hostsOf(app, portIndex) : [];
  return {
    app: app.id,
    portIndex,
    mode,
    drain,
    ...(clientAddress === undefined ? {} : { clientAddress }),
    ...(hosts.length === 0 ? {} : { hosts }),
  };
}

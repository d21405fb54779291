import type { Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { atBest, backendsOf, type Embodied, type Standard } from './backends-of.js';
import { generationsOf, hasPreview, isLive, weighted, type Twinned } from './generations.js';
import type { Opening } from './openings.js';
import { clientAddressOf, hostsOf, isOfGroups, labelledPortsOf } from './route-labels.js';
import type { Backend, PreviewRoute, Route, RouteConflict, Routing } from './route-table.js';
import { routeMode } from './route-mode.js';
import { joined } from './served-together.js';
import { tcpServicePorts, type OwnerOf, type ServicePort } from './service-port-owner.js';

/** An app and its instances. */
export interface Serving {
  readonly app: AppDefinition;
  /** Of every generation. */
  readonly instances: readonly Embodied[];
  readonly twinned?: Twinned | undefined;
}

/** An app, and all that decides where its traffic goes. */
export interface AppSight extends Serving {
  /** Other apps that are one service with it, by id (marathon-lb's deployment groups). */
  readonly partners: readonly Serving[];
  readonly ownerOf: OwnerOf;
  readonly openings: readonly Opening[];
  /** Groups of marathon-lb that are served here; none = all. */
  readonly groups: readonly string[];
  readonly drain: Millis;
}

/**
 * The routes of one app: each TCP service port to its healthy instances (see `atBest`). A port that instances
 * take as host port themselves (`requirePorts`) has no route; one that leads to another app, or
 * to another port of this one, is a conflict. One that a partner has as well is in the partner's
 * routes.
 */
export function appRoutes(sight: AppSight): Routing {
  const app = servedOf(sight);
  const routes: Route[] = [];
  const conflicts: RouteConflict[] = [];
  const served = new Set<number>();
  for (const port of tcpServicePorts(app)) {
    const { portIndex, servicePort, isHostPort } = port;
    const owner = sight.ownerOf(servicePort, app.id) ?? app.id;
    if (owner !== app.id || served.has(servicePort)) {
      conflicts.push({ app: app.id, portIndex, servicePort, owner });
      continue;
    }
    served.add(servicePort);
    const isOwn = (sight.ownerOf(servicePort) ?? app.id) === app.id;
    if (isOwn && !isHostPort) routes.push(...serviceRoutes(sight, app, port));
    routes.push(...labelledRoutes(sight, app, port));
  }
  return { routes: [...routes, ...previewRoutes(sight)], conflicts };
}

/** Until the switch, what is live decides about the ports that lead to it. */
function servedOf({ app, twinned }: Serving): AppDefinition {
  return twinned?.before ?? app;
}

function serviceRoutes(sight: AppSight, app: AppDefinition, port: ServicePort): Route[] {
  const { openings } = sight;
  const ports = [{ serving: sight, app, port }, ...partnersOf(sight, port)];
  const base = routeBase(sight, app, port);
  const previews = base.mode === 'http' ? previewsOf(ports) : [];
  const backends = atBest((standard) => joined(ports.map((one) => stableBackends(one, standard))));
  return openings.map(({ address, kind }) => ({
    listen: { port: port.servicePort, address },
    ...base,
    backends,
    kind,
    ...(previews.length === 0 ? {} : { previews }),
  }));
}

interface ServedPort {
  readonly serving: Serving;
  readonly app: AppDefinition;
  readonly port: ServicePort;
}

/** The port with the same index of each app that is one service with this one. */
function partnersOf({ partners }: AppSight, { portIndex }: ServicePort): readonly ServedPort[] {
  return partners.flatMap((serving) => {
    const app = servedOf(serving);
    const port = tcpServicePorts(app).find((one) => one.portIndex === portIndex);
    return port === undefined ? [] : [{ serving, app, port }];
  });
}

/** By deployment; one may have a version of several of them that is not live yet. */
function previewsOf(ports: readonly ServedPort[]): readonly PreviewRoute[] {
  const found = new Map<string, (readonly Backend[])[]>();
  for (const { serving, app, port } of ports) {
    const { twinned } = serving;
    if (twinned === undefined || !hasPreview(twinned)) continue;
    const backends = previewBackends(serving, app, port, twinned);
    found.set(twinned.deployment, [...(found.get(twinned.deployment) ?? []), backends]);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([deployment, lists]) => ({ deployment, backends: joined(lists) }));
}

/** The same at ports that labels ask for; names of hosts find the service port already. */
function labelledRoutes(sight: AppSight, app: AppDefinition, port: ServicePort): Route[] {
  if (!isOfGroups(app, port.portIndex, sight.groups)) return [];
  const labelled = labelledPortsOf(app, port.portIndex).filter((one) => one !== port.servicePort);
  if (labelled.length === 0) return [];
  const openings = sight.openings.filter(({ kind }) => kind === 'service');
  const routes = serviceRoutes({ ...sight, openings }, app, port);
  return labelled.flatMap((at) =>
    routes.map(({ hosts: _hosts, ...route }): Route => {
      return { ...route, listen: { ...route.listen, port: at }, kind: 'label' };
    }),
  );
}

/** What the stable addresses lead to. */
function stableBackends(
  { serving, app, port }: ServedPort,
  standard: Standard,
): readonly Backend[] {
  const { instances, twinned } = serving;
  if (twinned === undefined) {
    const live = instances.filter(({ instance }) => isLive(instance));
    return backendsOf(app, port, live, standard);
  }
  const { old, next } = generationsOf(instances, twinned);
  const [ofOld, ofNext] = [old, next].map((some) => backendsOf(app, port, some, standard));
  return weighted(ofOld ?? [], ofNext ?? [], twinned.share);
}

function previewBackends(
  { instances }: Serving,
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

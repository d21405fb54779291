import type { AppDefinition } from '../app/index.js';
import { routeBase, type AppSight } from './app-routes.js';
import { atBest, backendsOf, type Embodied, type Standard } from './backends-of.js';
import { generationsOf, isLive, weighted } from './generations.js';
import type { RoutedState } from './route-book.js';
import type { Backend, Route } from './route-table.js';
import { reachedFrom, type Reached } from './scopes.js';
import { tcpServicePorts, type ServicePort } from './service-port-owner.js';

/** Where an app is found from each scope whose instances depend on it. */
export function scopeRoutes(
  sight: AppSight,
  state: Pick<RoutedState, 'instances' | 'deployments'>,
  addresses: readonly string[],
): readonly Route[] {
  const { id } = sight.app;
  const listeners = new Map<string, readonly number[]>();
  for (const { scope } of state.instances.by('reaches', id)) {
    if (scope !== undefined && !listeners.has(scope.id)) {
      listeners.set(scope.id, scope.ports[id] ?? []);
    }
  }
  return [...listeners]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([scope, ports]) => {
      const reached = reachedFrom(state, scope, id);
      return routesOf(sight, { reached, ports, addresses });
    });
}

interface Listeners {
  readonly reached: Reached;
  /** By index of the app's ports, 0 = none. */
  readonly ports: readonly number[];
  readonly addresses: readonly string[];
}

function routesOf(sight: AppSight, { reached, ports, addresses }: Listeners): readonly Route[] {
  const app = definitionOf(sight, reached);
  return tcpServicePorts(app).flatMap((port) => {
    const listening = ports[port.portIndex] ?? 0;
    if (listening === 0) return [];
    const { hosts: _hosts, ...base } = routeBase(sight, app, port);
    const backends = backendsIn(sight, reached, app, port);
    return addresses.map((address): Route => ({
      listen: { port: listening, address },
      ...base,
      backends,
      kind: 'scope',
    }));
  });
}

/** Whose ports count: those of the version that is led to. */
function definitionOf({ app, twinned }: AppSight, reached: Reached): AppDefinition {
  return reached === 'next' ? app : (twinned?.before ?? app);
}

/** Weights of a canary act at the stable ports only: here it is one generation or the other. */
function backendsIn(
  { instances, twinned }: AppSight,
  reached: Reached,
  app: AppDefinition,
  port: ServicePort,
): readonly Backend[] {
  const led = (some: readonly Embodied[], standard: Standard): readonly Backend[] =>
    backendsOf(app, port, some, standard);
  if (twinned === undefined) {
    const live = instances.filter(({ instance }) => isLive(instance));
    return atBest((standard) => led(live, standard));
  }
  const { old, next } = generationsOf(instances, twinned);
  if (reached !== 'live') {
    return atBest((standard) => led(reached === 'old' ? old : next, standard));
  }
  const share = twinned.share < 100 ? 0 : 100;
  return atBest((standard) => weighted(led(old, standard), led(next, standard), share));
}

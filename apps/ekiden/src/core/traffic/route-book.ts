import { millis, type Change } from '@ekiden/kernel';
import {
  ancestorsOf,
  deploymentGroupOf,
  servicePortsOf,
  type AppDefinition,
  type PathId,
  type Rollout,
} from '../app/index.js';
import { twinsOf, type Deployment } from '../deployment/index.js';
import type { Instance, InstanceId } from '../instance/index.js';
import { appVersionKey, type StateView } from '../turn/index.js';
import { appRoutes, type AppSight, type Serving } from './app-routes.js';
import { drainTime } from './drain-time.js';
import type { Embodied } from './backends-of.js';
import { twinnedOf } from './generations.js';
import { openingsFor, scopesFor, type Opening } from './openings.js';
import { scopeRoutes } from './scope-routes.js';
import type { Route, RouteConflict, Routing } from './route-table.js';
import { servedTogether } from './served-together.js';
import { servicePortOwner, type OwnerOf } from './service-port-owner.js';

/** What of the state decides where traffic goes. */
export type RoutedState = Pick<
  StateView,
  'root' | 'instances' | 'appVersions' | 'addresses' | 'deployments'
>;

/** An app as it was looked at last, and what came of it. */
interface Page {
  readonly definition: AppDefinition;
  readonly instances: readonly InstanceId[];
  readonly routing: Routing;
  /** The routing as text, to be compared. */
  readonly text: string;
  /** Apps that are one service with it. */
  readonly partners: readonly PathId[];
}

/**
 * The routes that a state asks for, brought up to date by what has changed since. The same state
 * always gives the same routes, however the book got there. Only apps that changed, or share a
 * service port or a service with one that did, are looked at; definitions are compared by identity.
 */
export class RouteBook {
  private readonly serviceAddress: string;
  private openings: readonly Opening[];
  private scopeAddresses = scopesFor([]);
  private readonly groups: readonly string[];
  private remembered: readonly string[];
  private readonly pages = new Map<PathId, Page>();
  private readonly appOf = new Map<InstanceId, PathId>();
  /** What instances find in their scopes. */
  private readonly reaches = new Map<InstanceId, readonly PathId[]>();
  /** Groups that say how apps below them are rolled out. */
  private readonly rollouts = new Map<PathId, Rollout>();
  /** Deployments with a rollout under way, as they were looked at last. */
  private underWay: ReadonlyMap<string, Deployment> = new Map();

  /**
   * `serviceAddress`: the IP address that service ports are open on. `remembered`: where tasks looked
   * for them before; these stay open until `forget`. `groups`: of marathon-lb, whose labels count;
   * none = all.
   */
  constructor(
    serviceAddress: string,
    remembered: readonly string[] = [],
    groups: readonly string[] = [],
  ) {
    this.groups = groups;
    this.serviceAddress = serviceAddress;
    this.remembered = remembered;
    this.openings = openingsFor(serviceAddress);
  }

  /**
   * Takes in a state, given every instance that was changed or removed since the one before.
   * Returns whether anything is routed otherwise than before.
   */
  update(state: RoutedState, changes: Iterable<Change<InstanceId, Instance>>): boolean {
    const stale = this.openAt(state) ? new Set(this.pages.keys()) : new Set<PathId>();
    this.addStaleApps(state, stale);
    this.addAppsOfChangedGroups(state, stale);
    this.addTwins(state, stale);
    for (const [id, instance] of changes) {
      const app = instance?.appId ?? this.appOf.get(id);
      if (app !== undefined) stale.add(app);
      this.addReached(id, instance, stale);
    }
    this.addPartners(state, stale);
    const ownerOf = servicePortOwner(state.root.apps);
    let changed = false;
    for (const id of stale) if (this.look(state, id, ownerOf)) changed = true;
    return changed;
  }

  /** From the next update on only what the state says is open. */
  forget(): void {
    this.remembered = [];
  }

  /** IP addresses that tasks look for service ports at, sorted but for loopback, which is first. */
  addresses(): readonly string[] {
    return this.scopeAddresses;
  }

  /** Everything, in order of app id and port. */
  routing(): Routing {
    const pages = [...this.pages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, page]) => page);
    const routes = pages.flatMap(({ routing }) => routing.routes);
    const conflicts = pages.flatMap(({ routing }) => routing.conflicts);
    const hasLabels = routes.some(({ kind }) => kind === 'label');
    const hasOthers = hasLabels || this.reaches.size > 0 || this.underWay.size > 0;
    if (!hasOthers) return { routes, conflicts };
    const holders = holdersOf(routes);
    return {
      routes: routes.filter((route) => isHeldBy(route, holders)),
      conflicts: [...conflicts, ...routes.flatMap((route) => this.labelConflict(route, holders))],
    };
  }

  private labelConflict(
    route: Route,
    holders: ReadonlyMap<string, Route>,
  ): readonly RouteConflict[] {
    if (route.kind !== 'label' || isHeldBy(route, holders)) return [];
    const { app, portIndex, listen } = route;
    const holder = holders.get(keyOf(route)) ?? route;
    const isShared = this.pages.get(app)?.partners.includes(holder.app) === true;
    if (isShared && holder.portIndex === portIndex) return [];
    return [{ app, portIndex, servicePort: listen.port, owner: holder.app }];
  }

  private addReached(id: InstanceId, instance: Instance | undefined, stale: Set<PathId>): void {
    for (const app of this.reaches.get(id) ?? []) stale.add(app);
    const { scope } = instance ?? {};
    if (scope === undefined) {
      this.reaches.delete(id);
      return;
    }
    const reached = Object.keys(scope.ports) as PathId[];
    for (const app of reached) stale.add(app);
    this.reaches.set(id, reached);
  }

  /** Whether routes listen on other addresses from now on. */
  private openAt({ addresses, instances }: RoutedState): boolean {
    const scopes = [...addresses.values()].flatMap((agent) => [
      agent.servicesFromHost,
      agent.servicesFromContainers,
    ]);
    // What a task was told holds as long as it runs, also while its host has not answered yet.
    scopes.push(...instances.valuesOf('servicesAt'), ...this.remembered);
    const openings = openingsFor(this.serviceAddress, scopes);
    this.scopeAddresses = scopesFor(scopes);
    const same = JSON.stringify(openings) === JSON.stringify(this.openings);
    this.openings = openings;
    return !same;
  }

  /** Apps that are new, changed or gone, and those they share service ports with. */
  private addStaleApps({ root: { apps } }: RoutedState, stale: Set<PathId>): void {
    const markNeighbours = (definition: AppDefinition): void => {
      for (const port of servicePortsOf(definition)) {
        if (port === 0) continue;
        for (const { id } of apps.by('servicePort', `${port}`)) stale.add(id);
      }
    };
    for (const app of apps.values()) {
      const before = this.pages.get(app.id)?.definition;
      if (before === app) continue;
      stale.add(app.id);
      markNeighbours(app);
      if (before !== undefined) markNeighbours(before);
    }
    for (const [id, { definition }] of this.pages) {
      if (apps.has(id)) continue;
      stale.add(id);
      markNeighbours(definition);
    }
  }

  /** What is one service with something that has changed, before or now. */
  private addPartners({ root: { apps } }: RoutedState, stale: Set<PathId>): void {
    for (const id of [...stale]) {
      for (const definition of [this.pages.get(id)?.definition, apps.get(id)]) {
        const group = definition && deploymentGroupOf(definition);
        if (group === undefined) continue;
        for (const { id: partner } of apps.by('deploymentGroup', group)) stale.add(partner);
      }
    }
  }

  /** A group's rollout holds for everything below it. */
  private addAppsOfChangedGroups({ root }: RoutedState, stale: Set<PathId>): void {
    const changed = new Set<PathId>();
    for (const { id, rollout } of root.groups.values()) {
      if (rollout === this.rollouts.get(id)) continue;
      changed.add(id);
      if (rollout !== undefined) this.rollouts.set(id, rollout);
    }
    for (const id of this.rollouts.keys()) {
      if (root.groups.get(id)?.rollout !== undefined) continue;
      changed.add(id);
      this.rollouts.delete(id);
    }
    if (changed.size === 0) return;
    for (const { id } of root.apps.values()) {
      if (ancestorsOf(id).some((group) => changed.has(group))) stale.add(id);
    }
  }

  /** Those whose generations are led to in another way than before. */
  private addTwins({ deployments }: RoutedState, stale: Set<PathId>): void {
    const before = this.underWay;
    const rows = deployments.by('rollout', 'yes');
    if (before.size === 0 && rows.length === 0) return;
    this.underWay = new Map(rows.map((row) => [row.id, row]));
    const moved = [...before.values(), ...rows].filter(
      (row) => before.get(row.id) !== this.underWay.get(row.id),
    );
    for (const row of moved) for (const id of twinsOf(row)) stale.add(id);
  }

  private look(state: RoutedState, id: PathId, ownerOf: OwnerOf): boolean {
    const before = this.pages.get(id);
    for (const instance of before?.instances ?? []) this.appOf.delete(instance);
    const app = state.root.apps.get(id);
    if (app === undefined) {
      this.pages.delete(id);
      return before !== undefined && before.text !== NOTHING;
    }
    const together = servedTogether(state.root.apps, app);
    const partners = together.filter((one) => one.id !== id);
    const serving = servingOf(state, app);
    const sight: AppSight = {
      ...serving,
      partners: partners.map((one) => servingOf(state, one)),
      ownerOf,
      openings: this.openings,
      groups: this.groups,
      drain: millis(Math.max(...together.map((one) => drainTime(one, state.root.groups)))),
    };
    const own = appRoutes(sight);
    const inScopes = scopeRoutes(sight, state, this.scopeAddresses);
    const routing = { ...own, routes: [...own.routes, ...inScopes] };
    const text = JSON.stringify(routing);
    const ids = serving.instances.map(({ instance }) => instance.id);
    for (const instance of ids) this.appOf.set(instance, id);
    this.pages.set(id, {
      definition: app,
      instances: ids,
      routing,
      text,
      partners: partners.map((one) => one.id),
    });
    return text !== (before?.text ?? NOTHING);
  }
}

/**
 * The routes that are served where several want one address: service ports first, then those that
 * labels ask for, of the first app; ports of ours make way for both.
 */
function holdersOf(routes: readonly Route[]): ReadonlyMap<string, Route> {
  const holders = new Map<string, Route>();
  for (const wanted of ['service', 'label'] as const) {
    for (const route of routes) {
      const key = keyOf(route);
      if (route.kind === wanted && !holders.has(key)) holders.set(key, route);
    }
  }
  return holders;
}

function isHeldBy(route: Route, holders: ReadonlyMap<string, Route>): boolean {
  return (holders.get(keyOf(route)) ?? route) === route;
}

function keyOf({ listen: { address, port } }: Route): string {
  return `${address} ${port}`;
}

const NOTHING = JSON.stringify({ routes: [], conflicts: [] } satisfies Routing);

function servingOf(state: RoutedState, app: AppDefinition): Serving {
  const twinned = twinnedOf(state.deployments, app.id);
  return { app, instances: embodied(state, app), twinned };
}

function embodied(state: RoutedState, app: AppDefinition): readonly Embodied[] {
  const { instances } = state;
  const all = [...instances.by('app', app.id), ...instances.by('beside', app.id)];
  return all.flatMap((instance) => {
    const definition = state.appVersions.get(appVersionKey(app.id, instance.appVersion));
    return definition === undefined ? [] : [{ instance, definition }];
  });
}

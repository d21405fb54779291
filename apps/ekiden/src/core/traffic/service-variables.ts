import { isBelow, parentOf, type AppDefinition, type PathId } from '../app/index.js';
import { DependencyGraph, patchedTree, type Tree } from '../group/index.js';
import { SCOPE_ADDRESS } from './openings.js';
import { tcpServicePorts, type OwnerOf } from './service-port-owner.js';

/** Why a dependent gets no address of something it depends on. */
export type ServiceWarning =
  /** Their ids make the same name, so both are left out. */
  | { readonly kind: 'sameName'; readonly name: string; readonly apps: readonly PathId[] }
  /** The port leads to another app. */
  | {
      readonly kind: 'portOfAnother';
      readonly app: PathId;
      readonly servicePort: number;
      readonly owner: PathId | undefined;
    };

export interface ServiceVariables {
  readonly variables: Readonly<Record<string, string>>;
  readonly warnings: readonly ServiceWarning[];
}

/** Where a task finds things. */
export interface ServicePlace {
  /** Where service ports answer, as seen from the task; absent = this machine's loopback. */
  readonly host?: string | undefined;
  /** Ports of its scope, by dependency and index of its ports; 0 or absent = the service port. */
  readonly scope?: Readonly<Record<PathId, readonly number[]>> | undefined;
}

/**
 * How a task of `app` finds what the app depends on, by its own dependencies and by those of the
 * groups around it (DESIGN 7): `SERVICE_<NAME>_HOST`, `SERVICE_<NAME>_PORT` (the first service
 * port) and `SERVICE_<NAME>_PORT0..n`. A dependency without a TCP port has none.
 */
export function serviceVariables(
  app: AppDefinition,
  tree: Tree,
  ownerOf: OwnerOf,
  { host = SCOPE_ADDRESS, scope = {} }: ServicePlace = {},
): ServiceVariables {
  const variables: Record<string, string> = {};
  const warnings: ServiceWarning[] = [];
  for (const [name, dependencies] of byName(app, tree)) {
    const [only] = dependencies;
    if (only === undefined || dependencies.length > 1) {
      warnings.push({ kind: 'sameName', name, apps: dependencies.map(({ id }) => id) });
      continue;
    }
    for (const { portIndex, servicePort } of tcpServicePorts(only)) {
      const scopePort = scope[only.id]?.[portIndex] ?? 0;
      const owner = ownerOf(servicePort, only.id);
      if (scopePort === 0 && owner !== only.id) {
        warnings.push({ kind: 'portOfAnother', app: only.id, servicePort, owner });
        continue;
      }
      variables[`SERVICE_${name}_HOST`] = host;
      const port = `${scopePort === 0 ? servicePort : scopePort}`;
      variables[`SERVICE_${name}_PORT${portIndex}`] = port;
      if (portIndex === 0) variables[`SERVICE_${name}_PORT`] = port;
    }
  }
  return { variables, warnings };
}

/**
 * The middle part of the variables' names: the dependency's id relative to the dependent's own
 * group when it lies inside it, else absolute; upper case, everything but letters and digits `_`.
 */
export function serviceName(dependent: PathId, dependency: PathId): string {
  const group = parentOf(dependent);
  const relative = isBelow(dependency, group) ? dependency.slice(group.length) : dependency;
  return relative
    .replace(/^\//, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '_');
}

/** What an app depends on, by its own dependencies and by those of the groups around it. */
export function dependenciesOf(app: AppDefinition, tree: Tree): readonly AppDefinition[] {
  // An older definition that is launched again has the dependencies it had.
  const own =
    tree.app(app.id) === app
      ? tree
      : patchedTree(tree, { apps: new Map([[app.id, app]]), groups: new Map() });
  return new DependencyGraph(own)
    .dependenciesOf(app.id)
    .flatMap((id) => (id === app.id ? [] : (own.app(id) ?? [])));
}

function byName(app: AppDefinition, tree: Tree): ReadonlyMap<string, readonly AppDefinition[]> {
  const found = new Map<string, AppDefinition[]>();
  for (const dependency of dependenciesOf(app, tree)) {
    const name = serviceName(app.id, dependency.id);
    const named = found.get(name);
    if (named === undefined) found.set(name, [dependency]);
    else named.push(dependency);
  }
  return found;
}

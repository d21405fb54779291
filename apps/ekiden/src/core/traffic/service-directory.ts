import type { AppDefinition } from '../app/index.js';
import { treeOf, type RootView, type Tree } from '../group/index.js';
import { SCOPE_ADDRESS } from './openings.js';
import { servicePortOwner, type OwnerOf } from './service-port-owner.js';
import type { InstanceScope } from '../instance/index.js';
import { dependenciesOf, serviceVariables, type ServiceVariables } from './service-variables.js';

/**
 * The `SERVICE_*` variables of apps of one tree. Answers are kept for the life of this object: make
 * one per tree and decision.
 */
export class ServiceDirectory {
  private readonly tree: Tree;
  private readonly ownerOf: OwnerOf;
  private readonly dependencies = new Map<AppDefinition, readonly AppDefinition[]>();
  private readonly known = new Map<string, Map<AppDefinition, ServiceVariables>>();

  constructor(root: Pick<RootView, 'apps' | 'groups'>) {
    this.tree = treeOf(root);
    this.ownerOf = servicePortOwner(root.apps);
  }

  /** `host`: where service ports answer, as seen from the task; absent = this machine's loopback. */
  variablesOf(
    app: AppDefinition,
    host: string = SCOPE_ADDRESS,
    scope?: InstanceScope,
  ): ServiceVariables {
    const place = `${host} ${scope?.id ?? ''}`;
    const seen = this.known.get(place) ?? new Map<AppDefinition, ServiceVariables>();
    this.known.set(place, seen);
    const known = seen.get(app);
    if (known !== undefined) return known;
    const found = serviceVariables(app, this.tree, this.ownerOf, {
      host,
      scope: scope?.ports,
    });
    seen.set(app, found);
    return found;
  }

  /** What an app depends on, whether it has ports or not. */
  dependenciesOf(app: AppDefinition): readonly AppDefinition[] {
    const known = this.dependencies.get(app) ?? dependenciesOf(app, this.tree);
    this.dependencies.set(app, known);
    return known;
  }
}

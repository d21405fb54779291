import type { AppDefinition } from '../app/index.js';
import { treeOf, type RootView, type Tree } from '../group/index.js';
import { SCOPE_ADDRESS } from './openings.js';
import { servicePortOwner, type OwnerOf } from './service-port-owner.js';
import { serviceVariables, type ServiceVariables } from './service-variables.js';

/**
 * The `SERVICE_*` variables of apps of one tree. Answers are kept for the life of this object: make
 * one per tree and decision.
 */
export class ServiceDirectory {
  private readonly tree: Tree;
  private readonly ownerOf: OwnerOf;
  private readonly known = new Map<string, Map<AppDefinition, ServiceVariables>>();

  constructor(root: Pick<RootView, 'apps' | 'groups'>) {
    this.tree = treeOf(root);
    this.ownerOf = servicePortOwner(root.apps);
  }

  /** `host`: where service ports answer, as seen from the task; absent = this machine's loopback. */
  variablesOf(app: AppDefinition, host: string = SCOPE_ADDRESS): ServiceVariables {
    const seen = this.known.get(host) ?? new Map<AppDefinition, ServiceVariables>();
    this.known.set(host, seen);
    const known = seen.get(app);
    if (known !== undefined) return known;
    const found = serviceVariables(app, this.tree, this.ownerOf, host);
    seen.set(app, found);
    return found;
  }
}

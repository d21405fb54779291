import type { Chance } from '@ekiden/kernel';

import { Journal } from '../journal/index.js';
import { addResources, NO_RESOURCES, type Resources } from '../resources/index.js';
import { Pool, ScalarNames, ShareTree, subtract, type SorterKind } from './shares/index.js';

export interface SortQuery {
  readonly sorter: SorterKind;
  /** Role paths, or names. */
  readonly clients: readonly { readonly path: string; readonly active: boolean }[];
  /** One entry for each allocation a client ever got and still has: how many breaks ties. */
  readonly allocations: ReadonlyMap<string, readonly Resources[]>;
  readonly total: Resources;
  readonly weights: ReadonlyMap<string, number>;
  readonly fairnessExclude?: readonly string[];
  readonly chance: Chance;
}

/** The order in which active clients would be asked: the sorter alone, for tests and questions. */
export function sortClients(query: SortQuery): readonly string[] {
  const journal = new Journal();
  const names = new ScalarNames();
  const excluded = new Set((query.fairnessExclude ?? []).map((name) => names.number(name)));
  const pool = new Pool(journal, excluded);
  pool.add(names.amounts(query.total));
  const tree = new ShareTree<string>(journal, pool, { flat: false, kind: query.sorter });
  for (const [path, weight] of query.weights) tree.setWeight(path, weight);
  for (const { path, active } of query.clients) {
    const leaf = tree.add(path, path);
    tree.setActive(leaf, active);
    let held = NO_RESOURCES;
    for (const resources of query.allocations.get(path) ?? []) {
      const before = names.amounts(held);
      held = addResources(held, resources);
      // Copies of a shared volume count once for a client (SRT-22), allocations always.
      const more = names.amounts(held);
      subtract(more, before);
      tree.allocated(leaf, more);
    }
  }
  return tree.activeClients(query.chance);
}

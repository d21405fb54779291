import type { Chance } from '@ekiden/kernel';

import { Journal } from '../journal/index.js';
import type { Resources } from '../resources/index.js';
import { Pool, ScalarNames, ShareTree, type SorterKind } from './shares/index.js';

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
    for (const resources of query.allocations.get(path) ?? []) {
      tree.allocated(leaf, names.amounts(resources));
    }
  }
  return tree.activeClients(query.chance);
}

import { present, SeededChance } from '@ekiden/kernel';
import {
  Pool,
  ScalarNames,
  ShareTree,
} from '../../../../libs/offers/src/allocator/shares/index.js';
import { Journal } from '../../../../libs/offers/src/journal/index.js';
import { Meter, timed, type Measures, type Workload } from '../meter.js';
import { bag, frameworkIds, usedPorts } from '../shapes.js';
import type { WorkloadSpec } from '../specs.js';

type Sorting = Extract<WorkloadSpec, { kind: 'sorting' }>;

const TOTAL = 'cpus:24;mem:4096;disk:4096;ports:[31000-32000]';
const HELD = `cpus:16;mem:2014;disk:1024;${usedPorts(100)}`;
const SORTS = 20;

/**
 * W13: the order of shares alone, all clients active. Amounts are counted per agent in it, as from
 * the resources' text; the order itself is made anew after a change of the pool.
 */
export function openSorting({ agents, clients }: Sorting): Workload {
  const journal = new Journal();
  const names = new ScalarNames();
  const pool = new Pool(journal);
  const tree = new ShareTree<string>(journal, pool, { flat: true });
  const chance = new SeededChance(1);
  const leaves = frameworkIds(clients).map((id) => tree.add(id, id));
  for (const leaf of leaves) tree.setActive(leaf, true);
  const totals = bag(TOTAL);
  const held = Array.from({ length: agents }, () => bag(HELD));
  for (let n = 0; n < agents; n += 1) pool.add(names.amounts(totals));
  journal.commit();
  const leafOf = (agent: number) => present(leaves[agent % clients], 'a client');
  const round = (): Measures => {
    const allocate = timed(() => {
      held.forEach((resources, at) => {
        tree.allocated(leafOf(at), names.amounts(resources));
      });
    });
    const sort = new Meter();
    const again = new Meter();
    for (let n = 0; n < SORTS; n += 1) {
      pool.stale();
      sort.time(() => tree.activeClients(chance));
      again.time(() => tree.activeClients(chance));
    }
    const recover = timed(() => {
      held.forEach((resources, at) => {
        tree.unallocated(leafOf(at), names.amounts(resources));
      });
    });
    journal.commit();
    return {
      times: {
        sort: sort.medianMs,
        'sort again': again.medianMs,
        allocate: (1_000 * allocate.ms) / agents,
        recover: (1_000 * recover.ms) / agents,
      },
      counts: {},
    };
  };
  return { round };
}

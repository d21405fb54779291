import type { Overlay, TableView } from '@ekiden/kernel';
import type { Turn } from '../../src/core/loop/index.js';
import type { StateView } from '../../src/core/turn/index.js';

/** To be asked before a turn is merged: how views show what it changes, then and later. */
export function shownOf({ draft }: Turn): (view: StateView) => string {
  const apps = rowsOf(draft.apps);
  const instances = rowsOf(draft.instances);
  const deployments = rowsOf(draft.deployments);
  return (view) =>
    JSON.stringify([
      apps(view.root.apps),
      instances(view.instances),
      deployments(view.deployments),
    ]);
}

function rowsOf<K extends string, V>(
  draft: Overlay<K, V>,
): (view: TableView<K, V>) => readonly unknown[] {
  const keys = draft.changes().map(([key]) => key);
  return (view) => [view.size, ...keys.map((key) => [key, view.get(key)])];
}

import { ChanceIdSource, SeededChance, type Result } from '@ekiden/kernel';
import { ROOT_ID, type AppWire, type RolloutWire } from '../app/index.js';
import type { GroupWire } from '../group/index.js';
import { DEFAULT_SETTINGS } from '../turn/index.js';
import { planBetween, type TreeDocument, type TreeFault, type TreePlan } from './plan-between.js';

/** For specs: rollouts that plans differ by. */
export const BLUE_GREEN: RolloutWire = { strategy: 'blueGreen' };
export const AUTOMATIC: RolloutWire = {
  strategy: 'blueGreen',
  blueGreen: { promotion: 'automatic' },
};
export const SERIAL: RolloutWire = { strategy: 'serial' };

/** Definitions by id, the groups around them by theirs. */
export type Apps = Readonly<Record<string, AppWire>>;
export type Groups = Readonly<Record<string, Partial<GroupWire>>>;

export function app(fields: AppWire = {}, ...dependencies: string[]): AppWire {
  return { cmd: 'sleep 60', ...fields, dependencies };
}

/** The same, with another command. */
export function changed(wire: AppWire): AppWire {
  return { ...wire, cmd: 'sleep 61' };
}

/** For specs: what a write of the second tree comes to where the first one runs. */
export function planned(from: Apps, to: Apps, groups: Groups): Result<TreePlan, TreeFault> {
  return planBetween(tree(from, groups), tree(to, groups), {
    settings: { ...DEFAULT_SETTINGS, unknownDependency: 'warn' },
    ids: new ChanceIdSource(new SeededChance(0)),
  });
}

function tree(apps: Apps, groups: Groups): TreeDocument {
  const ids = [...new Set([...Object.keys(apps).map(groupOf), ...Object.keys(groups)])];
  const below = (parent: string): GroupWire[] =>
    ids
      .filter((id) => groupOf(id) === parent && id !== parent)
      .map((id) => ({ id, ...groups[id], apps: appsIn(id), groups: below(id) }));
  const appsIn = (group: string): AppWire[] =>
    Object.entries(apps).flatMap(([id, wire]) => (groupOf(id) === group ? [{ ...wire, id }] : []));
  const group = { apps: appsIn('/'), groups: below('/') };
  return { id: ROOT_ID, group, pods: [] };
}

function groupOf(id: string): string {
  return id.slice(0, id.lastIndexOf('/')) || '/';
}

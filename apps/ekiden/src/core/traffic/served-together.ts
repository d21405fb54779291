import type { TableView } from '@ekiden/kernel';
import { deploymentGroupOf, type AppDefinition, type PathId } from '../app/index.js';
import type { Backend } from './route-table.js';

/** Apps of one deployment group that are led to together; marathon-lb takes two. */
const TOGETHER_MAX = 10;

/**
 * The apps that are one service with an app, itself among them, by id: those of its deployment group
 * (marathon-behaviour 3.2). Any of them may come and go; what one of them has an address for leads to
 * all. Of a larger group the first ones are, and the others are each alone.
 */
export function servedTogether(
  apps: TableView<PathId, AppDefinition>,
  app: AppDefinition,
): readonly AppDefinition[] {
  const group = deploymentGroupOf(app);
  if (group === undefined) return [app];
  const members = [...apps.by('deploymentGroup', group)]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, TOGETHER_MAX);
  return members.some(({ id }) => id === app.id) ? members : [app];
}

/**
 * Backends of several apps as those of one: each app gets a share by how many of its instances
 * take anything new, and shares that out by its own weights.
 */
export function joined(lists: readonly (readonly Backend[])[]): readonly Backend[] {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  const taking = lists.map((backends) => {
    const count = backends.filter(({ weight }) => weight > 0).length;
    return { backends, count, sum: backends.reduce((sum, { weight }) => sum + weight, 0) };
  });
  // By the same number for all, so that weights stay whole.
  const unit = taking.reduce((all, { sum }) => leastMultiple(all, Math.max(1, sum)), 1);
  const heavy = taking.flatMap(({ backends, count, sum }) =>
    backends.map((backend) => ({
      ...backend,
      weight: sum === 0 ? 0 : (backend.weight * count * unit) / sum,
    })),
  );
  const shared = heavy.reduce((all, { weight }) => greatestDivisor(all, weight), 0);
  return heavy
    .map((backend) => ({ ...backend, weight: shared === 0 ? 0 : backend.weight / shared }))
    .sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
}

function leastMultiple(a: number, b: number): number {
  return (a * b) / greatestDivisor(a, b);
}

export function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

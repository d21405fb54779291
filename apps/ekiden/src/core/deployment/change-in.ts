import type { PathId } from '../app/index.js';
import type { AppChange, DeploymentPlan } from './plan.js';

/** Each app of a plan may be looked at in each turn: going through all changes is square. */
const known = new WeakMap<DeploymentPlan, ReadonlyMap<PathId, AppChange>>();

/** Whoever makes a plan has its changes by id already. */
export function knowChanges(
  plan: DeploymentPlan,
  changes: ReadonlyMap<PathId, AppChange>,
): DeploymentPlan {
  known.set(plan, changes);
  return plan;
}

/** What a plan makes of an app; `undefined` when it leaves it alone. */
export function changeIn(plan: DeploymentPlan, id: PathId): AppChange | undefined {
  return changesById(plan).get(id);
}

/** The changes of a plan by id. */
export function changesById(plan: DeploymentPlan): ReadonlyMap<PathId, AppChange> {
  const told = known.get(plan);
  if (told !== undefined) return told;
  const changes = new Map(plan.changes.map((change) => [change.id, change]));
  known.set(plan, changes);
  return changes;
}

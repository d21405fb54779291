import { eachInSteps, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { PlanFault } from './lint-plan.js';
import type { DeploymentPlan, PlannedEdge } from './plan.js';

/**
 * Invariant of plans with edges: whatever an app waits for is over before its step. A step passes
 * when all of it is done, so an app that waits for something of a later one, or of its own, is
 * waited for by what it waits for (ADR 0059). Twins of one scope wait for each other's new
 * generation, others for the promotion of a twin. `acted`: the step of each app's action.
 */
export function* lintWaits(
  plan: DeploymentPlan,
  acted: ReadonlyMap<PathId, number>,
): Steps<readonly PlanFault[]> {
  const faults: PlanFault[] = [];
  const endOf = endsIn(plan, acted);
  const { edges = {} } = plan;
  yield* eachInSteps(plan.changes, ({ id }) => {
    const waits = edges[id];
    const own = acted.get(id);
    if (waits === undefined || own === undefined) return;
    for (const edge of waits) {
      const end = edge.inCircle === true ? undefined : endOf(id, edge);
      if (end === undefined || end < own) continue;
      faults.push({ rule: 'waits-in-a-circle', subject: `${id} -> ${edge.on}` });
    }
  });
  return faults;
}

/** Index of the step with which an edge is no longer waited for; `undefined`: it never is. */
function endsIn(
  { rollouts = [], steps }: DeploymentPlan,
  acted: ReadonlyMap<PathId, number>,
): (app: PathId, edge: PlannedEdge) => number | undefined {
  if (rollouts.length === 0) return (_app, { on }) => acted.get(on);
  const scopeOf = new Map<PathId, PathId>();
  for (const { scope, twins } of rollouts) for (const id of twins) scopeOf.set(id, scope);
  const promotions = new Map<PathId, number>();
  steps.forEach(({ promotes }, index) => {
    if (promotes !== undefined) promotions.set(promotes, index);
  });
  return (app, { on }) => {
    const scope = scopeOf.get(on);
    const isApart = scope !== undefined && scope !== scopeOf.get(app);
    return isApart ? promotions.get(scope) : acted.get(on);
  };
}

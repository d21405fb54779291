import { eachInSteps, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { PlanFault } from './lint-plan.js';
import type { DeploymentPlan, PlannedEdge } from './plan.js';
import { stepChanging } from './step-changing.js';

/**
 * Invariant of plans with edges: whatever an app waits for is over before its step. A step passes
 * when all of it is done, so an app that waits for something of a later one, or of its own, is
 * waited for by what it waits for (ADR 0059). Twins of one scope wait for each other's new
 * generation, others for the promotion of a twin.
 */
export function* lintWaits(plan: DeploymentPlan): Steps<readonly PlanFault[]> {
  const faults: PlanFault[] = [];
  const endOf = endsIn(plan);
  yield* eachInSteps(Object.entries(plan.edges ?? {}), ([key, edges]) => {
    const app = key as PathId;
    const own = stepChanging(plan, app);
    if (own === undefined) return;
    for (const edge of edges) {
      const end = edge.inCircle === true ? undefined : endOf(app, edge);
      if (end === undefined || end < own) continue;
      faults.push({ rule: 'waits-in-a-circle', subject: `${app} -> ${edge.on}` });
    }
  });
  return faults;
}

/** Index of the step with which an edge is no longer waited for; `undefined`: it never is. */
function endsIn(plan: DeploymentPlan): (app: PathId, edge: PlannedEdge) => number | undefined {
  const { rollouts = [], steps } = plan;
  const scopeOf = new Map<PathId, PathId>();
  for (const { scope, twins } of rollouts) for (const id of twins) scopeOf.set(id, scope);
  const promotions = new Map<PathId, number>();
  steps.forEach(({ promotes }, index) => {
    if (promotes !== undefined) promotions.set(promotes, index);
  });
  return (app, { on }) => {
    const scope = scopeOf.get(on);
    const isApart = scope !== undefined && scope !== scopeOf.get(app);
    return isApart ? promotions.get(scope) : stepChanging(plan, on);
  };
}

import type { PathId } from '../app/index.js';
import { verbOf, type DeploymentPlan } from './plan.js';

/** Each app of a plan is looked at in each turn: going through all steps every time is square. */
const known = new WeakMap<DeploymentPlan, ReadonlyMap<PathId, number>>();

/** Index of the first step that changes an app, not counting its start marker; if there is one. */
export function stepChanging(plan: DeploymentPlan, id: PathId): number | undefined {
  const steps = known.get(plan) ?? stepsByApp(plan);
  known.set(plan, steps);
  return steps.get(id);
}

function stepsByApp({ steps }: DeploymentPlan): ReadonlyMap<PathId, number> {
  const found = new Map<PathId, number>();
  steps.forEach(({ actions }, index) => {
    for (const action of actions) {
      if (verbOf(action) !== 'Start' && !found.has(action.app)) found.set(action.app, index);
    }
  });
  return found;
}

import { eachInSteps, type Steps } from '@ekiden/kernel';
import { verbOf, type DeploymentPlan } from './plan.js';

/** A rule every plan must keep; a broken one is a bug of the planner, found before adoption. */
export interface PlanFault {
  readonly rule:
    'one-action-per-app' | 'action-without-change' | 'change-without-action' | 'empty-step';
  readonly subject: string;
}

/** Checks a plan against its invariants; a sound plan has no faults. */
export function* lintPlan(plan: DeploymentPlan): Steps<readonly PlanFault[]> {
  const faults: PlanFault[] = [];
  const acted = new Map<string, number>();
  const changed = new Map(plan.changes.map((change) => [change.id as string, change]));
  for (const [index, step] of plan.steps.entries()) {
    if (step.actions.length === 0) faults.push({ rule: 'empty-step', subject: String(index) });
    yield* eachInSteps(step.actions, (action) => {
      if (!changed.has(action.app)) {
        faults.push({ rule: 'action-without-change', subject: action.app });
      }
      if (verbOf(action) === 'Start') return;
      acted.set(action.app, (acted.get(action.app) ?? 0) + 1);
    });
  }
  for (const [app, count] of acted) {
    if (count > 1) faults.push({ rule: 'one-action-per-app', subject: app });
  }
  yield* eachInSteps(changed, ([id, change]) => {
    const structural = change.before === undefined || change.after === undefined;
    if (structural && !acted.has(id)) faults.push({ rule: 'change-without-action', subject: id });
  });
  return faults;
}

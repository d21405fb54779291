import { eachInSteps, type Steps } from '@ekiden/kernel';
import { lintRollouts } from './lint-rollouts.js';
import { verbOf, type DeploymentPlan } from './plan.js';

/** A rule every plan must keep; a broken one is a bug of the planner, found before adoption. */
export interface PlanFault {
  readonly rule:
    | 'one-action-per-app'
    | 'action-without-change'
    | 'change-without-action'
    | 'empty-step'
    | 'promotion-without-rollout'
    | 'rollout-not-promoted'
    | 'promoted-without-twin'
    | 'twin-in-two-scopes'
    | 'twin-not-promoted'
    | 'twin-without-configuration'
    | 'replaced-too-early';
  readonly subject: string;
}

/** Checks a plan against its invariants; a sound plan has no faults. */
export function* lintPlan(plan: DeploymentPlan): Steps<readonly PlanFault[]> {
  const faults: PlanFault[] = [];
  /** By app, whether it has its action. */
  const acted = new Map<string, boolean>();
  yield* eachInSteps(plan.changes, ({ id }) => void acted.set(id, false));
  for (const [index, step] of plan.steps.entries()) {
    if (step.actions.length === 0) faults.push({ rule: 'empty-step', subject: String(index) });
    yield* eachInSteps(step.actions, (action) => {
      const known = acted.get(action.app);
      if (known === undefined) {
        faults.push({ rule: 'action-without-change', subject: action.app });
      }
      if (verbOf(action) === 'Start') return;
      // A twin comes up beside what is live, and grows when it is promoted.
      if (step.promotes !== undefined) return;
      if (known === true) faults.push({ rule: 'one-action-per-app', subject: action.app });
      acted.set(action.app, true);
    });
  }
  yield* eachInSteps(plan.changes, ({ id, before, after }) => {
    const structural = before === undefined || after === undefined;
    if (structural && acted.get(id) !== true) {
      faults.push({ rule: 'change-without-action', subject: id });
    }
  });
  return [...faults, ...lintRollouts(plan)];
}

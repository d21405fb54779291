import { eachInSteps, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { changesById } from './change-in.js';
import { lintRollouts } from './lint-rollouts.js';
import { lintWaits } from './lint-waits.js';
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
    | 'replaced-too-early'
    | 'waits-in-a-circle';
  readonly subject: string;
}

/** Checks a plan against its invariants; a sound plan has no faults. */
export function* lintPlan(plan: DeploymentPlan): Steps<readonly PlanFault[]> {
  const faults: PlanFault[] = [];
  const changed = changesById(plan);
  /** Apps that have their action, and the step it is in. */
  const acted = new Map<PathId, number>();
  for (const [index, step] of plan.steps.entries()) {
    if (step.actions.length === 0) faults.push({ rule: 'empty-step', subject: String(index) });
    yield* eachInSteps(step.actions, (action) => {
      if (!changed.has(action.app)) {
        faults.push({ rule: 'action-without-change', subject: action.app });
      }
      if (verbOf(action) === 'Start') return;
      // A twin comes up beside what is live, and grows when it is promoted.
      if (step.promotes !== undefined) return;
      const before = acted.size;
      acted.set(action.app, index);
      if (acted.size === before) {
        faults.push({ rule: 'one-action-per-app', subject: action.app });
      }
    });
  }
  yield* eachInSteps(plan.changes, ({ id, before, after }) => {
    const structural = before === undefined || after === undefined;
    if (structural && !acted.has(id)) {
      faults.push({ rule: 'change-without-action', subject: id });
    }
  });
  return [...faults, ...lintRollouts(plan), ...(yield* lintWaits(plan, acted))];
}

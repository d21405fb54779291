import { formatTimestamp } from '@ekiden/kernel';
import {
  concernsPod,
  type Action,
  type Deployment,
  type DeploymentPlan,
} from '../../../core/deployment/index.js';
import type { StateView } from '../../../core/turn/index.js';
import type { Shown, deployment, deploymentSteps } from '../../schemas/index.js';
import { definitionIn, presentReadiness } from './readiness.js';

export type ShownDeployment = Shown<typeof deployment>;

/** A running deployment, with the step under way counted from 1 (marathon-api 5.11). */
export function presentDeployment(
  { id, plan, step }: Deployment,
  state: Pick<StateView, 'instances' | 'appVersions'>,
): ShownDeployment {
  const totalSteps = plan.steps.length;
  return {
    id,
    ...presentSteps(plan),
    version: formatTimestamp(plan.version),
    affectedApps: affected(plan, (action) => !concernsPod(action)),
    affectedPods: affected(plan, concernsPod),
    currentActions: (plan.steps[step]?.actions ?? []).map((action) => ({
      ...presentAction(action),
      readinessCheckResults: presentReadiness(
        state.instances.by('app', action.app),
        definitionIn(state),
      ),
    })),
    currentStep: Math.min(step + 1, totalSteps),
    totalSteps,
  };
}

/** The steps alone: the answer to a dry run. */
export function presentSteps({ steps }: DeploymentPlan): Shown<typeof deploymentSteps> {
  return { steps: steps.map(({ actions }) => ({ actions: actions.map(presentAction) })) };
}

/** Those of a kind that some step acts on, in order of the steps. */
function affected(plan: DeploymentPlan, kind: (action: Action) => boolean): readonly string[] {
  const actions = plan.steps.flatMap((step) => step.actions).filter(kind);
  return [...new Set(actions.map(({ app }) => app))];
}

function presentAction(action: Action): Shown<typeof deployment>['steps'][0]['actions'][0] {
  const { kind, app } = action;
  return concernsPod(action) ? { action: kind, pod: app } : { action: kind, app };
}

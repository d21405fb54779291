import { formatTimestamp } from '@ekiden/kernel';
import type { Action, Deployment, DeploymentPlan } from '../../../core/deployment/index.js';
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
    affectedApps: affectedApps(plan),
    affectedPods: [],
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

/** Apps that some step acts on, in order of the steps. */
function affectedApps(plan: DeploymentPlan): readonly string[] {
  return [...new Set(plan.steps.flatMap(({ actions }) => actions.map(({ app }) => app)))];
}

function presentAction({ kind, app }: Action): { readonly action: Action['kind']; app: string } {
  return { action: kind, app };
}

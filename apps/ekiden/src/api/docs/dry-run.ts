import { DEPLOYMENT_RESULT } from './examples.js';
import { STEPS } from './group-examples.js';
import type { QueryParameter, Success } from './operation.js';

export const DRY_RUN: QueryParameter = {
  name: 'dryRun',
  type: 'boolean',
  fallback: false,
  description: 'Change nothing; answer with the `steps` that would be taken.',
};

/** Of a change that may be planned only. */
export const MAY_BE_PLANNED: Success = {
  status: 200,
  description: 'The deployment that carries the change out; with `dryRun=true` its steps.',
  shape: { either: [{ schema: 'DeploymentResult' }, { schema: 'DeploymentSteps' }] },
  deploys: true,
  examples: {
    deployed: { summary: 'A deployment', value: DEPLOYMENT_RESULT },
    planned: { summary: 'With `dryRun=true`', value: STEPS },
  },
};

/** The second answer of what creates something. */
export const PLANNED: Omit<Success, 'also'> = {
  status: 200,
  description: 'With `dryRun=true`: the steps that would be taken.',
  shape: { schema: 'DeploymentSteps' },
  example: STEPS,
};

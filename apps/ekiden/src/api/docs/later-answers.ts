import { PLACEHOLDERS } from './placeholders.js';
import type { Success } from './operation.js';

/** Of every write that may wait for its turn; some have a body of another kind with this status. */
export const QUEUED: Success = {
  status: 202,
  description: 'With `queue=true`, where something is in its way: its place in the queue.',
  shape: { schema: 'QueuedDeployment' },
  deploys: true,
  example: {
    deploymentId: '1f0a9c56-2b11-4c5e-8f4e-5d7f2c6693a1',
    position: 1,
    deployments: [{ id: PLACEHOLDERS.deployment }],
  },
};

/** Of every write that may apply a plan. */
export const UNCHANGED: Success = {
  status: 204,
  description: 'With `parent`: the plan changes nothing, and nothing was begun.',
};

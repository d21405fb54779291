import { DEPLOYS, FORCE } from './app-operations.js';
import { DEPLOYMENT, DEPLOYMENT_DETAILS } from './examples.js';
import type { Operation } from './operation.js';

const DETAILS = { schema: 'DeploymentDetails' } as const;
const UNKNOWN = 'No such deployment; of those that have ended, the last hundred are kept.';
const ENDED = 'It has ended, or has nothing of the kind.';

/** Verbs that answer with the deployment as it then is. */
const held = (
  verb: 'pause' | 'resume' | 'promote',
  summary: string,
  description: string,
  state: 'paused' | 'running',
): Operation => ({
  method: 'post',
  path: `/v2/deployments/{deployment}/${verb}`,
  tag: 'Deployments',
  summary,
  description,
  success: {
    status: 200,
    description: 'The deployment, as it is now.',
    shape: DETAILS,
    example: { ...DEPLOYMENT_DETAILS, state },
  },
  errors: { 404: UNKNOWN, 409: ENDED },
});

export const DEPLOYMENT_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/deployments',
    tag: 'Deployments',
    summary: 'List deployments',
    description:
      'Running ones, with the step each is at. With `status=queued` those that wait for others, in ' +
      'their order; with `status=finished` those that have ended, latest first, with how and why.',
    query: [
      {
        name: 'status',
        type: 'string',
        values: ['running', 'queued', 'finished'],
        fallback: 'running',
        description: 'Which ones. The last hundred finished ones are kept.',
      },
    ],
    success: {
      status: 200,
      description: 'The deployments; queued and finished ones in the form of a single one.',
      shape: { listOf: 'Deployment' },
      example: [DEPLOYMENT],
    },
    errors: { 422: 'Another status.' },
  },
  {
    method: 'get',
    path: '/v2/deployments/{deployment}',
    tag: 'Deployments',
    summary: 'Show a deployment, and what it waits for',
    description:
      'Its state, and each thing that the step under way waits for: since when, and until when at ' +
      'most. Ended ones are shown as well.',
    success: {
      status: 200,
      description: 'The deployment.',
      shape: DETAILS,
      example: DEPLOYMENT_DETAILS,
    },
    errors: { 404: UNKNOWN },
  },
  {
    method: 'delete',
    path: '/v2/deployments/{deployment}',
    tag: 'Deployments',
    summary: 'Undo or stop a running deployment',
    description:
      'Starts a new deployment that undoes it. With `force=true` it is stopped where it is, ' +
      'and nothing is undone. One that is queued leaves the queue.',
    query: [FORCE],
    success: {
      ...DEPLOYS,
      description: 'The deployment that undoes it.',
      also: {
        status: 202,
        description: 'Stopped (with `force=true`), or taken from the queue; no body.',
      },
    },
    errors: {
      404: { description: 'No such running deployment.', examples: ['noDeployment'] },
      409: 'Another deployment is in the way.',
    },
  },
  held(
    'promote',
    'Promote a new version',
    'Of `blueGreen` and `canary`: the new version that is up beside the old one becomes the live ' +
      'one, or the canary goes on to its next step. Said before it can be done, it is done as ' +
      'soon as it can; said twice, it is done once.',
    'running',
  ),
  held(
    'pause',
    'Pause a deployment',
    'No further instance is started or stopped for it and no further step begun. What has been ' +
      'started goes on, and what crashes is replaced as it was. Its apps stay locked.',
    'paused',
  ),
  held('resume', 'Go on with a paused deployment', 'Where it was.', 'running'),
  {
    method: 'post',
    path: '/v2/deployments/{deployment}/abort',
    tag: 'Deployments',
    summary: 'Give up a running deployment',
    description:
      'Starts a deployment that brings back what was before. Instances that still run as before ' +
      'are kept. One that is queued leaves the queue, and is answered with what it is then.',
    success: { ...DEPLOYS, description: 'The deployment that brings it back.' },
    errors: { 404: UNKNOWN, 409: ENDED },
  },
  {
    method: 'post',
    path: '/v2/deployments/{deployment}/undo',
    tag: 'Deployments',
    summary: 'Take back what a deployment did, also when it has ended',
    description:
      'Only what it changed itself: later scaling and what others have changed since stay. Said ' +
      'twice it is done once. What undoes can be undone in turn.',
    success: { ...DEPLOYS, description: 'The deployment that takes it back.' },
    errors: {
      404: UNKNOWN,
      409: 'The same has been changed since (the answer names the later deployment), or another deployment is in the way.',
    },
  },
];

import { OVERLAP, NO_TIMESTAMP, STRATEGY } from './app-operations.js';
import { DRY_RUN, MAY_BE_PLANNED } from './dry-run.js';
import type { Operation, QueryParameter, Success } from './operation.js';
import { PLACEHOLDERS } from './placeholders.js';
import {
  CART_POD,
  POD_INSTANCE,
  POD_STATUS,
  POD_STEPS,
  SIDECAR_POD,
  STORED_POD,
} from './pod-examples.js';

const UNKNOWN = 'No such pod.';
const LOCKED = 'A running deployment is in the way; try `force=true`.';
const INVALID = 'The document has the wrong shape or breaks a rule; every violation is listed.';
const TAG = 'Pods';

const EMBED: QueryParameter = {
  name: 'embed',
  type: 'strings',
  values: ['pods.rollout'],
  example: 'pods.rollout',
  description: 'What to add to each pod; unknown values are ignored.',
};

const WIPE: QueryParameter = {
  name: 'wipe',
  type: 'boolean',
  fallback: false,
  description: 'Give the instances up for good; others, with ids of their own, take their place.',
};

/** `cartId`: a new one for a creation; a replacement names the pod of the URL. */
function bodies(cartId: string): NonNullable<Operation['body']> {
  const cart = { ...CART_POD, id: cartId };
  return {
    schema: 'Pod',
    examples: {
      sidecar: { summary: 'Two containers that share a directory', value: SIDECAR_POD },
      cart: { summary: 'Images, an endpoint and a health check', value: cart },
    },
  };
}

const POD: Success = {
  status: 200,
  description: 'The pod, with every default filled in.',
  shape: { schema: 'Pod' },
  example: STORED_POD,
};

const PLANNED: Success = {
  status: 200,
  description: 'With `dryRun=true`: the steps that would be taken.',
  shape: { schema: 'DeploymentSteps' },
  example: POD_STEPS,
};

const COLLECTION: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/pods',
    tag: TAG,
    summary: 'List pods',
    description: 'All pods. `HEAD` tells whether the service knows pods at all.',
    query: [EMBED],
    success: {
      status: 200,
      description: 'The definitions.',
      shape: { listOf: 'Pod' },
      example: [STORED_POD],
    },
    errors: {},
  },
  {
    method: 'post',
    path: '/v2/pods',
    tag: TAG,
    summary: 'Create a pod',
    description:
      'Stores the definition and begins a deployment. The containers of an instance are started and ' +
      'stopped as one, and the end of any of them restarts the instance. All of them have an image ' +
      'and run on a Docker engine, or none has one and they run as processes in the network of the ' +
      'host; instances of other pods wait, and the queue says why. Pods with persistent volumes stay ' +
      'where their data is.',
    query: [...OVERLAP, STRATEGY, DRY_RUN],
    body: bodies('/cart'),
    success: {
      ...POD,
      status: 201,
      description: 'The pod. `Location` names it.',
      deploys: true,
      also: PLANNED,
    },
    errors: {
      409: {
        description: 'A pod of this id exists, or a deployment is in the way.',
        examples: ['podExists', 'locked'],
      },
      422: INVALID,
    },
  },
  {
    method: 'get',
    path: '/v2/pods/::status',
    tag: TAG,
    summary: 'Show the state of all pods',
    description: 'Those that a deployment is removing are listed as TERMINAL.',
    success: {
      status: 200,
      description: 'Each pod with its instances.',
      shape: { listOf: 'PodStatus' },
      example: [POD_STATUS],
    },
    errors: {},
  },
];

const ONE: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/pods/{id}',
    tag: TAG,
    summary: 'Show a pod',
    description: 'The definition as it stands.',
    query: [EMBED],
    success: POD,
    errors: {
      404: {
        description: 'No such pod; the message holds the text of a document, as Marathon has it.',
        examples: ['noPodShown'],
      },
    },
  },
  {
    method: 'put',
    path: '/v2/pods/{id}',
    tag: TAG,
    summary: 'Create or replace a pod',
    description: 'The whole definition: what is not given falls back to its default.',
    query: [...OVERLAP, STRATEGY, DRY_RUN],
    body: bodies('/sidecar'),
    success: {
      status: 200,
      description: 'The pod; with `dryRun=true` the steps that would be taken.',
      shape: { either: [{ schema: 'Pod' }, { schema: 'DeploymentSteps' }] },
      deploys: true,
      examples: {
        deployed: { summary: 'The pod', value: STORED_POD },
        planned: { summary: 'With `dryRun=true`', value: POD_STEPS },
      },
    },
    errors: {
      400: {
        description: 'The body is no JSON, or names another pod than the URL.',
        examples: ['otherPod', 'brokenJson', 'noBody'],
      },
      409: LOCKED,
      422: INVALID,
    },
  },
  {
    method: 'delete',
    path: '/v2/pods/{id}',
    tag: TAG,
    summary: 'Remove a pod',
    description: 'Stops its instances. `Location` ends with the id of the deployment.',
    query: [...OVERLAP, DRY_RUN],
    success: {
      status: 202,
      description: 'The pod is gone from the tree; its instances are being stopped.',
      deploys: true,
      also: PLANNED,
    },
    errors: { 404: UNKNOWN, 409: LOCKED },
  },
  {
    method: 'get',
    path: '/v2/pods/{id}::status',
    tag: TAG,
    summary: 'Show the state of a pod',
    description: 'The definition, the instances and their containers.',
    success: {
      status: 200,
      description: 'The pod with its instances.',
      shape: { schema: 'PodStatus' },
      example: POD_STATUS,
    },
    errors: { 404: UNKNOWN },
  },
];

const PARTS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v2/pods/{id}::restart',
    tag: TAG,
    summary: 'Restart a pod',
    description:
      'Replaces every instance, as `upgrade` of its scheduling policy says. Needs no body. Not in ' +
      'Marathon.',
    query: [...OVERLAP, STRATEGY, DRY_RUN],
    success: MAY_BE_PLANNED,
    errors: { 404: UNKNOWN, 409: LOCKED },
  },
  {
    method: 'get',
    path: '/v2/pods/{id}::versions',
    tag: TAG,
    summary: 'List stored versions of a pod',
    description: 'Newest first.',
    success: {
      status: 200,
      description: 'When each version was made; this is its key, too.',
      shape: { listOf: 'Timestamp' },
      example: [PLACEHOLDERS.podVersion],
    },
    errors: { 404: UNKNOWN },
  },
  {
    method: 'get',
    path: '/v2/pods/{id}::versions/{version}',
    tag: TAG,
    summary: 'Show a stored version of a pod',
    description: 'The definition as it was.',
    query: [EMBED],
    samples: { version: PLACEHOLDERS.podVersion },
    success: POD,
    errors: { 404: UNKNOWN, 422: NO_TIMESTAMP },
  },
  {
    method: 'delete',
    path: '/v2/pods/{id}::instances',
    tag: TAG,
    summary: 'Kill instances of a pod',
    description: 'Others take their place: the number of instances stays.',
    query: [WIPE],
    body: {
      schema: 'InstanceIds',
      examples: { one: { summary: 'One instance', value: [PLACEHOLDERS.podInstance] } },
    },
    success: {
      status: 200,
      description: 'Those of them that there are, as they were.',
      shape: { listOf: 'PodInstance' },
      example: [POD_INSTANCE],
    },
    errors: {
      404: { description: UNKNOWN, examples: ['noPath'] },
      422: 'Not an array of ids of instances.',
    },
  },
  {
    method: 'delete',
    path: '/v2/pods/{id}::instances/{instance}',
    tag: TAG,
    summary: 'Kill one instance of a pod',
    description: 'Another takes its place: the number of instances stays.',
    query: [WIPE],
    success: {
      status: 200,
      description: 'The instance, as it was.',
      shape: { schema: 'PodInstance' },
      example: POD_INSTANCE,
    },
    errors: {
      404: { description: 'No such instance of this pod.', examples: ['noTask'] },
      422: { description: 'Not the id of an instance.', examples: ['noInstanceId'] },
    },
  },
];

export const POD_OPERATIONS: readonly Operation[] = [...COLLECTION, ...ONE, ...PARTS].map(
  (operation) => ({ ...operation, samples: { id: 'sidecar', ...operation.samples } }),
);

import { DRY_RUN, MAY_BE_PLANNED, PLANNED } from './dry-run.js';
import {
  APP_INFO,
  CONTAINER_APP,
  DEPLOYMENT_RESULT,
  HELLO_APP,
  STORED_APP,
  TOO_BIG_APP,
} from './examples.js';
import type { ErrorCase, Operation, QueryParameter, Success } from './operation.js';
import { PLACEHOLDERS } from './placeholders.js';

const EMBEDS = [
  'tasks',
  'counts',
  'deployments',
  'readiness',
  'lastTaskFailure',
  'taskStats',
  'rollout',
];

/** For what is deleted with its data. */
export const WIPE: QueryParameter = {
  name: 'wipe',
  type: 'boolean',
  fallback: false,
  description: 'Delete the data in persistent volumes too. It cannot be brought back.',
};

export const FORCE: QueryParameter = {
  name: 'force',
  type: 'boolean',
  fallback: false,
  description: 'Cancel running deployments that are in the way, and take over.',
};

export const MAY_QUEUE: QueryParameter = {
  name: 'queue',
  type: 'boolean',
  fallback: false,
  description:
    'Wait for running deployments that are in the way (202), and begin when they have ended; ' +
    'decided anew then. Not together with `force`.',
};

/** Of a write that applies a plan. */
const PLAN_PARENT: readonly QueryParameter[] = [
  {
    name: 'parent',
    type: 'string',
    example: '2026-03-04T05:06:07.000Z',
    description:
      'Apply a plan: the `parent` that a dry run has told. Refused (409) if any definition has ' +
      'changed since, with what and by which deployment. A plan that changes nothing starts none (204).',
  },
  {
    name: 'digest',
    type: 'string',
    example: 'b0a1c2d3e4f50617',
    description: 'The `digest` of that dry run: refused (409) if it would be another plan by now.',
  },
];

/** For what is written. */
export const OVERLAP: readonly QueryParameter[] = [FORCE, MAY_QUEUE, ...PLAN_PARENT];

export const STRATEGY: QueryParameter = {
  name: 'strategy',
  type: 'string',
  values: ['rolling', 'blueGreen', 'canary', 'serial'],
  description:
    'How this write is carried out, in place of the `strategy` of what it names, with or without a ' +
    '`rollout`. Apps inside a named group that have a rollout of their own keep to that.',
};

const PARTIAL: QueryParameter = {
  name: 'partialUpdate',
  type: 'boolean',
  fallback: true,
  description: 'Change only what is given. If false, what is not given falls back to its default.',
};

export const GENERATION: QueryParameter = {
  name: 'generation',
  type: 'string',
  values: ['live', 'all'],
  fallback: 'live',
  description:
    '`all`: with the tasks of versions that are not promoted yet, kept warm, or given up; each task ' +
    'says which `generation` it is of.',
};

const EMBED: QueryParameter = {
  name: 'embed',
  type: 'strings',
  values: EMBEDS.map((name) => `apps.${name}`),
  example: 'apps.tasks',
  description:
    'What to add to each app. May be repeated; unknown values are ignored. Also as `app.tasks` or ' +
    'just `tasks`.',
};

export const DEPLOYS: Success = {
  status: 200,
  description: 'The deployment that carries the change out.',
  shape: { schema: 'DeploymentResult' },
  deploys: true,
  example: DEPLOYMENT_RESULT,
};

export const NO_TIMESTAMP: ErrorCase = {
  description: 'The version is no ISO-8601 date-time.',
  examples: ['noTimestamp'],
};

const LOCKED = 'A running deployment is in the way; try `queue=true` or `force=true`.';
const UNKNOWN = 'No such app.';
export const NO_APP_OR_GROUP: ErrorCase = {
  description: 'No such app or group.',
  examples: ['noApp', 'noGroup'],
};
const INVALID = 'The document has the wrong shape or breaks a rule; every violation is listed.';

const GREETED = { ...HELLO_APP, env: { GREETING: 'Good morning' } };

const SCALE = { summary: 'Scale to five', value: { instances: 5 } };
const RESTORE = {
  summary: 'Restore a stored version',
  value: { version: PLACEHOLDERS.appVersion },
};

export const APP_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/apps',
    tag: 'Apps',
    summary: 'List apps',
    description: 'All apps, with counts of their tasks and the deployments they are part of.',
    query: [
      {
        name: 'cmd',
        type: 'string',
        example: 'node',
        description: 'Only apps with this text in `cmd`, in any case.',
      },
      {
        name: 'id',
        type: 'string',
        example: 'hello',
        description: 'Only apps with this text in the id, in any case.',
      },
      {
        name: 'label',
        type: 'string',
        example: 'tier==web,team in (a,b)',
        description:
          'Only apps with these labels: `name`, `name==value`, `name!=value`, `name in (a,b)`, ' +
          '`name notin (a,b)`; a comma means "and". Every form needs the label to be there.',
      },
      EMBED,
      GENERATION,
    ],
    success: {
      status: 200,
      description: 'The apps, in no defined order.',
      shape: { keys: { apps: { listOf: 'AppInfo' } } },
      example: { apps: [APP_INFO] },
    },
    errors: {
      422: { description: 'The label selector cannot be read.', examples: ['noSelector'] },
    },
  },
  {
    method: 'post',
    path: '/v2/apps',
    tag: 'Apps',
    summary: 'Create an app',
    description:
      'Stores the app and starts a deployment that launches its instances. The answer shows the ' +
      'definition with every default; service ports asked for as 0 are still 0 in it.',
    query: [...OVERLAP, STRATEGY, DRY_RUN],
    body: {
      schema: 'App',
      examples: {
        hello: { summary: 'Three small web servers', value: HELLO_APP },
        tooBig: { summary: 'Too big for any host: ask `GET /v2/why`', value: TOO_BIG_APP },
        container: { summary: 'A container, where a Docker engine runs', value: CONTAINER_APP },
      },
    },
    success: {
      status: 201,
      description: 'Created. `Location` names the app.',
      shape: { schema: 'AppInfo' },
      deploys: true,
      example: APP_INFO,
      also: PLANNED,
    },
    errors: {
      409: {
        description: 'An app of this id exists, or a deployment is in the way.',
        examples: ['appExists', 'locked'],
      },
      422: INVALID,
    },
  },
  {
    method: 'put',
    path: '/v2/apps',
    tag: 'Apps',
    summary: 'Create or change several apps',
    description: 'One deployment for all of them. Each element needs an `id`.',
    query: [...OVERLAP, STRATEGY, PARTIAL, DRY_RUN],
    body: {
      schema: 'AppUpdate',
      list: true,
      examples: { scale: { summary: 'Scale one app', value: [{ id: '/hello', instances: 2 }] } },
    },
    success: MAY_BE_PLANNED,
    errors: { 409: LOCKED, 422: INVALID },
  },
  {
    method: 'patch',
    path: '/v2/apps',
    tag: 'Apps',
    summary: 'Change several apps that exist',
    description: 'As `PUT`, but an unknown id fails the whole request.',
    query: [...OVERLAP, STRATEGY, DRY_RUN],
    body: {
      schema: 'AppUpdate',
      list: true,
      examples: { scale: { summary: 'Scale one app', value: [{ id: '/hello', instances: 2 }] } },
    },
    success: MAY_BE_PLANNED,
    errors: { 404: UNKNOWN, 409: LOCKED, 422: INVALID },
  },
  {
    method: 'get',
    path: '/v2/apps/{id}',
    tag: 'Apps',
    summary: 'Show an app',
    description:
      'The app with its tasks, counts, deployments and last failure. An id of `*` or `group/*` ' +
      'shows all apps below a group, under the key `*`.',
    query: [EMBED, GENERATION],
    success: {
      status: 200,
      description: 'The app.',
      shape: { keys: { app: { schema: 'AppInfo' } } },
      example: { app: APP_INFO },
    },
    errors: { 404: NO_APP_OR_GROUP },
  },
  {
    method: 'put',
    path: '/v2/apps/{id}',
    tag: 'Apps',
    summary: 'Create or change an app',
    description:
      'The id of the URL counts. Changes what is given, unless `partialUpdate=false`. A body of ' +
      'nothing but `version` restores that stored version.',
    query: [...OVERLAP, STRATEGY, PARTIAL, DRY_RUN],
    body: {
      schema: 'AppUpdate',
      examples: {
        scale: SCALE,
        restore: RESTORE,
        change: { summary: 'Another greeting', value: GREETED },
      },
    },
    success: {
      ...MAY_BE_PLANNED,
      also: { ...DEPLOYS, status: 201, description: 'The app did not exist, and is created.' },
    },
    errors: {
      404: { description: 'No such stored version.', examples: ['noApp'] },
      409: LOCKED,
      422: INVALID,
    },
  },
  {
    method: 'patch',
    path: '/v2/apps/{id}',
    tag: 'Apps',
    summary: 'Change an app that exists',
    description: 'Changes what is given; each field is replaced as a whole.',
    query: [...OVERLAP, STRATEGY, DRY_RUN],
    body: { schema: 'AppUpdate', examples: { scale: SCALE, restore: RESTORE } },
    success: MAY_BE_PLANNED,
    errors: { 404: UNKNOWN, 409: LOCKED, 422: INVALID },
  },
  {
    method: 'delete',
    path: '/v2/apps/{id}',
    tag: 'Apps',
    summary: 'Remove an app',
    description:
      'Stops all its instances and forgets it. Persistent volumes stay, listed under `/v2/volumes`, ' +
      'unless they are to go with it.',
    query: [{ ...FORCE, fallback: true }, MAY_QUEUE, ...PLAN_PARENT, WIPE, DRY_RUN],
    success: MAY_BE_PLANNED,
    errors: { 404: UNKNOWN, 409: LOCKED },
  },
  {
    method: 'post',
    path: '/v2/apps/{id}/restart',
    tag: 'Apps',
    summary: 'Restart an app',
    description: 'Replaces every instance, as its upgrade strategy says. Needs no body.',
    query: [...OVERLAP, STRATEGY, DRY_RUN],
    success: MAY_BE_PLANNED,
    errors: { 404: UNKNOWN, 409: LOCKED },
  },
  {
    method: 'get',
    path: '/v2/apps/{id}/versions',
    tag: 'Apps',
    summary: 'List stored versions of an app',
    description: 'Newest first.',
    success: {
      status: 200,
      description: 'When each version was made; this is its key, too.',
      shape: { keys: { versions: { listOf: 'Timestamp' } } },
      example: { versions: [PLACEHOLDERS.appVersion] },
    },
    errors: { 404: UNKNOWN },
  },
  {
    method: 'get',
    path: '/v2/apps/{id}/versions/{version}',
    tag: 'Apps',
    summary: 'Show a stored version of an app',
    description: 'The definition of that time.',
    query: [{ ...EMBED, values: ['apps.rollout'], example: 'apps.rollout' }],
    success: {
      status: 200,
      description: 'The definition.',
      shape: { schema: 'StoredApp' },
      example: STORED_APP,
    },
    errors: {
      404: { description: 'No such version.', examples: ['noApp', 'noAppVersion'] },
      422: NO_TIMESTAMP,
    },
  },
];

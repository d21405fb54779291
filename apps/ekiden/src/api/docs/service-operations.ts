import { FORCE, GENERATION, MAY_QUEUE, NO_APP_OR_GROUP } from './app-operations.js';
import { DEPLOYMENT_OPERATIONS } from './deployment-operations.js';
import { DRY_RUN } from './dry-run.js';
import { DEPLOYMENT_RESULT, INFO, TASK, WHY } from './examples.js';
import { STEPS } from './group-examples.js';
import type { ErrorCase, Operation, QueryParameter, Success } from './operation.js';
import { QUEUE } from './queue-examples.js';
import { STREAM_OPERATIONS } from './stream-operations.js';

const SCALE: QueryParameter = {
  name: 'scale',
  type: 'boolean',
  fallback: false,
  description:
    'Also reduce the number of instances by those killed. The answer is a deployment then. ' +
    'Otherwise they are replaced.',
};

const WIPE: QueryParameter = {
  name: 'wipe',
  type: 'boolean',
  fallback: false,
  description: 'Also give up their reservations and volumes, with the data. Not with `scale`.',
};

const PLAN_OF_SCALING: QueryParameter = {
  ...DRY_RUN,
  description: 'With `scale`: change nothing; answer with the `steps` that would be taken.',
};

const TEXT_FORM =
  'To clients that prefer `text/plain` the endpoints of running tasks are listed, a line per service port.';

const CONTAINER_NETWORKS: QueryParameter = {
  name: 'containerNetworks',
  type: 'string',
  example: '*',
  description:
    'Names of container networks, separated by commas, whose addresses the text form shows; `*` = all.',
};

const KILLED: Success = {
  status: 200,
  description: 'The tasks that are killed; with `scale=true` a deployment.',
  shape: {
    either: [
      { keys: { tasks: { listOf: 'Task' } } },
      { schema: 'DeploymentResult' },
      { schema: 'DeploymentSteps' },
    ],
  },
  examples: {
    killed: { summary: 'Tasks', value: { tasks: [TASK] } },
    deployed: { summary: 'With `scale=true`', value: DEPLOYMENT_RESULT },
    planned: { summary: 'With `scale=true` and `dryRun=true`', value: STEPS },
  },
};

const BOTH: ErrorCase = {
  description: '`scale` and `wipe` together.',
  examples: ['scaleAndWipe'],
};

const IN_THE_WAY = 'A deployment is in the way (with `scale`).';
const UNKNOWN_APP = 'No such app.';

const TASK_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/apps/{id}/tasks',
    tag: 'Tasks',
    summary: 'List the tasks of an app',
    description: `An id of \`*\` or \`group/*\` lists the tasks of all apps below a group. ${TEXT_FORM}`,
    query: [CONTAINER_NETWORKS, GENERATION],
    success: {
      status: 200,
      description: 'Every task that was placed, in any state.',
      shape: { keys: { tasks: { listOf: 'Task' } } },
      example: { tasks: [TASK] },
    },
    errors: { 404: NO_APP_OR_GROUP },
  },
  {
    method: 'delete',
    path: '/v2/apps/{id}/tasks',
    tag: 'Tasks',
    summary: 'Kill the tasks of an app',
    description: 'All of them, or those on one host.',
    query: [
      {
        name: 'host',
        type: 'string',
        example: 'node1',
        description: 'Only tasks on this host; `*` or nothing = all.',
      },
      SCALE,
      WIPE,
      FORCE,
      MAY_QUEUE,
      PLAN_OF_SCALING,
    ],
    success: KILLED,
    errors: { 400: BOTH, 404: UNKNOWN_APP, 409: IN_THE_WAY },
  },
  {
    method: 'delete',
    path: '/v2/apps/{id}/tasks/{task}',
    tag: 'Tasks',
    summary: 'Kill one task of an app',
    description: 'It is replaced, unless `scale=true`.',
    query: [SCALE, WIPE, FORCE, MAY_QUEUE, PLAN_OF_SCALING],
    success: {
      status: 200,
      description: 'The task that is killed; with `scale=true` a deployment.',
      shape: {
        either: [
          { keys: { task: { schema: 'Task' } } },
          { schema: 'DeploymentResult' },
          { schema: 'DeploymentSteps' },
        ],
      },
      examples: {
        killed: { summary: 'Task', value: { task: TASK } },
        deployed: { summary: 'With `scale=true`', value: DEPLOYMENT_RESULT },
        planned: { summary: 'With `scale=true` and `dryRun=true`', value: STEPS },
      },
    },
    errors: {
      400: BOTH,
      404: { description: 'No such task.', examples: ['noApp', 'noTask'] },
      409: IN_THE_WAY,
    },
  },
  {
    method: 'get',
    path: '/v2/tasks',
    tag: 'Tasks',
    summary: 'List the tasks of all apps',
    description: `With their service ports. ${TEXT_FORM}`,
    query: [
      GENERATION,
      {
        name: 'status',
        type: 'strings',
        values: ['running', 'staging'],
        description: 'Only tasks in this state. May be repeated, also as `status[]`.',
      },
      CONTAINER_NETWORKS,
    ],
    success: {
      status: 200,
      description: 'The tasks.',
      shape: { keys: { tasks: { listOf: 'Task' } } },
      example: { tasks: [TASK] },
    },
    errors: {},
  },
  ...STREAM_OPERATIONS,
  {
    method: 'post',
    path: '/v2/tasks/delete',
    tag: 'Tasks',
    summary: 'Kill tasks by id',
    description: 'Ids of no task are skipped.',
    query: [SCALE, WIPE, FORCE, MAY_QUEUE, PLAN_OF_SCALING],
    body: {
      schema: 'TaskIds',
      examples: { one: { summary: 'One task', value: { ids: [TASK.id] } } },
    },
    success: KILLED,
    errors: {
      400: {
        description: '`scale` and `wipe` together, a text that is no task id, or no JSON.',
        examples: ['scaleAndWipe', 'noTaskId', 'brokenJson', 'noBody'],
      },
      409: IN_THE_WAY,
      422: {
        description: 'The ids are missing or of an unknown form.',
        examples: ['wrongIds', 'noUuid'],
      },
    },
  },
];

const QUEUE_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/queue',
    tag: 'Queue',
    summary: 'List what waits to be launched',
    description: 'One item per app, with how many offers were refused for which reason.',
    query: [
      {
        name: 'embed',
        type: 'strings',
        values: ['lastUnusedOffers', 'reasons'],
        description:
          'Adds the last offer of each agent that was refused; what holds the app back as a whole.',
      },
    ],
    success: {
      status: 200,
      description: 'The queue.',
      shape: { keys: { queue: { listOf: 'QueueItem' } } },
      example: QUEUE,
    },
    errors: {},
  },
  {
    method: 'delete',
    path: '/v2/queue/{id}/delay',
    samples: { id: 'too-big' },
    tag: 'Queue',
    summary: 'Launch without waiting for the backoff',
    description: 'Resets the launch delay of an app.',
    success: { status: 204, description: 'Reset.' },
    errors: { 404: 'The app has nothing to launch.' },
  },
  {
    method: 'get',
    path: '/v2/why',
    tag: 'Why',
    summary: 'Explain why an app does not run',
    description: 'Every reason, for each agent, in plain sentences.',
    query: [
      {
        name: 'id',
        type: 'string',
        required: true,
        example: '/too-big',
        description: 'Id of the app.',
      },
    ],
    success: {
      status: 200,
      description: 'The reasons; `waiting` is 0 when all instances are placed.',
      shape: { schema: 'Why' },
      example: WHY,
    },
    errors: { 400: { description: 'No id.', examples: ['nameAnApp'] }, 404: UNKNOWN_APP },
  },
];

const SELF_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/info',
    tag: 'Info',
    summary: 'What this service is',
    description: 'Version, leader and settings, in the form that tools for Marathon read.',
    success: { status: 200, description: 'The facts.', shape: { schema: 'Info' }, example: INFO },
    errors: {},
  },
  {
    method: 'get',
    path: '/v2/leader',
    tag: 'Info',
    summary: 'Who leads',
    description: 'The address of the leader.',
    success: {
      status: 200,
      description: 'The leader.',
      shape: { keys: { leader: { type: 'string' } } },
      example: { leader: 'node1:8080' },
    },
    errors: { 404: { description: 'There is no leader.', examples: ['noLeader'] } },
  },
  {
    method: 'delete',
    path: '/v2/leader',
    tag: 'Info',
    summary: 'Give up leadership',
    description:
      'Half a second later another service takes over, or this one again. Tasks run on. There is ' +
      'no `backup` or `restore`: all state is in Postgres, so `pg_dump` and `pg_restore` do that.',
    query: [
      { name: 'backup', type: 'string', description: 'Refused; see above.' },
      { name: 'restore', type: 'string', description: 'Refused; see above.' },
    ],
    success: {
      status: 200,
      description: 'It will be given up.',
      shape: { keys: { message: { type: 'string' } } },
      example: { message: 'Leadership abdicated' },
    },
    errors: {
      404: { description: 'There is no leader.', examples: ['noLeader'] },
      422: '`backup` or `restore` was asked for.',
      503: { description: 'This service does not lead.', examples: ['unavailable'] },
    },
  },
  {
    method: 'get',
    path: '/ping',
    tag: 'System',
    summary: 'Whether the process answers',
    description: 'Needs neither a leader nor a database.',
    success: { status: 200, description: '`pong`', shape: { type: 'string' }, example: 'pong' },
    errors: {},
  },
];

export const SERVICE_OPERATIONS: readonly Operation[] = [
  ...TASK_OPERATIONS,
  ...DEPLOYMENT_OPERATIONS,
  ...QUEUE_OPERATIONS,
  ...SELF_OPERATIONS,
];

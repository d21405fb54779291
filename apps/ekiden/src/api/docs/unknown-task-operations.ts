import type { ErrorCase, Operation } from './operation.js';

const UNKNOWN_TASK = {
  id: 'shop_web.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1',
  appId: '/shop/web',
  agentId: 'agent-1',
  host: 'node1',
  epoch: 12,
  startedAt: '2021-03-04T05:06:07.080Z',
  hostPorts: [31_004],
  seenAt: '2021-03-04T06:00:00.000Z',
  state: 'unknown',
};

const NOT_WAITING: ErrorCase = {
  description: 'No such task waits for a decision.',
  examples: ['noUnknownTask'],
};

/** After an older dump of the database was restored. */
export const UNKNOWN_TASK_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/unknown-tasks',
    tag: 'Tasks',
    summary: 'List tasks that are newer than the database',
    description:
      'After an older dump was restored, hosts may run tasks that it knows nothing of. They are ' +
      'left alone and wait here for a decision: adopt or remove. Empty in ordinary times.',
    success: {
      status: 200,
      description: 'The tasks.',
      shape: { keys: { tasks: { listOf: 'UnknownTask' } } },
      example: { tasks: [UNKNOWN_TASK] },
    },
    errors: {},
  },
  {
    method: 'post',
    path: '/v2/unknown-tasks/{task}/adopt',
    tag: 'Tasks',
    summary: 'Make such a task an instance of its app',
    description:
      'It counts as running the configuration that its app has today. Instances beyond what the ' +
      'app wants then go as in any scaling (`killSelection`).',
    success: {
      status: 200,
      description: 'The task as it was.',
      shape: { schema: 'UnknownTask' },
      example: UNKNOWN_TASK,
    },
    errors: {
      404: NOT_WAITING,
      409: {
        description: 'Its app is missing or has changed, or there is no room; the message says.',
        examples: ['notAdoptable'],
      },
    },
  },
  {
    method: 'delete',
    path: '/v2/unknown-tasks/{task}',
    tag: 'Tasks',
    summary: 'Have such a task killed',
    description: 'At once if its host answers, else as soon as that is back.',
    success: {
      status: 202,
      description: 'The task.',
      shape: { schema: 'UnknownTask' },
      example: { ...UNKNOWN_TASK, state: 'removing' },
    },
    errors: { 404: NOT_WAITING },
  },
];

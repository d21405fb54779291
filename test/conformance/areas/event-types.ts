import {
  each,
  exactly,
  like,
  timestamp,
  uuid,
  type Area,
  type Case,
  type Exchange,
  type Wanted,
} from '../language/index.js';
import { add, addGroup, deployed, idle, running, settled, sleeper, stuck, tell } from './steps.js';

const BOTH = { eventType: like(/./), timestamp };
const PLAN = exactly({
  id: uuid,
  version: like(/Z$/),
  steps: each({ actions: each({ action: like(/./) }) }),
});

/** Opens a stream, changes something, and hears of it. */
function tells(
  source: string,
  name: string,
  change: readonly Exchange[],
  frames: readonly Wanted[],
  query = '',
): Case {
  return { name, source, steps: [{ listen: `/v2/events${query}` }, ...change, { hear: frames }] };
}

const created: readonly Wanted[] = [
  { event: 'group_change_success', data: { groupId: '/~' } },
  { event: 'api_post_event', data: { appDefinition: { id: '/~/a' } } },
  {
    event: 'deployment_info',
    data: { currentStep: { actions: [{ action: 'StartApplication', app: '/~/a' }] } },
  },
  {
    event: 'deployment_step_success',
    data: { currentStep: { actions: [{ action: 'StartApplication', app: '/~/a' }] } },
  },
  {
    event: 'deployment_info',
    data: { currentStep: { actions: [{ action: 'ScaleApplication', app: '/~/a' }] } },
  },
  {
    event: 'deployment_step_success',
    data: { currentStep: { actions: [{ action: 'ScaleApplication', app: '/~/a' }] } },
  },
  { event: 'deployment_success', data: { id: '{{id}}' } },
];

const kinds: readonly Case[] = [
  {
    name: 'A new app is told of in a fixed order.',
    source: '9.2',
    steps: [
      { listen: '/v2/events' },
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { id: 'headers.marathon-deployment-id' } },
      { hear: created, inOrder: true },
    ],
  },
  tells(
    '9.2',
    'An api_post_event tells who sent what where.',
    [add(idle('/~/a'))],
    [
      {
        event: 'api_post_event',
        data: exactly({
          clientIp: like(/./),
          uri: '/v2/apps',
          appDefinition: { id: '/~/a', cmd: 'sleep 1000', version: timestamp },
          ...BOTH,
        }),
      },
    ],
  ),
  tells(
    '9.2',
    'A change of an app is an api_post_event with its path.',
    [add(idle('/~/a')), tell('PUT /v2/apps/~/a', { cmd: 'sleep 5' }, deployed)],
    [{ event: 'api_post_event', data: { uri: '/v2/apps/~/a', appDefinition: { cmd: 'sleep 5' } } }],
  ),
  tells(
    '9.2',
    'A change by PATCH is an api_post_event, too.',
    [add(idle('/~/a')), tell('PATCH /v2/apps/~/a', { cmd: 'sleep 5' }, deployed)],
    [{ event: 'api_post_event', data: { uri: '/v2/apps/~/a', appDefinition: { cmd: 'sleep 5' } } }],
  ),
  {
    name: 'Neither restart, DELETE nor groups make an api_post_event.',
    source: '9.2',
    steps: [
      add(idle('/~/a')),
      { listen: '/v2/events' },
      { send: 'POST /v2/apps/~/a/restart', expect: deployed },
      { send: 'DELETE /v2/apps/~/a', expect: deployed },
      tell('PUT /v2/groups/~', { apps: [idle('b')] }, deployed),
      { send: 'GET /v2/groups/~', keep: { version: 'body.version' } },
      add(idle('/~/last')),
      {
        hear: [{ event: 'api_post_event', data: { appDefinition: { id: '/~/last' } } }],
        butNot: [
          { event: 'api_post_event', data: { appDefinition: { id: '/~/a' } } },
          { event: 'api_post_event', data: { appDefinition: { id: '/~/b' } } },
        ],
      },
    ],
  },
  tells(
    '9.2',
    'A change of the tree tells the group above what was changed.',
    [addGroup({ id: '/~/b', apps: [idle('c')] })],
    [
      {
        event: 'group_change_success',
        data: exactly({ groupId: '/~', version: timestamp, ...BOTH }),
      },
    ],
  ),
  tells(
    '9.2',
    'A refused change is told with its reason.',
    [add(idle('/~/a')), tell('POST /v2/apps', idle('/~/a'), { status: 409 })],
    [
      {
        event: 'group_change_failed',
        data: exactly({ groupId: '/~', version: timestamp, reason: like(/\/~\/a/), ...BOTH }),
      },
    ],
  ),
  tells(
    'DPL-01',
    'A locked app tells of the deployment that failed and of the change that did.',
    [add(stuck('/~/a')), tell('PUT /v2/apps/~/a', { cmd: 'sleep 5' }, { status: 409 })],
    [
      {
        event: 'group_change_failed',
        data: { groupId: '/~', reason: like(/locked by/) },
      },
      { event: 'deployment_failed', data: { id: uuid, plan: PLAN, reason: like(/locked/) } },
    ],
  ),
  tells(
    '9.2',
    'Plans in events are light: id, version, steps.',
    [add(idle('/~/a'))],
    [
      {
        event: 'deployment_info',
        data: exactly({
          plan: PLAN,
          currentStep: { actions: [{ action: 'StartApplication', app: '/~/a' }] },
          ...BOTH,
        }),
      },
      { event: 'deployment_success', data: { id: uuid, plan: PLAN } },
    ],
  ),
  tells(
    '9.2',
    'An app that is gone is told as terminated.',
    [add(idle('/~/a')), settled('/~/a'), { send: 'DELETE /v2/apps/~/a', expect: deployed }],
    [{ event: 'app_terminated_event', data: exactly({ appId: '/~/a', ...BOTH }) }],
  ),
  tells(
    '9.2',
    'A cancelled deployment is told as failed.',
    [
      {
        send: 'POST /v2/apps',
        body: stuck('/~/a'),
        keep: { id: 'headers.marathon-deployment-id' },
      },
      { send: 'DELETE /v2/deployments/{{id}}?force=true', expect: { status: 202 } },
    ],
    [{ event: 'deployment_failed', data: { id: '{{id}}', plan: PLAN } }],
  ),
];

const living: readonly Case[] = [
  {
    name: 'A task that starts is told by status updates and changes of its instance.',
    source: 'EVT-02',
    needs: ['tasks'],
    steps: [
      { listen: '/v2/events' },
      add(sleeper('/~/a', 1)),
      {
        hear: [
          {
            event: 'instance_changed_event',
            data: { runSpecId: '/~/a', condition: 'Scheduled', agentId: null, host: null },
          },
          {
            event: 'instance_changed_event',
            data: { runSpecId: '/~/a', condition: 'Provisioned' },
          },
          {
            event: 'instance_changed_event',
            data: {
              instanceId: like(/^~_a\.instance-/),
              runSpecId: '/~/a',
              condition: 'Running',
              agentId: like(/./),
              host: like(/./),
              runSpecVersion: timestamp,
            },
          },
        ],
        inOrder: true,
      },
      {
        hear: [
          {
            event: 'status_update_event',
            data: exactly({
              slaveId: like(/./),
              taskId: like(/^~_a\.instance-.*\._app\.1$/),
              taskStatus: 'TASK_RUNNING',
              message: like(/^/),
              appId: '/~/a',
              host: like(/./),
              ipAddresses: each({ ipAddress: like(/./), protocol: like(/^IPv/) }),
              ports: [],
              version: timestamp,
              ...BOTH,
            }),
          },
        ],
      },
    ],
  },
  {
    name: 'A task that is killed is told by a status update.',
    source: 'EVT-08',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1)),
      running('/~/a', 1),
      { send: 'GET /v2/apps/~/a/tasks', keep: { task: 'body.tasks.0.id' } },
      { listen: '/v2/events' },
      { send: 'DELETE /v2/apps/~/a/tasks/{{task}}', expect: { status: 200 } },
      {
        hear: [
          {
            event: 'status_update_event',
            data: { taskId: '{{task}}', taskStatus: 'TASK_KILLED', appId: '/~/a' },
          },
        ],
      },
    ],
  },
  {
    name: 'Healthy tasks are told of, and health checks as they come and go.',
    source: 'EVT-02',
    needs: ['tasks'],
    steps: [
      { listen: '/v2/events' },
      add(
        sleeper('/~/a', 1, {
          healthChecks: [
            {
              protocol: 'COMMAND',
              command: { value: 'true' },
              intervalSeconds: 1,
              gracePeriodSeconds: 5,
            },
          ],
        }),
      ),
      {
        hear: [
          {
            event: 'add_health_check_event',
            data: { appId: '/~/a', healthCheck: { protocol: 'COMMAND' }, version: timestamp },
          },
        ],
      },
      {
        hear: [
          {
            event: 'instance_health_changed_event',
            data: {
              runSpecId: '/~/a',
              healthy: true,
              instanceId: like(/./),
              runSpecVersion: timestamp,
            },
          },
        ],
      },
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: {
            app: {
              tasksHealthy: 1,
              tasks: [
                {
                  healthCheckResults: [
                    {
                      alive: true,
                      consecutiveFailures: 0,
                      firstSuccess: timestamp,
                      instanceId: like(/^~_a\.instance-/),
                    },
                  ],
                },
              ],
            },
          },
        },
      },
      { send: 'DELETE /v2/apps/~/a', expect: deployed },
      { hear: [{ event: 'remove_health_check_event', data: { appId: '/~/a' } }] },
    ],
  },
];

export const eventTypes: Area = {
  name: 'eventtypes',
  about: 'what events there are, when, with what in them',
  cases: [...kinds, ...living],
};

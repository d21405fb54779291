import {
  absent,
  allOf,
  containing,
  exactly,
  keysInOrder,
  like,
  timestamp,
  uuid,
  type Area,
  type Case,
} from '../language/index.js';
import { add, ask, deployed, idle, running, shows, sleeper, tell } from './steps.js';

const KEYS = [
  'id',
  'acceptedResourceRoles',
  'args',
  'backoffFactor',
  'backoffSeconds',
  'cmd',
  'constraints',
  'container',
  'cpus',
  'dependencies',
  'disk',
  'env',
  'executor',
  'executorResources',
  'fetch',
  'healthChecks',
  'check',
  'instances',
  'labels',
  'maxLaunchDelaySeconds',
  'mem',
  'gpus',
  'networks',
  'portDefinitions',
  'readinessChecks',
  'residency',
  'resourceLimits',
  'requirePorts',
  'secrets',
  'taskKillGracePeriodSeconds',
  'upgradeStrategy',
  'user',
  'version',
  'versionInfo',
  'killSelection',
  'unreachableStrategy',
  'tty',
  'role',
] as const;

const create: readonly Case[] = [
  {
    name: 'POST creates an app: 201, Location, deployment id, the app with its one deployment.',
    source: 'APP-01',
    steps: [
      {
        send: 'POST /v2/apps',
        body: idle('/~/a'),
        expect: {
          status: 201,
          headers: {
            location: like(/^https?:\/\/[^/]+\/~\/a$/),
            'marathon-deployment-id': uuid,
          },
          body: { id: '/~/a', version: timestamp, deployments: [exactly({ id: uuid })] },
        },
        keep: { deployment: 'headers.marathon-deployment-id', version: 'body.version' },
      },
      shows('/~/a', { version: '{{version}}' }),
    ],
  },
  {
    name: 'The deployment of a 201 is the one of its header.',
    source: '4.1',
    steps: [
      {
        send: 'POST /v2/apps',
        body: idle('/~/a'),
        keep: { deployment: 'headers.marathon-deployment-id' },
      },
      { listen: '/v2/events?event_type=deployment_success' },
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 2000' }, deployed),
      { hear: [{ event: 'deployment_success' }] },
    ],
  },
  {
    name: 'A 201 shows counts of zero, no tasks, no versionInfo, and service ports as asked for.',
    source: '4.1',
    steps: [
      tell('POST /v2/apps', idle('/~/a'), {
        status: 201,
        body: {
          tasksStaged: 0,
          tasksRunning: 0,
          tasksHealthy: 0,
          tasksUnhealthy: 0,
          tasks: absent,
          versionInfo: absent,
          portDefinitions: [{ port: 0, name: 'default', protocol: 'tcp' }],
        },
      }),
      shows('/~/a', { versionInfo: { lastScalingAt: timestamp, lastConfigChangeAt: timestamp } }),
    ],
  },
  {
    name: 'A version that a new app brings along is ignored.',
    source: '4.1',
    steps: [
      tell('POST /v2/apps', idle('/~/a', { version: '2001-01-01T00:00:00.000Z' }), {
        status: 201,
        body: { version: like(/^2[0-9]{2}[1-9]/) },
      }),
      shows('/~/a', { version: like(/^(?!2001)/) }),
    ],
  },
  {
    name: 'PUT of an unknown app creates it: 201, Location and the deployment.',
    source: 'APP-07',
    steps: [
      tell('PUT /v2/apps/~/a', idle('/~/a'), {
        status: 201,
        headers: { location: like(/^https?:\/\/[^/]+\/~\/a$/), 'marathon-deployment-id': uuid },
        body: exactly({ deploymentId: uuid, version: timestamp }),
      }),
      shows('/~/a', { cmd: 'sleep 1000' }),
    ],
  },
  {
    name: 'PUT of an unknown app needs a whole app.',
    source: '4.1',
    steps: [
      tell(
        'PUT /v2/apps/~/a',
        { instances: 0 },
        {
          status: 422,
          body: {
            details: containing({
              path: '/',
              errors: containing(
                "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
              ),
            }),
          },
        },
      ),
    ],
  },
  {
    name: 'PATCH never creates.',
    source: 'APP-08',
    steps: [
      tell('PATCH /v2/apps/~/a', idle('/~/a'), { status: 404 }),
      ask('GET /v2/apps/~/a', 404),
    ],
  },
  {
    name: 'Keys of an app come in the order of the table.',
    source: '5',
    steps: [
      add(
        idle('/~/a', {
          env: { A: 'b' },
          labels: { a: 'b' },
          user: 'nobody',
          dependencies: [],
          fetch: [{ uri: 'http://x/y' }],
          constraints: [['hostname', 'UNIQUE']],
          taskKillGracePeriodSeconds: 3,
          tty: true,
          healthChecks: [{ protocol: 'TCP' }],
          acceptedResourceRoles: ['*'],
        }),
      ),
      shows('/~/a', keysInOrder(...KEYS)),
    ],
  },
  {
    name: 'Keys without a value are left out, never null.',
    source: '5',
    steps: [
      add(idle('/~/a')),
      shows(
        '/~/a',
        allOf({
          acceptedResourceRoles: absent,
          args: absent,
          constraints: absent,
          container: absent,
          dependencies: absent,
          env: absent,
          executorResources: absent,
          fetch: absent,
          healthChecks: absent,
          check: absent,
          ipAddress: absent,
          ports: absent,
          readinessChecks: absent,
          residency: absent,
          resourceLimits: absent,
          secrets: absent,
          taskKillGracePeriodSeconds: absent,
          uris: absent,
          user: absent,
          tty: absent,
        }),
      ),
    ],
  },
  {
    name: 'A new app runs the tasks it asks for.',
    source: 'APP-01',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1)),
      running('/~/a', 1),
      ask('GET /v2/apps/~/a', 200, {
        app: { tasks: [{ appId: '/~/a', state: 'TASK_RUNNING' }], tasksStaged: 0 },
      }),
    ],
  },
];

const change: readonly Case[] = [
  {
    name: 'PUT of a known app answers 200 with the deployment, and no Location.',
    source: 'APP-09',
    steps: [
      add(idle('/~/a')),
      tell(
        'PUT /v2/apps/~/a',
        { cmd: 'sleep 5' },
        { ...deployed, headers: { location: absent, 'marathon-deployment-id': uuid } },
      ),
      shows('/~/a', { cmd: 'sleep 5', instances: 0 }),
    ],
  },
  {
    name: 'PATCH of a known app answers like PUT.',
    source: 'APP-11',
    steps: [
      add(idle('/~/a')),
      tell('PATCH /v2/apps/~/a', { cmd: 'sleep 5' }, deployed),
      shows('/~/a', { cmd: 'sleep 5', instances: 0 }),
    ],
  },
  {
    name: 'The version that a change answers is the version of the app.',
    source: '3.2',
    steps: [
      add(idle('/~/a')),
      { send: 'PUT /v2/apps/~/a', body: { cmd: 'sleep 5' }, keep: { version: 'body.version' } },
      shows('/~/a', { version: '{{version}}' }),
    ],
  },
  {
    name: 'The same definition once more is a deployment that changes no version.',
    source: '8',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { version: 'body.version' } },
      tell('PUT /v2/apps/~/a', idle('/~/a'), deployed),
      shows('/~/a', { version: '{{version}}' }),
    ],
  },
  {
    name: 'What GET shows can be PUT back, and changes nothing.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [
      add(idle('/~/a', { env: { A: 'b' }, healthChecks: [{ protocol: 'TCP' }] })),
      {
        send: 'GET /v2/apps/~/a',
        keep: { version: 'body.app.version', app: 'body.app' },
      },
      tell('PUT /v2/apps/~/a', '{{app}}', deployed),
      shows('/~/a', { version: '{{version}}' }),
      tell('PUT /v2/apps/~/a?partialUpdate=false', '{{app}}', deployed),
      shows('/~/a', { version: '{{version}}' }),
    ],
  },
  {
    name: 'DELETE answers the deployment, and the app is gone.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      { send: 'DELETE /v2/apps/~/a', expect: deployed },
      ask('GET /v2/apps/~/a', 404),
      ask('GET /v2/apps/~/a/versions', 404),
    ],
  },
  {
    name: 'DELETE of a restart is the delete of an app of that name.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      ask('DELETE /v2/apps/~/a/restart', 404, { message: "App '/~/a/restart' does not exist" }),
      shows('/~/a', { id: '/~/a' }),
    ],
  },
  {
    name: 'Without container type in the first place, an update adds none.',
    source: 'APP-29',
    steps: [
      add(idle('/~/a', { container: { type: 'MESOS', volumes: [] } })),
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 5' }, deployed),
      shows('/~/a', { container: exactly({ type: 'MESOS', volumes: [] }) }),
    ],
  },
];

export const apps: Area = {
  name: 'apps',
  about: 'create, change, delete one app',
  cases: [...create, ...change],
};

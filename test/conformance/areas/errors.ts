import {
  containing,
  exactly,
  keysInOrder,
  uuid,
  type Area,
  type Case,
  type Expectation,
} from '../language/index.js';
import { addPod, idlePod } from './pod-steps.js';
import { add, addGroup, ask, idle, stuck, tell } from './steps.js';

const texts: readonly Case[] = [
  {
    name: 'An unknown app is told by its id.',
    source: 'APP-04',
    steps: [ask('GET /v2/apps/~/no', 404, exactly({ message: "App '/~/no' does not exist" }))],
  },
  ...['PATCH', 'DELETE'].map((method) => ({
    name: `${method} of an unknown app is told by its id.`,
    source: method === 'PATCH' ? 'APP-08' : 'APP-06',
    steps: [
      {
        send: `${method} /v2/apps/~/no`,
        ...(method === 'PATCH' ? { body: { instances: 0 } } : {}),
        expect: { status: 404, body: { message: "App '/~/no' does not exist" } },
      },
    ],
  })),
  ...[
    'GET /v2/apps/~/no/versions',
    'GET /v2/apps/~/no/tasks',
    'DELETE /v2/apps/~/no/tasks',
    'POST /v2/apps/~/no/restart',
  ].map((send) => ({
    name: `${send.replace('/~', '')} tells that the app is unknown.`,
    source: '2.4',
    steps: [ask(send, 404, { message: "App '/~/no' does not exist" })],
  })),
  {
    name: 'An unknown version of an app is told with its time.',
    source: '2.4',
    steps: [
      add(idle('/~/a')),
      ask('GET /v2/apps/~/a/versions/2020-05-01T10:00:00.000Z', 404, {
        message: "App '/~/a' does not exist in version 2020-05-01T10:00:00.000Z",
      }),
    ],
  },
  {
    name: 'A version in the path that is no time is told so.',
    source: '2.4',
    steps: [
      add(idle('/~/a')),
      ask('GET /v2/apps/~/a/versions/soon', 422, {
        message: "Invalid timestamp provided 'soon'. Expecting ISO-8601 datetime string.",
      }),
    ],
  },
  ...[
    'GET /v2/groups/~/no',
    'DELETE /v2/groups/~/no',
    'GET /v2/groups/~/no/versions',
    'GET /v2/apps/~/no/*',
  ].map((send) => ({
    name: `${send.replace('/~', '')} tells that the group is unknown.`,
    source: '2.4',
    steps: [ask(send, 404, { message: "Group '/~/no' does not exist" })],
  })),
  {
    name: 'An unknown deployment is told by its id.',
    source: 'DPL-09',
    steps: [
      ask('DELETE /v2/deployments/0f6c1c1e-0000-4000-8000-000000000000', 404, {
        message: 'DeploymentPlan 0f6c1c1e-0000-4000-8000-000000000000 does not exist',
      }),
    ],
  },
  {
    name: 'An app that waits for nothing is not in the queue.',
    source: 'BKO-09',
    steps: [
      add(idle('/~/a')),
      ask('DELETE /v2/queue/~/a/delay', 404, {
        message: 'Application /~/a not found in tasks queue.',
      }),
    ],
  },
  {
    name: 'A second app of the same id is a conflict, and changes nothing.',
    source: 'APP-03',
    steps: [
      add(idle('/~/a')),
      tell('POST /v2/apps', idle('/~/a', { cmd: 'sleep 2' }), {
        status: 409,
        body: { message: 'An app with id [/~/a] already exists.' },
      }),
      ask('GET /v2/apps/~/a', 200, { app: { cmd: 'sleep 1000' } }),
    ],
  },
  {
    name: 'A second group of the same id is a conflict.',
    source: 'GRP-02',
    steps: [
      addGroup({ id: '/~' }),
      tell(
        'POST /v2/groups',
        { id: '/~' },
        {
          status: 409,
          body: { message: 'Group /~ is already created. Use PUT to change this group.' },
        },
      ),
    ],
  },
  {
    name: 'A group of the id of an app is a conflict.',
    source: 'GRP-03',
    steps: [
      add(idle('/~/a')),
      tell(
        'POST /v2/groups',
        { id: '/~/a' },
        {
          status: 409,
          body: { message: 'An app with the path /~/a already exists.' },
        },
      ),
    ],
  },
  {
    name: 'A change of a locked app names the deployments that lock it.',
    source: 'DPL-01',
    steps: [
      {
        send: 'POST /v2/apps',
        body: stuck('/~/a'),
        keep: { blocking: 'headers.marathon-deployment-id' },
      },
      tell(
        'PUT /v2/apps/~/a',
        { cmd: 'sleep 2000' },
        {
          status: 409,
          body: {
            message:
              "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.",
            deployments: [exactly({ id: '{{blocking}}' })],
          },
        },
      ),
    ],
  },
  {
    name: 'The parts of an error come as message, then details.',
    source: '2',
    steps: [
      tell(
        'POST /v2/apps',
        { id: '/~/a' },
        {
          status: 422,
          body: keysInOrder('message', 'details'),
        },
      ),
    ],
  },
  {
    name: 'An unknown plugin is told by its id.',
    source: '2.4',
    steps: [ask('GET /v2/plugins/no/x', 404, { message: 'No plugin with this pluginId: no' })],
  },
  {
    name: 'Every accepted change says which deployment it made.',
    source: '1.2',
    steps: [
      {
        send: 'POST /v2/apps',
        body: idle('/~/a'),
        expect: { headers: { 'marathon-deployment-id': uuid } },
      },
    ],
  },
  {
    name: 'What is wrong with an app is told before its id being taken.',
    source: '2.4',
    steps: [
      add(idle('/~/a')),
      tell('POST /v2/apps', idle('/~/a', { cmd: 'x' }), faulty('/')),
      tell('POST /v2/apps', idle('/~/a', { constraints: [['a']] }), faulty('/constraints(0)')),
    ],
  },
  {
    name: 'What is wrong with a pod is told before its id being taken.',
    source: '2.4',
    steps: [
      addPod(idlePod('/~/p')),
      tell('POST /v2/pods', idlePod('/~/p', { user: '' }), faulty('/user')),
    ],
  },
  {
    name: 'What is wrong with the apps of a group is told before its id being taken.',
    source: '2.4',
    steps: [
      addGroup({ id: '/~' }),
      tell('POST /v2/groups', { id: '/~', apps: [idle('a', { cmd: 'x' })] }, { status: 422 }),
    ],
  },
];

/** A document whose shape is right, and that is wrong there. */
function faulty(path: string): Expectation {
  return {
    status: 422,
    body: { message: 'Object is not valid', details: containing({ path }) },
  };
}

export const errors: Area = {
  name: 'errors',
  about: 'texts of 404 and 409',
  cases: texts,
};

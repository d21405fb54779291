import {
  absent,
  allOf,
  containing,
  differs,
  exactly,
  inAnyOrder,
  keysInOrder,
  lengthOf,
  without,
  type Area,
  type Case,
  type Exchange,
} from '../language/index.js';
import {
  add,
  addGroup,
  ask,
  deployed,
  deploying,
  idle,
  settled,
  shows,
  stuck,
  tell,
} from './steps.js';

const LOCKED =
  "App is locked by one or more deployments. Override with the option '?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

/** Posts an app whose deployment stays. */
const block = (id: string): Exchange => ({
  send: 'POST /v2/apps',
  body: stuck(id),
  expect: { status: 201 },
  keep: { blocking: 'headers.marathon-deployment-id' },
});

const gone = (kept: string): Exchange => ({
  send: 'GET /v2/deployments',
  until: true,
  expect: { status: 200, body: without({ id: `{{${kept}}}` }) },
});

/** A change of a locked app is refused, and the answer names what locks it. */
function locked(source: string, name: string, send: string, body?: unknown): Case {
  return {
    name,
    source,
    steps: [
      block('/~/a'),
      {
        send,
        ...(body === undefined ? {} : { body }),
        expect: {
          status: 409,
          headers: { 'marathon-deployment-id': absent },
          body: exactly({ message: LOCKED, deployments: [exactly({ id: '{{blocking}}' })] }),
        },
      },
      deploying('/~/a', { id: '{{blocking}}' }),
    ],
  };
}

const locks: readonly Case[] = [
  locked('DPL-01', 'A locked app is not changed by PUT.', 'PUT /v2/apps/~/a', { cmd: 'sleep 5' }),
  locked('DPL-01', 'A locked app is not changed by PATCH.', 'PATCH /v2/apps/~/a', {
    cmd: 'sleep 5',
  }),
  locked('DPL-01', 'A locked app is not changed by a list.', 'PUT /v2/apps', [
    { id: '/~/a', cmd: 'sleep 5' },
  ]),
  locked('2.4', 'A locked app is not restarted.', 'POST /v2/apps/~/a/restart'),
  locked(
    'DPL-21',
    'A locked app is not deleted with force=false.',
    'DELETE /v2/apps/~/a?force=false',
  ),
  locked('2.4', 'A group with a locked app is not changed where that is.', 'PUT /v2/groups/~', {
    apps: [idle('a')],
  }),
  locked('DPL-03', 'A group with a locked app is not deleted.', 'DELETE /v2/groups/~'),
  locked('2.4', 'A group with a locked app is not scaled.', 'PUT /v2/groups/~', { scaleBy: 2 }),
  {
    name: 'DELETE of an app takes force for granted.',
    source: 'DPL-21',
    steps: [
      block('/~/a'),
      { send: 'DELETE /v2/apps/~/a', expect: deployed },
      gone('blocking'),
      ask('GET /v2/apps/~/a', 404),
    ],
  },
  {
    name: 'Force takes a locked app over; the deployment before ends, the new one goes on.',
    source: 'DPL-02',
    steps: [
      block('/~/a'),
      { listen: '/v2/events?event_type=deployment_failed' },
      tell('PUT /v2/apps/~/a?force=true', { cmd: 'sleep 5', instances: 0 }, deployed),
      { hear: [{ event: 'deployment_failed', data: { id: '{{blocking}}' } }] },
      gone('blocking'),
      settled('/~/a'),
      shows('/~/a', { cmd: 'sleep 5', instances: 0 }),
    ],
  },
  {
    name: 'Force deletes a group that is being deployed.',
    source: 'DPL-03',
    steps: [
      block('/~/a'),
      { send: 'DELETE /v2/groups/~?force=true', expect: deployed },
      gone('blocking'),
      ask('GET /v2/groups/~', 404),
    ],
  },
  {
    name: 'Other apps of the group are not locked.',
    source: 'DPL-04',
    steps: [
      add(idle('/~/b')),
      block('/~/a'),
      tell('PUT /v2/apps/~/b', { cmd: 'sleep 5' }, deployed),
      settled('/~/b'),
      deploying('/~/a', { id: '{{blocking}}' }),
    ],
  },
  {
    name: 'One forced change ends all deployments it meets.',
    source: 'DPL-17',
    steps: [
      { ...block('/~/a'), keep: { first: 'headers.marathon-deployment-id' } },
      { ...block('/~/b'), keep: { second: 'headers.marathon-deployment-id' } },
      tell('PUT /v2/groups/~?force=true', { apps: [idle('a'), idle('b')] }, deployed),
      gone('first'),
      gone('second'),
      settled('/~/b'),
    ],
  },
  {
    name: 'A conflict names every deployment it meets.',
    source: '2.4',
    steps: [
      { ...block('/~/a'), keep: { first: 'headers.marathon-deployment-id' } },
      { ...block('/~/b'), keep: { second: 'headers.marathon-deployment-id' } },
      tell(
        'PUT /v2/groups/~',
        { apps: [] },
        {
          status: 409,
          body: { deployments: inAnyOrder({ id: '{{first}}' }, { id: '{{second}}' }) },
        },
      ),
    ],
  },
  {
    name: 'A lock ends with its deployment.',
    source: 'LIM-09',
    steps: [
      block('/~/a'),
      { send: 'DELETE /v2/deployments/{{blocking}}?force=true', expect: { status: 202 } },
      gone('blocking'),
      tell('PUT /v2/apps/~/a', { instances: 0 }, deployed),
    ],
  },
  {
    name: 'A change that is refused makes no version.',
    source: 'DPL-01',
    steps: [
      block('/~/a'),
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 5' }, { status: 409 }),
      ask('GET /v2/apps/~/a/versions', 200, { versions: lengthOf(1) }),
    ],
  },
];

const cancels: readonly Case[] = [
  {
    name: 'DELETE of a deployment undoes it with a new one.',
    source: 'DPL-06',
    steps: [
      block('/~/a'),
      {
        send: 'DELETE /v2/deployments/{{blocking}}',
        expect: deployed,
        keep: { undo: 'body.deploymentId' },
      },
      gone('blocking'),
      gone('undo'),
      ask('GET /v2/apps/~/a', 404),
    ],
  },
  {
    name: 'Undoing a change brings the definition before back.',
    source: 'DPL-07',
    steps: [
      add(idle('/~/a')),
      {
        send: 'PUT /v2/apps/~/a',
        body: { instances: 1, cmd: 'sleep 5', constraints: [['hostname', 'CLUSTER', 'nowhere']] },
        keep: { change: 'body.deploymentId' },
      },
      { send: 'DELETE /v2/deployments/{{change}}', expect: deployed },
      gone('change'),
      shows('/~/a', { cmd: 'sleep 1000', instances: 0, constraints: absent }),
    ],
  },
  {
    name: 'Undoing keeps what others changed meanwhile.',
    source: 'DPL-11',
    steps: [
      { ...block('/~/n/a'), keep: { first: 'headers.marathon-deployment-id' } },
      add(idle('/~/n/b')),
      { send: 'DELETE /v2/deployments/{{first}}', expect: deployed },
      gone('first'),
      ask('GET /v2/apps/~/n/a', 404),
      shows('/~/n/b', { id: '/~/n/b' }),
    ],
  },
  {
    name: 'Undoing removes a group that the deployment brought.',
    source: 'DPL-12',
    steps: [
      addGroup({ id: '/~' }),
      {
        send: 'PUT /v2/groups/~',
        body: { groups: [{ id: 'n' }], apps: [stuck('a')] },
        keep: { first: 'body.deploymentId' },
      },
      { send: 'DELETE /v2/deployments/{{first}}', expect: deployed },
      gone('first'),
      ask('GET /v2/groups/~/n', 404),
    ],
  },
  {
    name: 'Dependencies of a group are undone one by one.',
    source: 'DPL-13',
    steps: [
      addGroup({
        id: '/~',
        groups: [
          ...['1', '2', '3', '4'].map((id) => ({ id })),
          { id: 'g', dependencies: ['../1', '../2'] },
        ],
      }),
      {
        send: 'PUT /v2/groups/~/g',
        body: { dependencies: ['../2', '../3'], apps: [stuck('a')] },
        keep: { first: 'body.deploymentId' },
      },
      tell('PUT /v2/groups/~/g', { dependencies: ['../2', '../3', '../4'] }, deployed),
      { send: 'DELETE /v2/deployments/{{first}}', expect: deployed },
      gone('first'),
      ask('GET /v2/groups/~/g', 200, { dependencies: inAnyOrder('/~/1', '/~/2', '/~/4') }),
    ],
  },
  {
    name: 'DELETE with force only ends a deployment: 202 without a body, the definition stays.',
    source: '4.4',
    steps: [
      block('/~/a'),
      { send: 'DELETE /v2/deployments/{{blocking}}?force=true', expect: { status: 202, text: '' } },
      gone('blocking'),
      shows('/~/a', { instances: 1 }),
    ],
  },
  {
    name: 'A second DELETE of a deployment does no harm.',
    source: 'DPL-24',
    steps: [
      block('/~/a'),
      { send: 'DELETE /v2/deployments/{{blocking}}?force=true', expect: { status: 202 } },
      gone('blocking'),
      ask('DELETE /v2/deployments/{{blocking}}', 404, {
        message: 'DeploymentPlan {{blocking}} does not exist',
      }),
    ],
  },
  {
    name: 'A deployment is listed as soon as it is answered.',
    source: 'DPL-14',
    steps: [
      block('/~/a'),
      ask('GET /v2/deployments', 200, containing({ id: '{{blocking}}', affectedApps: ['/~/a'] })),
      shows('/~/a', { deployments: [exactly({ id: '{{blocking}}' })] }),
    ],
  },
  {
    name: 'Keys of a deployment come in the order of the table.',
    source: '5.11',
    steps: [
      block('/~/a'),
      ask(
        'GET /v2/deployments',
        200,
        containing(
          allOf(
            { id: '{{blocking}}' },
            keysInOrder(
              'id',
              'steps',
              'version',
              'affectedApps',
              'affectedPods',
              'currentActions',
              'currentStep',
              'totalSteps',
            ),
          ),
        ),
      ),
    ],
  },
  {
    name: 'A deployment that is over is not listed, and the app is settled.',
    source: '4.4',
    steps: [add(idle('/~/a')), settled('/~/a'), shows('/~/a', { deployments: [] })],
  },
];

const action = (verb: string, app: string) => ({ action: `${verb}Application`, app });

const takenOver: readonly Case[] = [
  {
    name: 'A forced change finishes what the deployment that it ends had not.',
    source: '8',
    steps: [
      addGroup({ id: '/~', apps: [stuck('a'), stuck('b')] }),
      {
        ...tell('PUT /v2/apps/~/a?force=true', { cmd: 'exec sleep 2000' }, deployed),
        keep: { forced: 'headers.marathon-deployment-id' },
      },
      ask(
        'GET /v2/deployments',
        200,
        containing({
          id: '{{forced}}',
          affectedApps: differs({ marathon: ['/~/a'], ekiden: inAnyOrder('/~/a', '/~/b') }),
          steps: differs({
            marathon: [{ actions: [action('Restart', '/~/a')] }],
            ekiden: ['Start', 'Scale'].map((verb) => ({
              actions: inAnyOrder(action(verb, '/~/a'), action(verb, '/~/b')),
            })),
          }),
        }),
      ),
    ],
  },
];

export const conflicts: Area = {
  name: 'conflicts',
  about: 'locks, force, undoing and ending deployments',
  cases: [...locks, ...cancels, ...takenOver],
};

import {
  absent,
  anyOf,
  containing,
  exactly,
  inAnyOrder,
  keysInOrder,
  like,
  timestamp,
  uuid,
  type Area,
  type Case,
} from '../language/index.js';
import { add, ask, deployed, idle, tell } from './steps.js';
import { addPod, idlePod, podChanged, podCreated, stuckPod } from './pod-steps.js';

const POD_KEYS = [
  'id',
  'labels',
  'version',
  'user',
  'environment',
  'containers',
  'secrets',
  'volumes',
  'networks',
  'scaling',
  'scheduling',
  'executorResources',
  'role',
];

const life: readonly Case[] = [
  {
    name: 'HEAD tells that there are pods.',
    source: '4.3',
    steps: [{ send: 'HEAD /v2/pods', expect: { status: 200, text: '' } }],
  },
  {
    name: 'POST creates a pod: 201, Location, the deployment, the pod.',
    source: '4.3',
    steps: [
      tell('POST /v2/pods', idlePod('/~/p'), {
        ...podCreated,
        headers: { location: like(/^https?:\/\/[^/]+\/~\/p$/), 'marathon-deployment-id': uuid },
        body: { id: '/~/p', version: timestamp, containers: [{ name: 'main' }] },
      }),
      ask('GET /v2/pods/~/p', 200, { id: '/~/p' }),
    ],
  },
  {
    name: 'Pods are a plain list.',
    source: '4.3',
    steps: [addPod(idlePod('/~/p')), ask('GET /v2/pods', 200, containing({ id: '/~/p' }))],
  },
  {
    name: 'Keys of a pod come in the order of the table.',
    source: '5.14',
    steps: [
      addPod(idlePod('/~/p', { labels: { a: 'b' }, environment: { A: 'b' }, user: 'me' })),
      ask('GET /v2/pods/~/p', 200, keysInOrder(...POD_KEYS)),
    ],
  },
  {
    name: 'An unknown pod is told by JSON within the message.',
    source: '2.4',
    steps: [
      ask(
        'GET /v2/pods/~/no',
        404,
        exactly({ message: '{"message": "pod with /~/no does not exist"}' }),
      ),
    ],
  },
  ...['GET /v2/pods/~/no::status', 'GET /v2/pods/~/no::versions', 'DELETE /v2/pods/~/no'].map(
    (send) => ({
      name: `${send.replace('/~', '')} tells that the pod is unknown.`,
      source: '2.4',
      steps: [ask(send, 404, { message: "Pod '/~/no' does not exist" })],
    }),
  ),
  {
    name: 'A second pod of the same id is a conflict.',
    source: '2.4',
    steps: [
      addPod(idlePod('/~/p')),
      tell('POST /v2/pods', idlePod('/~/p'), {
        status: 409,
        body: { message: 'A pod with id [/~/p] already exists.' },
      }),
    ],
  },
  {
    name: 'PUT replaces a pod: 200, the deployment, no Location.',
    source: '4.3',
    steps: [
      addPod(idlePod('/~/p', { labels: { a: 'b' } })),
      tell('PUT /v2/pods/~/p', idlePod('/~/p', { environment: { A: 'b' } }), {
        ...podChanged,
        headers: { location: absent, 'marathon-deployment-id': uuid },
      }),
      ask('GET /v2/pods/~/p', 200, { environment: { A: 'b' }, labels: absent }),
    ],
  },
  {
    name: 'PUT of an unknown pod creates it, with 200.',
    source: '4.3',
    steps: [
      tell('PUT /v2/pods/~/p', idlePod('/~/p'), podChanged),
      ask('GET /v2/pods/~/p', 200, { id: '/~/p' }),
    ],
  },
  {
    name: 'The id in the body of a PUT is that of the path.',
    source: '2.4',
    steps: [
      tell('PUT /v2/pods/~/a', idlePod('/~/b'), {
        status: 400,
        body: { message: "'/~/a' does not match definition's id ('/~/b')" },
      }),
    ],
  },
  {
    name: 'DELETE of a pod is 202 without a body, with the deployment.',
    source: '4.3',
    steps: [
      addPod(idlePod('/~/p')),
      {
        send: 'DELETE /v2/pods/~/p',
        expect: {
          status: 202,
          text: '',
          headers: { 'marathon-deployment-id': uuid, location: like(/[0-9a-f-]{36}$/) },
        },
      },
      ask('GET /v2/pods/~/p', 404),
    ],
  },
  {
    name: 'The version in the body of a pod is ignored.',
    source: '4.3',
    steps: [
      tell('POST /v2/pods', idlePod('/~/p', { version: '2001-01-01T00:00:00.000Z' }), {
        status: 201,
        body: { version: like(/^(?!2001)/) },
      }),
    ],
  },
  {
    name: 'Every change of a pod keeps its version, and each can be read.',
    source: 'POD-04',
    steps: [
      { send: 'POST /v2/pods', body: idlePod('/~/p'), keep: { v1: 'body.version' } },
      {
        send: 'PUT /v2/pods/~/p',
        body: idlePod('/~/p', { environment: { A: 'b' } }),
        keep: { v2: 'body.version' },
      },
      ask('GET /v2/pods/~/p::versions', 200, inAnyOrder('{{v1}}', '{{v2}}')),
      ask('GET /v2/pods/~/p::versions/{{v1}}', 200, {
        id: '/~/p',
        version: '{{v1}}',
        environment: absent,
      }),
    ],
  },
  {
    name: 'An unknown version of a pod is 404.',
    source: '4.3',
    steps: [
      addPod(idlePod('/~/p')),
      ask('GET /v2/pods/~/p::versions/2001-01-01T00:00:00.000Z', 404, {
        message: like(/^Pod '\/~\/p' does not exist/),
      }),
    ],
  },
  {
    name: 'A pod and an app do not share an id.',
    source: '7.4',
    steps: [add(idle('/~/p')), tell('POST /v2/pods', idlePod('/~/p'), { status: anyOf(409, 422) })],
  },
  {
    name: 'A pod is in its group.',
    source: '5.10',
    steps: [
      addPod(idlePod('/~/p')),
      ask('GET /v2/groups/~', 200, {
        pods: [{ id: '/~/p', status: 'STABLE', spec: { id: '/~/p' } }],
        apps: [],
      }),
    ],
  },
  {
    name: 'A structure of a group leaves its pods alone.',
    source: '4.2',
    steps: [
      addPod(idlePod('/~/p')),
      tell('PUT /v2/groups/~', { apps: [], groups: [] }, deployed),
      ask('GET /v2/pods/~/p', 200, { id: '/~/p' }),
    ],
  },
  {
    name: 'Leaving a group out of a structure takes its pods with it.',
    source: '4.2',
    steps: [
      addPod(idlePod('/~/x/p')),
      tell('PUT /v2/groups/~', { groups: [] }, deployed),
      ask('GET /v2/pods/~/x/p', 404),
    ],
  },
  {
    name: 'A locked pod is not changed without force.',
    source: '2.4',
    steps: [
      {
        send: 'POST /v2/pods',
        body: stuckPod('/~/p'),
        expect: { status: 201 },
        keep: { blocking: 'headers.marathon-deployment-id' },
      },
      tell('PUT /v2/pods/~/p', idlePod('/~/p'), {
        status: 409,
        body: { deployments: [{ id: '{{blocking}}' }] },
      }),
      tell('PUT /v2/pods/~/p?force=true', idlePod('/~/p'), podChanged),
    ],
  },
  {
    name: 'The deployment of a pod tells pods, not apps.',
    source: '5.11',
    steps: [
      {
        send: 'POST /v2/pods',
        body: stuckPod('/~/p'),
        expect: { status: 201 },
        keep: { id: 'headers.marathon-deployment-id' },
      },
      {
        send: 'GET /v2/deployments',
        until: true,
        expect: {
          body: containing({
            id: '{{id}}',
            affectedApps: [],
            affectedPods: ['/~/p'],
            currentStep: 2,
            steps: [
              { actions: [exactly({ action: 'StartPod', pod: '/~/p' })] },
              { actions: [exactly({ action: 'ScalePod', pod: '/~/p' })] },
            ],
            currentActions: [{ action: 'ScalePod', pod: '/~/p', app: absent }],
          }),
        },
      },
    ],
  },
  {
    name: 'A pod that waits is in the queue, as a pod.',
    source: '5.12',
    steps: [
      addPod(stuckPod('/~/p')),
      {
        send: 'GET /v2/queue',
        until: true,
        expect: { body: { queue: containing({ count: 1, pod: { id: '/~/p' }, app: absent }) } },
      },
    ],
  },
  {
    name: 'Undoing the deployment of a new pod removes it.',
    source: 'POD-08',
    steps: [
      {
        send: 'POST /v2/pods',
        body: stuckPod('/~/p'),
        expect: { status: 201 },
        keep: { id: 'headers.marathon-deployment-id' },
      },
      { send: 'DELETE /v2/deployments/{{id}}', expect: deployed },
      { send: 'GET /v2/pods/~/p', until: true, expect: { status: 404 } },
    ],
  },
  {
    name: 'Pods tell their events: created, updated, deleted.',
    source: '9.2',
    steps: [
      { listen: '/v2/events' },
      addPod(idlePod('/~/p')),
      tell('PUT /v2/pods/~/p', idlePod('/~/p', { environment: { A: 'b' } }), podChanged),
      { send: 'DELETE /v2/pods/~/p', expect: { status: 202 } },
      {
        hear: [
          {
            event: 'pod_created_event',
            data: exactly({
              clientIp: like(/./),
              uri: '/v2/pods',
              eventType: 'pod_created_event',
              timestamp,
            }),
          },
          { event: 'pod_updated_event', data: { uri: '/v2/pods/~/p' } },
          { event: 'pod_deleted_event', data: { uri: '/v2/pods/~/p' } },
        ],
        inOrder: true,
      },
    ],
  },
];

export const pods: Area = {
  name: 'pods',
  about: 'pods: create, change, end',
  cases: life,
};

import {
  absent,
  containing,
  differs,
  exactly,
  inAnyOrder,
  keysInOrder,
  lengthOf,
  like,
  timestamp,
  uuid,
  type Area,
  type Case,
} from '../language/index.js';
import { addGroup, ask, deployed, idle, invalid, misshapen, shows, tell } from './steps.js';

const create: readonly Case[] = [
  {
    name: 'POST creates an empty group: 201, Location, the deployment.',
    source: 'GRP-01',
    steps: [
      tell(
        'POST /v2/groups',
        { id: '/~' },
        {
          status: 201,
          headers: { location: like(/^https?:\/\/[^/]+\/~$/), 'marathon-deployment-id': uuid },
          body: exactly({ deploymentId: uuid, version: timestamp }),
        },
      ),
      ask('GET /v2/groups/~', 200, {
        id: '/~',
        apps: [],
        pods: [],
        groups: [],
        dependencies: [],
        version: timestamp,
      }),
    ],
  },
  {
    name: 'Keys of a group come in the order of the table.',
    source: '5.10',
    steps: [
      addGroup({ id: '/~' }),
      ask(
        'GET /v2/groups/~',
        200,
        keysInOrder('id', 'apps', 'pods', 'groups', 'dependencies', 'version', 'enforceRole'),
      ),
    ],
  },
  {
    name: 'Only a top-level group shows enforceRole, false by default.',
    source: 'GRP-06',
    needs: ['settings'],
    steps: [
      addGroup({ id: '/~/b' }),
      ask('GET /v2/groups/~', 200, {
        enforceRole: false,
        groups: [{ id: '/~/b', enforceRole: absent }],
      }),
    ],
  },
  {
    name: 'POST of the root without an id is a conflict.',
    source: '4.2',
    steps: [
      tell(
        'POST /v2/groups',
        { apps: [] },
        {
          status: 409,
          body: { message: 'Group / is already created. Use PUT to change this group.' },
        },
      ),
    ],
  },
  {
    name: 'The id of the body is relative to the path.',
    source: '4.2',
    steps: [
      tell(
        'POST /v2/groups/~',
        { id: 'b' },
        { status: 201, headers: { location: like(/\/~\/b$/) } },
      ),
      ask('GET /v2/groups/~/b', 200, { id: '/~/b' }),
    ],
  },
  {
    name: 'Without an id in the body the path is the id.',
    source: '4.2',
    steps: [
      tell('POST /v2/groups/~/b', {}, { status: 201 }),
      ask('GET /v2/groups/~/b', 200, { id: '/~/b' }),
    ],
  },
  {
    name: 'Ids within a group document are relative to their group.',
    source: 'GRP-16',
    steps: [
      addGroup({ id: '/~', groups: [{ id: 'db', apps: [idle('pg')] }] }),
      ask('GET /v2/groups/~', 200, { groups: [{ id: '/~/db', apps: [{ id: '/~/db/pg' }] }] }),
    ],
  },
  {
    name: 'An app of a group may not lie outside of it.',
    source: 'GRP-17',
    steps: [
      tell(
        'PUT /v2/groups/~',
        { apps: [idle('/elsewhere/a')] },
        invalid(like(/^\/apps/), like(/^Identifier is not child of '?\/~'?/)),
      ),
      ask('GET /v2/groups/~', 404),
    ],
  },
  {
    name: 'A group sent as any content type is read as JSON.',
    source: '1.7',
    steps: [
      {
        send: 'PUT /v2/groups/~',
        headers: { 'content-type': 'application/octet-stream' },
        body: '{"apps":[]}',
        expect: { status: 200 },
      },
    ],
  },
  {
    name: 'Wrong shapes within a group are told with their path.',
    source: '2.1',
    steps: [
      tell(
        'PUT /v2/groups/~',
        { groups: [{ id: 'b', apps: [idle('a', { cpus: 'x' })] }] },
        misshapen('/groups(0)/apps(0)/cpus', 'error.expected.jsnumber'),
      ),
    ],
  },
  {
    name: 'Broken rules within a group are told with their path.',
    source: '2.1',
    steps: [
      tell(
        'PUT /v2/groups/~',
        { apps: [idle('a', { networks: [{ mode: 'host', name: 'n' }] })] },
        {
          status: 422,
          body: {
            message: 'Object is not valid',
            details: containing({ path: like(/^\/apps(\(0\)|\/\/~\/a)\/networks$/) }),
          },
        },
      ),
    ],
  },
];

const structure: readonly Case[] = [
  {
    name: 'PUT of a structure creates what is missing and always answers 200.',
    source: '4.2',
    steps: [
      tell(
        'PUT /v2/groups/~',
        { apps: [idle('a')], groups: [{ id: 'b', apps: [idle('c')] }] },
        deployed,
      ),
      shows('/~/a', { id: '/~/a' }),
      shows('/~/b/c', { id: '/~/b/c' }),
    ],
  },
  {
    name: 'Apps that a list of apps leaves out are removed, the others stay as they are.',
    source: 'GRP-13',
    steps: [
      addGroup({ id: '/~', apps: [idle('a'), idle('b')] }),
      { send: 'GET /v2/apps/~/a', keep: { version: 'body.app.version' } },
      tell('PUT /v2/groups/~', { apps: [idle('a')] }, deployed),
      shows('/~/a', { version: '{{version}}' }),
      ask('GET /v2/apps/~/b', 404),
    ],
  },
  {
    name: 'Without a list of apps they stay.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')] }),
      tell('PUT /v2/groups/~', { groups: [{ id: 'b' }] }, deployed),
      shows('/~/a', { id: '/~/a' }),
    ],
  },
  {
    name: 'Without a list of groups they stay, an empty one removes them.',
    source: 'GRP-14',
    steps: [
      addGroup({ id: '/~', groups: [{ id: 'x', apps: [idle('a')] }] }),
      tell('PUT /v2/groups/~', { apps: [idle('b')] }, deployed),
      shows('/~/x/a', { id: '/~/x/a' }),
      tell('PUT /v2/groups/~', { groups: [] }, deployed),
      ask('GET /v2/groups/~/x', 404),
      shows('/~/b', { id: '/~/b' }),
    ],
  },
  {
    name: 'Groups within are merged by their id.',
    source: '4.2',
    steps: [
      addGroup({
        id: '/~',
        groups: [{ id: 'x', apps: [idle('a')], groups: [{ id: 'y', apps: [idle('c')] }] }],
      }),
      tell('PUT /v2/groups/~', { groups: [{ id: 'x', apps: [idle('b')] }] }, deployed),
      ask('GET /v2/groups/~/x', 200, { apps: [{ id: '/~/x/b' }], groups: [{ id: '/~/x/y' }] }),
    ],
  },
  {
    name: 'An app in a group is a whole app: what it does not say goes back to its default.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~', apps: [idle('a', { env: { A: '1' } })] }),
      tell('PUT /v2/groups/~', { apps: [idle('a')] }, deployed),
      shows('/~/a', { env: absent }),
    ],
  },
  {
    name: 'Dependencies of a group are replaced when given, relative ones against the group.',
    source: 'DEP-03',
    steps: [
      addGroup({ id: '/~', groups: [{ id: 'db' }, { id: 'web', dependencies: ['../db'] }] }),
      ask('GET /v2/groups/~/web', 200, { dependencies: ['/~/db'] }),
      tell('PUT /v2/groups/~/web', { apps: [] }, deployed),
      ask('GET /v2/groups/~/web', 200, { dependencies: ['/~/db'] }),
      tell('PUT /v2/groups/~/web', { dependencies: [] }, deployed),
      ask('GET /v2/groups/~/web', 200, { dependencies: [] }),
    ],
  },
  {
    name: 'The same structure once more is a deployment without steps.',
    source: 'GRP-07',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')] }),
      { send: 'GET /v2/apps/~/a', keep: { version: 'body.app.version' } },
      tell(
        'PUT /v2/groups/~?dryRun=true',
        { apps: [idle('a')] },
        { status: 200, body: { steps: [] } },
      ),
      tell('PUT /v2/groups/~', { apps: [idle('a')] }, deployed),
      shows('/~/a', { version: '{{version}}' }),
    ],
  },
  {
    name: 'What GET shows of a group can be PUT back, and changes nothing.',
    source: 'issue 6',
    only: 'ekiden',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')], groups: [{ id: 'x', apps: [idle('b')] }] }),
      {
        send: 'GET /v2/groups/~',
        keep: { group: 'body', a: 'body.apps.0.version', b: 'body.groups.0.apps.0.version' },
      },
      tell('PUT /v2/groups/~', '{{group}}', deployed),
      shows('/~/a', { version: '{{a}}' }),
      shows('/~/x/b', { version: '{{b}}' }),
    ],
  },
  {
    name: 'All groups of the tree have the version of the last change.',
    source: '3.2',
    steps: [
      addGroup({ id: '/~', groups: [{ id: 'x' }, { id: 'y' }] }),
      {
        send: 'PUT /v2/groups/~/x',
        body: { apps: [idle('a')] },
        keep: { version: 'body.version' },
      },
      // Somebody else may have changed the root meanwhile, but both show the same.
      {
        send: 'GET /v2/groups/~',
        keep: { now: 'body.version' },
        expect: { body: { groups: [{ version: timestamp }, { version: timestamp }] } },
      },
      shows('/~/x/a', { version: '{{version}}' }),
    ],
  },
  {
    name: 'The same id twice in a document is refused.',
    source: '4.2',
    steps: [
      tell(
        'PUT /v2/groups/~',
        { apps: [idle('a'), idle('a', { cmd: 'sleep 5' })] },
        {
          status: differs({ marathon: 200, ekiden: 422 }),
        },
      ),
    ],
  },
];

const dryRun: readonly Case[] = [
  {
    name: 'A dry run answers the steps, makes no deployment and changes nothing.',
    source: 'GRP-18',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')] }),
      tell(
        'PUT /v2/groups/~?dryRun=true',
        { apps: [idle('a', { cmd: 'sleep 5', instances: 1 }), idle('b')] },
        {
          status: 200,
          headers: { 'marathon-deployment-id': absent },
          body: {
            steps: [
              { actions: [{ action: 'StartApplication', app: '/~/b' }] },
              {
                actions: inAnyOrder(
                  { action: 'RestartApplication', app: '/~/a' },
                  { action: 'ScaleApplication', app: '/~/b' },
                ),
              },
            ],
          },
        },
      ),
      shows('/~/a', { cmd: 'sleep 1000' }),
      ask('GET /v2/apps/~/b', 404),
    ],
  },
  {
    name: 'A dry run of an unknown group does not create it.',
    source: '4.2',
    steps: [
      tell(
        'PUT /v2/groups/~?dryRun=true',
        { apps: [idle('a')] },
        { status: 200, body: { steps: lengthOf(2) } },
      ),
      ask('GET /v2/groups/~', 404),
    ],
  },
  {
    name: 'A dry run of something wrong is refused like the change.',
    source: '4.2',
    steps: [
      tell(
        'PUT /v2/groups/~?dryRun=true',
        { apps: [idle('a', { cmd: undefined })] },
        { status: 422 },
      ),
    ],
  },
];

export const groups: Area = {
  name: 'groups',
  about: 'groups: create, the forms of PUT, dry runs',
  cases: [...create, ...structure, ...dryRun],
};

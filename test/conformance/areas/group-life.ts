import {
  absent,
  allOf,
  containing,
  each,
  inAnyOrder,
  like,
  timestamp,
  type Area,
  type Case,
  type Wanted,
} from '../language/index.js';
import { addGroup, ask, deployed, idle, invalid, misshapen, shows, tell } from './steps.js';

const versions: readonly Case[] = [
  {
    name: 'Versions of a group are a plain list of times.',
    source: 'GRP-24',
    steps: [
      { send: 'POST /v2/groups', body: { id: '/~' }, keep: { v1: 'body.version' } },
      { send: 'PUT /v2/groups/~', body: { apps: [idle('a')] }, keep: { v2: 'body.version' } },
      ask('GET /v2/groups/~/versions', 200, allOf(containing('{{v1}}', '{{v2}}'), each(timestamp))),
    ],
  },
  {
    name: 'Versions of the root are a plain list of times.',
    source: '4.2',
    steps: [
      { send: 'POST /v2/groups', body: { id: '/~' }, keep: { v1: 'body.version' } },
      ask('GET /v2/groups/versions', 200, containing('{{v1}}')),
    ],
  },
  {
    name: 'A version of a group shows what it was, without runtime embeds.',
    source: '4.2',
    steps: [
      {
        send: 'POST /v2/groups',
        body: { id: '/~', apps: [idle('a')] },
        keep: { v1: 'body.version' },
      },
      tell('PUT /v2/groups/~', { apps: [idle('b')] }, deployed),
      ask('GET /v2/groups/~/versions/{{v1}}', 200, {
        id: '/~',
        apps: [{ id: '/~/a', tasks: absent, deployments: absent }],
      }),
    ],
  },
  {
    name: 'A version of the root shows the group as it was.',
    source: '4.2',
    steps: [
      {
        send: 'POST /v2/groups',
        body: { id: '/~', apps: [idle('a')] },
        keep: { v1: 'body.version' },
      },
      tell('PUT /v2/groups/~', { apps: [] }, deployed),
      ask('GET /v2/groups/versions/{{v1}}', 200, {
        id: '/',
        groups: containing({ id: '/~', apps: [{ id: '/~/a' }] }),
      }),
    ],
  },
  {
    name: 'An unknown version of a group is 404 with the text of the group.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~' }),
      ask('GET /v2/groups/~/versions/2001-01-01T00:00:00.000Z', 404, {
        message: "Group '/~' does not exist",
      }),
    ],
  },
  {
    name: 'A version of a group that is no time is 422.',
    source: '2.4',
    steps: [
      addGroup({ id: '/~' }),
      ask('GET /v2/groups/~/versions/soon', 422, {
        message: "Invalid timestamp provided 'soon'. Expecting ISO-8601 datetime string.",
      }),
    ],
  },
  {
    name: 'A version alone puts a group back as it was.',
    source: 'GRP-09',
    steps: [
      {
        send: 'POST /v2/groups',
        body: { id: '/~', apps: [idle('a')], groups: [{ id: 'x', apps: [idle('c')] }] },
        keep: { v1: 'body.version' },
      },
      tell(
        'PUT /v2/groups/~',
        { apps: [idle('a', { cmd: 'sleep 5' }), idle('b')], groups: [] },
        deployed,
      ),
      tell('PUT /v2/groups/~', { version: '{{v1}}' }, deployed),
      shows('/~/a', { cmd: 'sleep 1000' }),
      shows('/~/x/c', { cmd: 'sleep 1000' }),
      ask('GET /v2/apps/~/b', 404),
    ],
  },
  {
    name: 'A group cannot go back to a version there never was.',
    source: '2.4',
    steps: [
      addGroup({ id: '/~' }),
      tell(
        'PUT /v2/groups/~',
        { version: '2001-01-01T00:00:00.000Z' },
        {
          status: 422,
          body: { message: 'Group /~ not available in version 2001-01-01T00:00:00.000Z' },
        },
      ),
    ],
  },
  {
    name: 'A version of a group goes with nothing else.',
    source: '4.2',
    steps: [
      { send: 'POST /v2/groups', body: { id: '/~' }, keep: { v1: 'body.version' } },
      tell(
        'PUT /v2/groups/~',
        { version: '{{v1}}', id: '/~' },
        invalid('/version', 'not allowed in conjunction with other properties.'),
      ),
    ],
  },
];

const roles: readonly Case[] = [
  {
    name: 'PATCH switches enforceRole: 200, no body, no deployment.',
    source: 'GRP-21',
    steps: [
      addGroup({ id: '/~' }),
      tell(
        'PATCH /v2/groups/~',
        { enforceRole: true },
        { status: 200, text: '', headers: { 'marathon-deployment-id': absent } },
      ),
      ask('GET /v2/groups/~', 200, { enforceRole: true }),
    ],
  },
  {
    name: 'PATCH of a group within another is refused.',
    source: 'GRP-22',
    steps: [
      addGroup({ id: '/~/b' }),
      tell(
        'PATCH /v2/groups/~/b',
        { enforceRole: true },
        invalid('/', 'Path needs to be top-level'),
      ),
    ],
  },
  {
    name: 'PATCH of an unknown group is 404.',
    source: '4.2',
    steps: [
      tell(
        'PATCH /v2/groups/~',
        { enforceRole: true },
        { status: 404, body: { message: "Group '/~' does not exist" } },
      ),
    ],
  },
  {
    name: 'PATCH without enforceRole sets it to the default.',
    source: '4.2',
    needs: ['settings'],
    steps: [
      addGroup({ id: '/~', enforceRole: true }),
      tell('PATCH /v2/groups/~', {}, { status: 200 }),
      ask('GET /v2/groups/~', 200, { enforceRole: false }),
    ],
  },
  {
    name: 'PATCH with a word for enforceRole has the wrong shape.',
    source: '2.2',
    steps: [
      addGroup({ id: '/~' }),
      tell(
        'PATCH /v2/groups/~',
        { enforceRole: 'yes' },
        misshapen('/enforceRole', 'error.expected.jsboolean'),
      ),
    ],
  },
  {
    name: 'Services and enforceRole are changed one after the other.',
    source: 'GRP-23',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')] }),
      tell(
        'PUT /v2/groups/~',
        { apps: [idle('a', { cmd: 'sleep 5' })], enforceRole: true },
        invalid(
          like(/enforceRole$/),
          'enforceRole cannot be modified in a request that adds, removes or modifies services; please make these changes in separate requests.',
        ),
      ),
    ],
  },
  {
    name: 'Only top-level groups enforce a role.',
    source: '7.4',
    steps: [
      tell(
        'PUT /v2/groups/~',
        { groups: [{ id: 'b', enforceRole: true }] },
        invalid(
          '/groups(0)/enforceRole',
          'enforceRole can only be set for top-level groups, and /~/b is not top-level',
        ),
      ),
    ],
  },
  {
    name: 'A new group may enforce its role at once.',
    source: '6.5',
    steps: [
      addGroup({ id: '/~', enforceRole: true, apps: [idle('a')] }),
      shows('/~/a', { role: '~' }),
    ],
  },
];

const ends: readonly Case[] = [
  {
    name: 'DELETE of an empty group answers the deployment, and the group is gone.',
    source: 'GRP-04',
    steps: [
      addGroup({ id: '/~' }),
      { send: 'DELETE /v2/groups/~', expect: deployed },
      ask('GET /v2/groups/~', 404),
    ],
  },
  {
    name: 'DELETE of a group takes all apps below with it.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')], groups: [{ id: 'x', apps: [idle('b')] }] }),
      { send: 'DELETE /v2/groups/~', expect: deployed },
      ask('GET /v2/apps/~/x/b', 404),
      ask('GET /v2/apps?id=~', 200, { apps: [] }),
    ],
  },
  {
    name: 'DELETE of a group leaves the one above.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~', groups: [{ id: 'x', apps: [idle('b')] }] }),
      { send: 'DELETE /v2/groups/~/x', expect: deployed },
      ask('GET /v2/groups/~', 200, { groups: [] }),
    ],
  },
  {
    name: 'DELETE of everything empties the root.',
    source: '4.2',
    needs: ['root'],
    steps: [
      addGroup({ id: '/~', apps: [idle('a')] }),
      { send: 'DELETE /v2/groups?force=true', expect: deployed },
      ask('GET /v2/groups', 200, { id: '/', apps: [], pods: [], groups: [], dependencies: [] }),
      ask('GET /v2/apps', 200, { apps: [] }),
    ],
  },
  {
    name: 'A structure for the root replaces the whole tree.',
    source: '4.2',
    needs: ['root'],
    steps: [
      addGroup({ id: '/~-old', apps: [idle('a')] }),
      tell('PUT /v2/groups', { groups: [{ id: '~', apps: [idle('a')] }] }, deployed),
      ask('GET /v2/groups', 200, { groups: [{ id: '/~', apps: [{ id: '/~/a' }] }] }),
    ],
  },
  {
    name: 'The root has the version of the last change.',
    source: '3.2',
    needs: ['root'],
    steps: [
      { send: 'PUT /v2/groups/~', body: { apps: [idle('a')] }, keep: { version: 'body.version' } },
      ask('GET /v2/groups', 200, { version: '{{version}}', groups: [{ version: '{{version}}' }] }),
    ],
  },
];

const embeds: readonly Case[] = [
  {
    name: 'Without embed a group shows apps, pods and groups, and nothing of what runs.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')], groups: [{ id: 'x' }] }),
      ask('GET /v2/groups/~', 200, {
        apps: [{ id: '/~/a', tasks: absent, tasksRunning: absent, deployments: absent }],
        groups: [{ id: '/~/x' }],
      }),
    ],
  },
  ...(
    [
      [
        'group.apps',
        'apps',
        { apps: [{ id: '/~/a', tasksRunning: absent }], groups: [], pods: [] },
      ],
      ['group.groups', 'groups', { apps: [], groups: [{ id: '/~/x' }] }],
      ['group.apps.counts', 'no apps', { apps: [], groups: [] }],
      [
        'group.apps&embed=group.apps.counts',
        'apps with counts',
        { apps: [{ tasksRunning: 0, deployments: absent }] },
      ],
      ['group.apps&embed=group.apps.tasks', 'apps with tasks', { apps: [{ tasks: [] }] }],
      [
        'group.apps&embed=group.apps.deployments',
        'apps with deployments',
        { apps: [{ deployments: [] }] },
      ],
      [
        'group.apps&embed=group.groups',
        'apps of groups, too',
        { apps: [{ id: '/~/a' }], groups: [{ apps: [{ id: '/~/x/b' }] }] },
      ],
    ] as const
  ).map(([embed, what, body]) => ({
    name: `embed=${embed} shows ${what}.`,
    source: '4.2',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')], groups: [{ id: 'x', apps: [idle('b')] }] }),
      ask(`GET /v2/groups/~?embed=${embed}`, 200, body as Wanted),
    ],
  })),
  {
    name: 'The apps of a group are a plain list, with those of groups within.',
    source: '4.2',
    steps: [
      addGroup({ id: '/~', apps: [idle('a')], groups: [{ id: 'x', apps: [idle('b')] }] }),
      ask('GET /v2/groups/~/apps', 200, inAnyOrder({ id: '/~/a' }, { id: '/~/x/b' })),
    ],
  },
  {
    name: 'The apps of an unknown group are none.',
    source: '4.2',
    steps: [ask('GET /v2/groups/~/no/apps', 200, [])],
  },
  {
    name: 'The root is always there.',
    source: '4.2',
    steps: [ask('GET /v2/groups', 200, { id: '/', version: timestamp, enforceRole: absent })],
  },
  {
    name: 'A doubled slash before the id of a group changes nothing.',
    source: '1.1',
    steps: [addGroup({ id: '/~/b' }), ask('GET /v2/groups//~/b', 200, { id: '/~/b' })],
  },
];

export const groupLife: Area = {
  name: 'grouplife',
  about: 'groups: versions, roles, ends, embeds',
  cases: [...versions, ...roles, ...ends, ...embeds],
};

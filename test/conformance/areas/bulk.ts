import { absent, containing, type Area, type Case } from '../language/index.js';
import { add, ask, deployed, idle, invalid, misshapen, shows, tell } from './steps.js';

const cases: readonly Case[] = [
  {
    name: 'PUT of a list creates what is unknown and changes what is known, in one deployment.',
    source: '4.1',
    steps: [
      add(idle('/~/a', { env: { A: '1' } })),
      tell('PUT /v2/apps', [{ id: '/~/a', cmd: 'sleep 5' }, idle('/~/b')], deployed),
      shows('/~/a', { cmd: 'sleep 5', env: { A: '1' } }),
      shows('/~/b', { cmd: 'sleep 1000' }),
    ],
  },
  {
    name: 'A list that creates everything is answered with 200 all the same.',
    source: '4.1',
    steps: [
      tell('PUT /v2/apps', [idle('/~/a'), idle('/~/b')], deployed),
      shows('/~/b', { id: '/~/b' }),
    ],
  },
  {
    name: 'All apps of a list get the same version.',
    source: '4.1',
    steps: [
      {
        send: 'PUT /v2/apps',
        body: [idle('/~/a'), idle('/~/b')],
        keep: { version: 'body.version' },
      },
      ask('GET /v2/apps?id=~', 200, {
        apps: [{ version: '{{version}}' }, { version: '{{version}}' }],
      }),
    ],
  },
  {
    name: 'An element of a list needs an id.',
    source: '2.4',
    steps: [
      tell('PUT /v2/apps', [{ cmd: 'sleep 5' }], {
        status: 422,
        body: { message: 'requirement failed: App Update must have app id set' },
      }),
    ],
  },
  {
    name: 'An element of a PATCH needs an id.',
    source: '2.4',
    steps: [
      tell('PATCH /v2/apps', [{ cmd: 'sleep 5' }], {
        status: 422,
        body: { message: 'requirement failed: App Update must have app id set' },
      }),
    ],
  },
  {
    name: 'A new app in a list needs enough of an app.',
    source: '4.1',
    steps: [
      tell('PUT /v2/apps', [idle('/~/a'), { id: '/~/b', instances: 0 }], { status: 422 }),
      ask('GET /v2/apps/~/a', 404),
    ],
  },
  {
    name: 'One wrong element refuses the whole list.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      tell(
        'PUT /v2/apps',
        [{ id: '/~/a', cmd: 'sleep 5' }, idle('/~/b', { networks: [{ mode: 'host', name: 'n' }] })],
        { status: 422 },
      ),
      shows('/~/a', { cmd: 'sleep 1000' }),
    ],
  },
  {
    name: 'A wrong shape in a list is told with the index of the element.',
    source: '2.1',
    steps: [
      tell(
        'PUT /v2/apps',
        [idle('/~/a'), idle('/~/b', { cpus: 'x' })],
        misshapen('(1)/cpus', 'error.expected.jsnumber'),
      ),
    ],
  },
  {
    name: 'An object in place of a list is the wrong shape.',
    source: '2.2',
    steps: [tell('PUT /v2/apps', idle('/~/a'), misshapen('', 'error.expected.jsarray'))],
  },
  {
    name: 'Elements of a list may roll back.',
    source: '4.1',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { first: 'body.version' } },
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 5' }, deployed),
      tell('PUT /v2/apps', [{ id: '/~/a', version: '{{first}}' }, idle('/~/b')], deployed),
      shows('/~/a', { cmd: 'sleep 1000' }),
    ],
  },
  {
    name: 'A list with partialUpdate=false holds whole apps.',
    source: '4.1',
    steps: [
      add(idle('/~/a', { cpus: 0.5, env: { A: '1' } })),
      tell('PUT /v2/apps?partialUpdate=false', [idle('/~/a')], deployed),
      shows('/~/a', { cpus: 1, env: absent }),
    ],
  },
  {
    name: 'PATCH of a list changes what is known.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      add(idle('/~/b')),
      tell(
        'PATCH /v2/apps',
        [
          { id: '/~/a', cmd: 'sleep 5' },
          { id: '/~/b', cmd: 'sleep 6' },
        ],
        deployed,
      ),
      shows('/~/b', { cmd: 'sleep 6' }),
    ],
  },
  {
    name: 'PATCH of a list with an unknown app is 404 and changes nothing.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      tell('PATCH /v2/apps', [{ id: '/~/a', cmd: 'sleep 5' }, idle('/~/b')], {
        status: 404,
        body: { message: "App '/~/b' does not exist" },
      }),
      shows('/~/a', { cmd: 'sleep 1000' }),
    ],
  },
  {
    name: 'Lists may have apps that depend on each other.',
    source: '4.1',
    steps: [
      tell('PUT /v2/apps', [idle('/~/web', { dependencies: ['/~/db'] }), idle('/~/db')], deployed),
      shows('/~/web', { dependencies: ['/~/db'] }),
    ],
  },
  {
    name: 'An empty list is a deployment without steps.',
    source: '4.1',
    steps: [tell('PUT /v2/apps', [], deployed)],
  },
  {
    name: 'A list that would make a cycle is refused.',
    source: '7.4',
    steps: [
      tell(
        'PUT /v2/apps',
        [idle('/~/a', { dependencies: ['/~/b'] }), idle('/~/b', { dependencies: ['/~/a'] })],
        invalid('/', 'Dependency graph has cyclic dependencies.'),
      ),
      ask('GET /v2/apps?id=~', 200, { apps: [] }),
    ],
  },
  {
    name: 'A change by list tells no api_post_event.',
    source: '4.1',
    steps: [
      { listen: '/v2/events' },
      tell('PUT /v2/apps', [idle('/~/a')], deployed),
      add(idle('/~/b')),
      {
        hear: [{ event: 'api_post_event', data: { appDefinition: { id: '/~/b' } } }],
        butNot: [{ event: 'api_post_event', data: { appDefinition: { id: '/~/a' } } }],
      },
    ],
  },
  {
    name: 'Relative ids in a list are taken from the root.',
    source: '3.1',
    steps: [
      tell('PUT /v2/apps', [idle('~/a')], deployed),
      ask('GET /v2/apps?id=~', 200, { apps: containing({ id: '/~/a' }) }),
    ],
  },
];

export const bulk: Area = { name: 'bulk', about: 'PUT and PATCH of lists of apps', cases };

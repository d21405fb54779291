import {
  containing,
  differs,
  exactly,
  inAnyOrder,
  like,
  type Area,
  type Case,
  type Wanted,
} from '../language/index.js';
import {
  add,
  addGroup,
  ask,
  deployed,
  deploying,
  idle,
  invalid,
  running,
  shows,
  sleeper,
  stuck,
  tell,
  type Json,
} from './steps.js';

type Action = 'Start' | 'Stop' | 'Scale' | 'Restart';

/** `Start a b`: one step, its actions in whatever order. */
function step(text: string): Wanted {
  const actions = text.split(', ').map((one) => {
    const [action = '', app = ''] = one.split(' ');
    return { action: `${action as Action}Application`, app: `/~/${app}` };
  });
  return { actions: inAnyOrder(...actions) };
}

/** What PUT of this group would do to the one before, as a dry run tells. */
function plan(
  source: string,
  name: string,
  before: Json | undefined,
  after: Json,
  steps: readonly string[],
): Case {
  return {
    name,
    source,
    steps: [
      ...(before === undefined ? [] : [addGroup({ id: '/~', ...before })]),
      tell('PUT /v2/groups/~?dryRun=true', after, {
        status: 200,
        body: { steps: steps.map(step) },
      }),
    ],
  };
}

const some = (id: string, more: Json = {}): Json => ({ id, cmd: 'sleep 1000', ...more });
const on = (id: string, ...dependencies: readonly string[]): Json => some(id, { dependencies });

/** In a group that cannot run anything, so that no step ends and nothing is started. */
const nowhere = (app: Json): Json => ({
  ...app,
  constraints: [['hostname', 'CLUSTER', 'nowhere']],
});

const shapes: readonly Case[] = [
  plan(
    'DEP-06',
    'New apps are all started, then scaled level by level.',
    undefined,
    {
      apps: [some('a'), on('b', 'a'), on('c', 'a'), on('d', 'b')],
    },
    ['Start a, Start b, Start c, Start d', 'Scale a', 'Scale b, Scale c', 'Scale d'],
  ),
  plan(
    'DEP-07',
    'The level of an app is one above the highest it depends on.',
    undefined,
    {
      apps: [on('a', 'b', 'c'), on('b', 'c'), on('c', 'd'), some('d'), some('e')],
    },
    [
      'Start a, Start b, Start c, Start d, Start e',
      'Scale d, Scale e',
      'Scale c',
      'Scale b',
      'Scale a',
    ],
  ),
  plan(
    'DEP-09',
    'Independent new apps are two steps.',
    undefined,
    {
      apps: ['a', 'b', 'c', 'd'].map((id) => some(id, { instances: 10 })),
    },
    ['Start a, Start b, Start c, Start d', 'Scale a, Scale b, Scale c, Scale d'],
  ),
  plan(
    'DEP-19',
    'A change of the definition with no instances is a scale.',
    { apps: [idle('a')] },
    {
      apps: [idle('a', { cmd: 'sleep 5' })],
    },
    ['Scale a'],
  ),
  plan(
    'DEP-18',
    'A change of arguments only is a restart.',
    {
      apps: [
        nowhere(
          some('a', {
            cmd: undefined,
            args: ['x'],
            container: { type: 'DOCKER', docker: { image: 'x' } },
          }),
        ),
      ],
    },
    {
      apps: [
        nowhere(
          some('a', {
            cmd: undefined,
            args: ['y'],
            container: { type: 'DOCKER', docker: { image: 'x' } },
          }),
        ),
      ],
    },
    ['Restart a'],
  ),
  plan(
    '8',
    'A change of instances only is a scale.',
    { apps: [nowhere(some('a'))] },
    {
      apps: [nowhere(some('a', { instances: 5 }))],
    },
    ['Scale a'],
  ),
  plan(
    '8',
    'A change of instances and definition is a restart.',
    { apps: [nowhere(some('a'))] },
    {
      apps: [nowhere(some('a', { instances: 5, cmd: 'sleep 5' }))],
    },
    ['Restart a'],
  ),
  plan(
    'UPG-29',
    'A change of labels is a restart.',
    { apps: [nowhere(some('a'))] },
    {
      apps: [nowhere(some('a', { labels: { x: 'y' } }))],
    },
    ['Restart a'],
  ),
  plan(
    'UPG-29',
    'A change of the upgrade strategy is a restart.',
    { apps: [nowhere(some('a'))] },
    {
      apps: [
        nowhere(
          some('a', { upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 } }),
        ),
      ],
    },
    ['Restart a'],
  ),
  plan(
    '8',
    'No change is no step.',
    { apps: [nowhere(some('a'))] },
    { apps: [nowhere(some('a'))] },
    [],
  ),
  plan(
    'DEP-13',
    'Changed apps restart in their order, others are left alone.',
    {
      apps: [nowhere(on('a', 'b')), nowhere(on('b', 'c')), nowhere(some('c'))],
    },
    {
      apps: [nowhere(on('a', 'b')), nowhere(on('b', 'c')), nowhere(some('c'))].map((app) =>
        app['id'] === 'b' ? app : { ...app, cmd: 'sleep 5' },
      ),
    },
    ['Restart c', 'Restart a'],
  ),
  {
    name: 'Dependencies of groups order the apps within them.',
    source: 'DEP-02',
    steps: [
      tell(
        'PUT /v2/groups/~?dryRun=true',
        {
          groups: [
            { id: 'web', dependencies: ['../service'], apps: [some('w')] },
            { id: 'service', dependencies: ['/~/db'], apps: [some('s')] },
            { id: 'db', apps: [some('d')] },
          ],
        },
        {
          status: 200,
          body: {
            steps: [
              'Start web/w, Start service/s, Start db/d',
              'Scale db/d',
              'Scale service/s',
              'Scale web/w',
            ].map(step),
          },
        },
      ),
    ],
  },
  {
    name: 'Apps that nothing depends on are stopped first where a document removes several.',
    source: 'DEP-11',
    steps: [
      addGroup({ id: '/~', apps: [idle('db'), idle('web', { dependencies: ['db'] })] }),
      tell(
        'PUT /v2/groups/~?dryRun=true',
        { apps: [] },
        {
          status: 200,
          body: {
            steps: differs({
              marathon: [step('Stop db, Stop web')],
              ekiden: [step('Stop web'), step('Stop db')],
            }),
          },
        },
      ),
    ],
  },
  {
    name: 'A big change has stops, starts, and the rest level by level.',
    source: 'DEP-08',
    steps: [
      addGroup({
        id: '/~',
        apps: [
          nowhere(some('mongo')),
          nowhere(on('srv', 'mongo')),
          idle('gone'),
          nowhere(some('ind')),
        ],
      }),
      tell(
        'PUT /v2/groups/~?dryRun=true',
        {
          apps: [
            nowhere(some('mongo', { cmd: 'sleep 5', instances: 8 })),
            nowhere({ ...on('srv', 'mongo'), cmd: 'sleep 5', instances: 10 }),
            nowhere(some('ind', { cmd: 'sleep 5', instances: 3 })),
            { ...on('fresh', 'srv'), instances: 2 },
          ],
        },
        {
          status: 200,
          body: {
            steps: [
              'Stop gone',
              'Start fresh',
              'Restart mongo, Restart ind',
              'Restart srv',
              'Scale fresh',
            ].map(step),
          },
        },
      ),
    ],
  },
];

const dependencies: readonly Case[] = [
  {
    name: 'A cycle of dependencies is refused, and nothing changes.',
    source: 'DEP-04',
    steps: [
      tell(
        'PUT /v2/groups/~',
        { apps: [on('a', 'b'), on('b', 'c'), on('c', 'a')] },
        invalid('/', 'Dependency graph has cyclic dependencies.'),
      ),
      ask('GET /v2/groups/~', 404),
    ],
  },
  {
    name: 'An app that depends on itself is a cycle.',
    source: 'DEP-04',
    steps: [tell('PUT /v2/groups/~', { apps: [on('a', 'a')] }, { status: 422 })],
  },
  {
    name: 'Groups that depend on each other are a cycle.',
    source: 'DEP-04',
    steps: [
      tell(
        'PUT /v2/groups/~',
        {
          groups: [
            { id: 'x', dependencies: ['../y'], apps: [idle('a')] },
            { id: 'y', dependencies: ['../x'], apps: [idle('b')] },
          ],
        },
        invalid('/', 'Dependency graph has cyclic dependencies.'),
      ),
    ],
  },
  {
    name: 'A dependency on what is not there is refused with the nearest id.',
    source: 'DEP-14',
    needs: ['settings'],
    steps: [
      add(idle('/~/database')),
      tell('POST /v2/apps', idle('/~/web', { dependencies: ['/~/databse'] }), {
        status: differs({ marathon: 201, ekiden: 422 }),
        body: differs({
          marathon: { id: '/~/web' },
          ekiden: {
            details: containing({
              path: like(/dependencies\(0\)/),
              errors: containing(like(/\/~\/database\b/)),
            }),
          },
        }),
      }),
    ],
  },
  {
    name: 'A dependency may be added by the very write that adds what it names.',
    source: '7.2',
    steps: [
      tell('PUT /v2/groups/~', { apps: [idle('a', { dependencies: ['b'] }), idle('b')] }, deployed),
    ],
  },
  {
    name: 'A plan that waits shows its steps, and which one it is at.',
    source: 'DPL-19',
    steps: [
      {
        send: 'PUT /v2/groups/~',
        body: { apps: [stuck('db'), idle('web', { dependencies: ['db'] })] },
        keep: { id: 'body.deploymentId', version: 'body.version' },
      },
      deploying('/~/db', {
        id: '{{id}}',
        version: '{{version}}',
        steps: [step('Start db, Start web'), step('Scale db'), step('Scale web')],
        affectedApps: inAnyOrder('/~/db', '/~/web'),
        affectedPods: [],
        currentActions: [
          exactly({ action: 'ScaleApplication', app: '/~/db', readinessCheckResults: [] }),
        ],
        currentStep: 2,
        totalSteps: 3,
      }),
    ],
  },
  {
    name: 'What is stuck holds up what depends on it.',
    source: 'DEP-16',
    needs: ['tasks'],
    steps: [
      tell(
        'PUT /v2/groups/~',
        { apps: [stuck('db'), sleeper('web', 1, { dependencies: ['db'] })] },
        deployed,
      ),
      deploying('/~/web', { currentStep: 2 }),
      shows('/~/web', { tasks: [], instances: 1 }),
      tell('PUT /v2/apps/~/db?force=true', { cmd: 'exec sleep 1000', constraints: [] }, deployed),
      running('/~/web', 1),
    ],
  },
];

export const plans: Area = {
  name: 'plans',
  about: 'dependencies, and the steps of deployments',
  cases: [...shapes, ...dependencies],
};

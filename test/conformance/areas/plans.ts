import { differs, type Area, type Case } from '../language/index.js';
import { planDependencies } from './plan-dependencies.js';
import { on, some, step } from './plan-steps.js';
import { addGroup, idle, tell, type Json } from './steps.js';

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

export const plans: Area = {
  name: 'plans',
  about: 'dependencies, and the steps of deployments',
  cases: [...shapes, ...planDependencies],
};

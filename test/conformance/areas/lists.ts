import {
  absent,
  containing,
  exactly,
  inAnyOrder,
  like,
  type Area,
  type Case,
  type Wanted,
} from '../language/index.js';
import { add, addGroup, ask, idle, running, sleeper, type Json } from './steps.js';

const LABELLED: readonly Json[] = [
  { id: 'web', labels: { tier: 'web', env: 'prod' } },
  { id: 'db', labels: { tier: 'db', 'owner.team': 'a b' } },
  { id: 'plain', labels: {} },
];

/** The selector finds these of web (tier web, env prod), db (tier db, owner.team "a b"), plain. */
function selects(name: string, selector: string, found: readonly string[]): Case {
  return {
    name,
    source: '4.1',
    steps: [
      addGroup({ id: '/~', apps: LABELLED.map(({ id, labels }) => idle(String(id), { labels })) }),
      {
        send: `GET /v2/apps?id=~&label=${encodeURIComponent(selector)}`,
        expect: {
          status: 200,
          body: { apps: inAnyOrder(...found.map((id) => ({ id: `/~/${id}` }))) },
        },
      },
    ],
  };
}

function badSelector(name: string, selector: string): Case {
  return {
    name,
    source: '2.4',
    steps: [
      ask(`GET /v2/apps?id=~&label=${encodeURIComponent(selector)}`, 422, {
        message: like(/^Can not parse label selector .*\. Reason: ./),
      }),
    ],
  };
}

const labels: readonly Case[] = [
  selects('A name alone asks for the label to be there.', 'tier', ['web', 'db']),
  selects('Two equal signs ask for a value.', 'tier==web', ['web']),
  selects('Blanks between tokens are ignored.', ' tier  ==  web ', ['web']),
  selects('Unequal asks for another value, and for the label to be there.', 'tier!=web', ['db']),
  selects('In asks for one of the values.', 'tier in (web, db)', ['web', 'db']),
  selects('In with one value is like equal.', 'tier in (db)', ['db']),
  selects('Notin asks for none of the values, and for the label to be there.', 'tier notin (web)', [
    'db',
  ]),
  selects('Notin of all values finds nothing.', 'tier notin (web,db)', []),
  selects('A comma means and.', 'tier==web,env==prod', ['web']),
  selects('What one part refuses the others do not bring back.', 'tier==web,env==test', []),
  selects('Dots belong to names.', 'owner.team', ['db']),
  selects('A backslash takes any character literally.', 'owner.team==a\\ b', ['db']),
  selects('An empty selector finds everything.', '', ['web', 'db', 'plain']),
  selects('A label that nobody has finds nothing.', 'nobody', []),
  badSelector('A single equal sign is no operator.', 'tier=web'),
  badSelector('A value is needed after the operator.', 'tier=='),
  badSelector('A list has to be closed.', 'tier in (web'),
  badSelector('A list is not empty.', 'tier in ()'),
  badSelector('A comma needs something behind it.', 'tier,'),
  badSelector('Characters beyond the alphabet have to be escaped.', 'a/b'),
];

const filters: readonly Case[] = [
  {
    name: 'The filter by id is a part of it in any case.',
    source: '4.1',
    steps: [
      add(idle('/~/web')),
      add(idle('/~/db')),
      ask('GET /v2/apps?id=~/WE', 200, { apps: [{ id: '/~/web' }] }),
    ],
  },
  {
    name: 'The filter by command is a part of it in any case.',
    source: '4.1',
    steps: [
      add(idle('/~/a', { cmd: 'Sleep 77' })),
      add(idle('/~/b')),
      ask('GET /v2/apps?id=~&cmd=sLEEP%2077', 200, { apps: [{ id: '/~/a' }] }),
    ],
  },
  {
    name: 'Apps without a command are never found by one, not even by the empty one.',
    source: '4.1',
    steps: [
      add(idle('/~/a', { cmd: undefined, container: { type: 'DOCKER', docker: { image: 'x' } } })),
      add(idle('/~/b')),
      ask('GET /v2/apps?id=~&cmd=', 200, { apps: [{ id: '/~/b' }] }),
    ],
  },
  {
    name: 'Filters are and-ed.',
    source: '4.1',
    steps: [
      add(idle('/~/a', { labels: { x: '1' } })),
      add(idle('/~/b', { labels: { x: '1' } })),
      ask('GET /v2/apps?id=~/b&label=x', 200, { apps: [{ id: '/~/b' }] }),
    ],
  },
  {
    name: 'A filter that finds nothing answers an empty list.',
    source: '4.1',
    steps: [ask('GET /v2/apps?id=~', 200, exactly({ apps: [] }))],
  },
  {
    name: 'All apps are listed without a filter.',
    source: '4.1',
    steps: [add(idle('/~/a')), ask('GET /v2/apps', 200, { apps: containing({ id: '/~/a' }) })],
  },
];

const COUNTS = { tasksStaged: 0, tasksRunning: 0, tasksHealthy: 0, tasksUnhealthy: 0 };
const RUNTIME = {
  tasks: absent,
  readinessCheckResults: absent,
  lastTaskFailure: absent,
  tasksStats: absent,
};

/** The list shows this of an app without tasks. */
function embeds(name: string, query: string, app: Wanted): Case {
  return {
    name,
    source: 'APP-26',
    steps: [add(idle('/~/a')), ask(`GET /v2/apps?id=~${query}`, 200, { apps: [app] })],
  };
}

const embedding: readonly Case[] = [
  embeds('A list always embeds counts and deployments, and nothing else.', '', {
    ...COUNTS,
    ...RUNTIME,
    deployments: [],
  }),
  embeds('A list embeds tasks when asked.', '&embed=apps.tasks', { ...COUNTS, tasks: [] }),
  embeds('The prefix app is the same as apps.', '&embed=app.tasks', { tasks: [] }),
  embeds('The prefix group.apps is the same as apps.', '&embed=group.apps.tasks', { tasks: [] }),
  embeds('The prefix may be left out.', '&embed=tasks', { tasks: [] }),
  embeds('Readiness results are embedded when asked.', '&embed=apps.readiness', {
    readinessCheckResults: [],
  }),
  embeds('Failures, the old word, embeds tasks.', '&embed=apps.failures', {
    tasks: [],
    deployments: [],
    lastTaskFailure: absent,
  }),
  embeds('Statistics of an app without tasks have no bucket.', '&embed=apps.taskStats', {
    tasksStats: exactly({}),
  }),
  embeds('Several embeds add up.', '&embed=apps.tasks&embed=apps.readiness', {
    tasks: [],
    readinessCheckResults: [],
  }),
  embeds('Unknown embeds are ignored.', '&embed=apps.weather', { ...COUNTS, tasks: absent }),
  {
    name: 'A single app embeds counts, tasks and deployments, and no failure when there is none.',
    source: 'APP-26',
    steps: [
      add(idle('/~/a')),
      ask(
        'GET /v2/apps/~/a',
        200,
        exactly({
          app: {
            ...COUNTS,
            tasks: [],
            deployments: [],
            lastTaskFailure: absent,
            tasksStats: absent,
            readinessCheckResults: absent,
          },
        }),
      ),
    ],
  },
  {
    name: 'A single app embeds statistics and readiness when asked.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      ask('GET /v2/apps/~/a?embed=apps.taskStats&embed=app.readiness', 200, {
        app: { tasksStats: exactly({}), readinessCheckResults: [] },
      }),
    ],
  },
  {
    name: 'Statistics count running tasks by what they are of.',
    source: '5.9',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1)),
      running('/~/a', 1),
      ask('GET /v2/apps/~/a?embed=app.taskStats', 200, {
        app: {
          tasksStats: {
            startedAfterLastScaling: {
              stats: { counts: { staged: 0, running: 1, healthy: 0, unhealthy: 0 } },
            },
            withLatestConfig: { stats: { counts: { running: 1 } } },
            withOutdatedConfig: absent,
            totalSummary: { stats: { counts: { running: 1 } } },
          },
        },
      }),
    ],
  },
  {
    name: 'A failure is embedded in a single app, and in a list when asked.',
    source: 'APP-28',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { cmd: 'exit 7', backoffSeconds: 60 })),
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: {
            app: {
              lastTaskFailure: {
                appId: '/~/a',
                host: like(/./),
                message: like(/./),
                state: 'TASK_FAILED',
                taskId: like(/^~_a\.instance-/),
                timestamp: like(/Z$/),
                version: like(/Z$/),
              },
            },
          },
        },
      },
      ask('GET /v2/apps?id=~&embed=apps.lastTaskFailure', 200, {
        apps: [{ lastTaskFailure: { state: 'TASK_FAILED' } }],
      }),
    ],
  },
];

export const selectors: Area = {
  name: 'labels',
  about: 'label selectors',
  cases: labels,
};

export const lists: Area = {
  name: 'lists',
  about: 'filters of the list of apps, and what it embeds',
  cases: [...filters, ...embedding],
};

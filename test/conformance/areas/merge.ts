import { absent, differs, exactly, type Area, type Case, type Wanted } from '../language/index.js';
import { add, deployed, idle, invalid, misshapen, shows, tell, type Json } from './steps.js';

/** What an update of an app makes of it. */
function merges(name: string, before: Json, update: Json, after: Wanted, source = '4.1.2'): Case {
  return {
    name,
    source,
    steps: [
      add(idle('/~/a', before)),
      tell('PUT /v2/apps/~/a', update, deployed),
      shows('/~/a', after),
    ],
  };
}

/** What a replacement of an app (`partialUpdate=false`) makes of it. */
function replaces(name: string, before: Json, update: Json, after: Wanted): Case {
  return {
    name,
    source: '4.1',
    steps: [
      add(idle('/~/a', before)),
      tell('PUT /v2/apps/~/a?partialUpdate=false', idle('/~/a', update), deployed),
      shows('/~/a', after),
    ],
  };
}

const BRIDGED = {
  networks: [{ mode: 'container/bridge' }],
  container: {
    type: 'DOCKER',
    docker: { image: 'busybox' },
    portMappings: [{ containerPort: 80 }],
  },
};

const partial: readonly Case[] = [
  merges(
    'Fields that are not given stay.',
    { env: { A: '1' }, cpus: 0.5, user: 'me' },
    { mem: 64 },
    {
      env: { A: '1' },
      cpus: 0.5,
      user: 'me',
      mem: 64,
    },
    'APP-09',
  ),
  merges(
    'Environment is replaced as a whole.',
    { env: { A: '1', B: '2' } },
    { env: { B: '3' } },
    {
      env: exactly({ B: '3' }),
    },
  ),
  merges(
    'Labels are replaced as a whole.',
    { labels: { a: '1' } },
    { labels: { b: '2' } },
    { labels: exactly({ b: '2' }) },
  ),
  merges(
    'Empty labels remove all labels.',
    { labels: { a: '1' } },
    { labels: {} },
    { labels: exactly({}) },
  ),
  merges(
    'An empty environment removes all of it.',
    { env: { A: '1' } },
    { env: {} },
    { env: absent },
  ),
  merges(
    'An empty list of constraints removes all of them.',
    { constraints: [['hostname', 'UNIQUE']] },
    { constraints: [] },
    { constraints: absent },
  ),
  merges(
    'Null keeps the old value.',
    { user: 'me', env: { A: '1' } },
    { user: null, env: null, cpus: null },
    { user: 'me', env: { A: '1' } },
  ),
  merges(
    'The container is replaced as a whole.',
    BRIDGED,
    {
      container: { type: 'MESOS', docker: { image: 'other' } },
    },
    { container: { type: 'MESOS', docker: { image: 'other' } } },
  ),
  merges(
    'Health checks are replaced as a whole.',
    { healthChecks: [{ protocol: 'TCP' }] },
    {
      healthChecks: [{ protocol: 'HTTP', path: '/x' }],
    },
    { healthChecks: [{ protocol: 'HTTP', path: '/x' }] },
  ),
  merges(
    'A health check of an update gets port index zero.',
    {},
    { healthChecks: [{ protocol: 'HTTP' }] },
    {
      healthChecks: [{ portIndex: 0 }],
    },
    '6.4',
  ),
  merges(
    'An upgrade strategy is replaced as a whole.',
    {},
    {
      upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0.2 },
    },
    { upgradeStrategy: exactly({ minimumHealthCapacity: 0.5, maximumOverCapacity: 0.2 }) },
  ),
  merges(
    'Limits of resources outlive an update that does not repeat them.',
    { resourceLimits: { mem: 512 } },
    { cmd: 'sleep 5' },
    {
      resourceLimits: differs({ marathon: absent, ekiden: { mem: 512 } }),
    },
  ),
  merges(
    'Executor resources outlive an update that does not repeat them.',
    { executorResources: { cpus: 1 } },
    { cmd: 'sleep 5' },
    {
      executorResources: differs({ marathon: absent, ekiden: { cpus: 1 } }),
    },
  ),
  merges(
    'A moved app goes from bridge to host network with one update.',
    BRIDGED,
    { networks: [{ mode: 'host' }], container: { type: 'DOCKER', docker: { image: 'busybox' } } },
    {
      networks: [{ mode: 'host' }],
      container: { portMappings: absent },
    },
  ),
  {
    name: 'An update may not have cmd and args beside each other.',
    source: '4.1.2',
    steps: [
      add(idle('/~/a')),
      tell(
        'PUT /v2/apps/~/a',
        { args: ['x'] },
        invalid(
          '/',
          "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.",
        ),
      ),
      shows('/~/a', { cmd: 'sleep 1000', args: absent }),
    ],
  },
  {
    name: 'A wrong update changes nothing.',
    source: '4.1.2',
    steps: [
      add(idle('/~/a')),
      tell(
        'PUT /v2/apps/~/a',
        { cmd: 'sleep 5', cpus: 'x' },
        misshapen('/cpus', 'error.expected.jsnumber'),
      ),
      shows('/~/a', { cmd: 'sleep 1000', cpus: 1 }),
    ],
  },
  {
    name: 'Old and new network fields do not mix in an update.',
    source: '7.1',
    steps: [
      add(idle('/~/a')),
      tell(
        'PUT /v2/apps/~/a',
        { networks: [{ mode: 'host' }], ipAddress: { networkName: 'n' } },
        {
          status: differs({ marathon: 500, ekiden: 422 }),
        },
      ),
    ],
  },
];

const whole: readonly Case[] = [
  replaces(
    'A replacement sets everything that is not given back to its default.',
    { cpus: 0.5, env: { A: '1' }, user: 'me' },
    {},
    {
      cpus: 1,
      env: absent,
      user: absent,
    },
  ),
  replaces(
    'A replacement may go from cmd to args.',
    {},
    {
      cmd: undefined,
      args: ['x'],
      container: { type: 'DOCKER', docker: { image: 'busybox' } },
    },
    { cmd: absent, args: ['x'] },
  ),
  {
    name: 'A replacement without instances has one.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      tell(
        'PUT /v2/apps/~/a?partialUpdate=false',
        { cmd: 'sleep 5', constraints: [['hostname', 'CLUSTER', 'nowhere']] },
        deployed,
      ),
      shows('/~/a', { instances: 1 }),
    ],
  },
  {
    name: 'A replacement keeps and advances versionInfo.',
    source: '4.1',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { first: 'body.version' } },
      {
        send: 'PUT /v2/apps/~/a?partialUpdate=false',
        body: idle('/~/a', {
          cmd: 'sleep 5',
          versionInfo: {
            lastScalingAt: '2001-01-01T00:00:00.000Z',
            lastConfigChangeAt: '2001-01-01T00:00:00.000Z',
          },
        }),
        keep: { version: 'body.version' },
      },
      shows('/~/a', {
        versionInfo: { lastConfigChangeAt: '{{version}}', lastScalingAt: '{{version}}' },
      }),
    ],
  },
  {
    name: 'In a replacement a version is no order to roll back.',
    source: '4.1',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { first: 'body.version' } },
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 5' }, deployed),
      tell(
        'PUT /v2/apps/~/a?partialUpdate=false',
        idle('/~/a', { cmd: 'sleep 6', version: '{{first}}' }),
        deployed,
      ),
      shows('/~/a', { cmd: 'sleep 6' }),
    ],
  },
  {
    name: 'A partialUpdate that is neither true nor false counts as false.',
    source: '1.7',
    steps: [
      add(idle('/~/a', { cpus: 0.5 })),
      tell('PUT /v2/apps/~/a?partialUpdate=maybe', idle('/~/a'), deployed),
      shows('/~/a', { cpus: 1 }),
    ],
  },
];

export const merge: Area = {
  name: 'merge',
  about: 'what an update keeps and replaces',
  cases: [...partial, ...whole],
};

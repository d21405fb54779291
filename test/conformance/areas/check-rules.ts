import { differs, like, type Area, type Case, type Wanted } from '../language/index.js';
import { add, idle, invalid, misshapen, refused, rule, stored, tell } from './steps.js';

const IMAGE = { type: 'DOCKER', docker: { image: 'busybox' } };

const constraint = (name: string, one: readonly string[], error: Wanted, source = '7.2'): Case =>
  rule(source, name, { constraints: [one] }, '/constraints(0)', error);

const constraints: readonly Case[] = [
  constraint(
    'A constraint has two or three parts.',
    ['hostname'],
    'Each constraint must have either 2 or 3 fields',
  ),
  constraint(
    'A constraint of four parts is refused.',
    ['hostname', 'LIKE', 'a', 'b'],
    'Each constraint must have either 2 or 3 fields',
  ),
  constraint(
    'An operator is one of seven.',
    ['hostname', 'NEAR'],
    'operator must be one of the following UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS',
  ),
  constraint('UNIQUE has no value.', ['hostname', 'UNIQUE', 'x'], 'UNIQUE does not accept a value'),
  constraint(
    'GROUP_BY has a whole number or nothing.',
    ['rack', 'GROUP_BY', 'x'],
    'GROUP BY must define an integer value or else no value at all',
  ),
  constraint(
    'MAX_PER has a whole number.',
    ['rack', 'MAX_PER'],
    'MAX_PER requires an integer value',
  ),
  constraint('MAX_PER has no word.', ['rack', 'MAX_PER', 'x'], 'MAX_PER requires an integer value'),
  constraint(
    'LIKE has an expression.',
    ['rack', 'LIKE'],
    'LIKE and UNLIKE require a non-empty, regular expression value',
  ),
  constraint(
    'UNLIKE has an expression.',
    ['rack', 'UNLIKE', ''],
    'LIKE and UNLIKE require a non-empty, regular expression value',
  ),
  constraint(
    'An expression has to be one.',
    ['rack', 'LIKE', '['],
    'is not a valid regular expression',
  ),
  constraint(
    'IS compares texts and numbers only.',
    ['rack', 'IS', '[1,2]'],
    like(/^IS only supports Mesos text and float values/),
  ),
  {
    name: 'An operator in small letters is refused.',
    source: '5.5',
    steps: [
      tell('POST /v2/apps', idle('/~/a', { constraints: [['hostname', 'unique']] }), {
        status: differs({ marathon: 500, ekiden: 422 }),
      }),
    ],
  },
  ...(
    [
      ['hostname', 'UNIQUE'],
      ['@hostname', 'CLUSTER'],
      ['hostname', 'CLUSTER', 'h1'],
      ['rack', 'GROUP_BY'],
      ['rack', 'MAX_PER', '2'],
      ['rack', 'UNLIKE', 'r[1-3]'],
      ['@region', 'IS', 'eu'],
      ['level', 'IS', '0.8'],
    ] as const
  ).map((one) =>
    stored(
      '5.5',
      `The constraint ${one.join(' ')} is taken.`,
      { constraints: [one] },
      { constraints: [[...one]] },
    ),
  ),
];

const checks: readonly Case[] = [
  rule(
    'HLT-12',
    'The port index of a health check is one of the ports.',
    { portDefinitions: [{ port: 0 }], healthChecks: [{ protocol: 'HTTP', portIndex: 1 }] },
    '/healthChecks(0)',
    'Health check port indices must address an element of the ports array or container port mappings.',
  ),
  rule(
    '7.2',
    'A health check without ports has nothing to ask.',
    { portDefinitions: [], healthChecks: [{ protocol: 'HTTP', portIndex: 0 }] },
    '/healthChecks(0)',
    'Health check port indices must address an element of the ports array or container port mappings.',
  ),
  rule(
    '7.2',
    'IPv6 is for docker containers and Mesos checks.',
    { healthChecks: [{ protocol: 'HTTP', ipProtocol: 'IPv6' }] },
    '/healthChecks(0)',
    'IPv6 can only be used for container type DOCKER and Mesos http/https/tcp health checks',
  ),
  rule(
    '7.2',
    'There is one Mesos health check at most.',
    { healthChecks: [{ protocol: 'MESOS_HTTP', path: '/' }, { protocol: 'MESOS_TCP' }] },
    '/',
    'AppDefinition can contain at most one Mesos health check',
  ),
  {
    name: 'A command without the protocol COMMAND is refused.',
    source: '5.4.1',
    steps: [
      tell('POST /v2/apps', idle('/~/a', { healthChecks: [{ command: { value: 'true' } }] }), {
        status: differs({ marathon: 500, ekiden: 422 }),
      }),
    ],
  },
  {
    name: 'The protocol COMMAND without a command is refused.',
    source: '5.4.1',
    steps: [
      tell('POST /v2/apps', idle('/~/a', { healthChecks: [{ protocol: 'COMMAND' }] }), {
        status: differs({ marathon: 500, ekiden: 422 }),
      }),
    ],
  },
  rule(
    'RDY-06',
    'There is one readiness check at most.',
    { portDefinitions: [{ port: 0, name: 'http-api' }], readinessChecks: [{}, { name: 'b' }] },
    '/readinessChecks/size',
    'got 2, expected 1 or less',
  ),
  rule(
    'RDY-06',
    'The port of a readiness check is one of the app.',
    { portDefinitions: [{ port: 0, name: 'x' }], readinessChecks: [{ portName: 'y' }] },
    '/readinessChecks(0)/portName',
    'No port definition reference for portName y',
  ),
  rule(
    'RDY-06',
    'A readiness check is over before the next begins.',
    {
      portDefinitions: [{ port: 0, name: 'http-api' }],
      readinessChecks: [{ intervalSeconds: 5, timeoutSeconds: 5 }],
    },
    '/readinessChecks(0)/timeoutSeconds',
    'got 5, expected less than 5',
  ),
  refused(
    '7.3',
    'A check is not for docker containers.',
    { container: IMAGE, check: { exec: { command: { shell: 'true' } } } },
    { status: 422 },
  ),
  {
    name: 'A check says how.',
    source: '5.4.2',
    steps: [
      tell('POST /v2/apps', idle('/~/a', { check: { intervalSeconds: 5 } }), {
        status: differs({ marathon: 500, ekiden: 422 }),
      }),
    ],
  },
];

const updates: readonly Case[] = [
  {
    name: 'An update is judged by the app it makes.',
    source: '4.1.2',
    steps: [
      add(
        idle('/~/a', {
          portDefinitions: [{ port: 0 }, { port: 0 }],
          healthChecks: [{ protocol: 'TCP', portIndex: 1 }],
        }),
      ),
      tell(
        'PUT /v2/apps/~/a',
        { portDefinitions: [{ port: 0 }] },
        invalid(
          '/healthChecks(0)',
          'Health check port indices must address an element of the ports array or container port mappings.',
        ),
      ),
    ],
  },
  {
    name: 'The shape of an update is judged, too.',
    source: '2',
    steps: [
      add(idle('/~/a')),
      tell(
        'PATCH /v2/apps/~/a',
        { constraints: 'none' },
        misshapen('/constraints', 'error.expected.jsarray'),
      ),
    ],
  },
];

export const checkRules: Area = {
  name: 'checkrules',
  about: 'rules for apps: constraints, health checks, readiness checks, updates',
  cases: [...constraints, ...checks, ...updates],
};

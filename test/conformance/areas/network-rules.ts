import { absent, between, like, type Area, type Case } from '../language/index.js';
import { add, deployed, idle, refused, rule, shows, stored, tell } from './steps.js';

const BRIDGE = [{ mode: 'container/bridge' }];
const IMAGE = { type: 'DOCKER', docker: { image: 'busybox' } };
const MESOS = { type: 'MESOS', docker: { image: 'busybox' } };
const ONE =
  'May specify a single host network, single bridge network, or else 1-to-n container networks';

const networks: readonly Case[] = [
  rule(
    'PRT-16',
    'Port mappings are not for the host network.',
    {
      networks: [{ mode: 'host' }],
      container: { ...IMAGE, portMappings: [{ containerPort: 80 }] },
    },
    '/',
    'portMappings are not allowed with host-networking',
  ),
  stored(
    '6.1',
    'Off the host network port definitions are dropped, and there are as many mappings.',
    {
      networks: BRIDGE,
      portDefinitions: [{ port: 80 }, { port: 81 }],
      container: { ...IMAGE, portMappings: [{ containerPort: 8_080 }] },
    },
    {
      portDefinitions: absent,
      container: {
        portMappings: [{ containerPort: 8_080 }, { containerPort: 0 }],
      },
    },
  ),
  {
    ...rule(
      '6.2',
      'A container network has a name.',
      { networks: [{ mode: 'container' }] },
      '/networks',
      'Network name must be specified when container network is selected.',
    ),
    needs: ['settings'],
  },
  rule(
    '7.2',
    'A host network has no name.',
    { networks: [{ mode: 'host', name: 'n' }] },
    '/networks',
    'Host networks may not have names or labels',
  ),
  rule(
    '7.2',
    'A host network has no labels.',
    { networks: [{ mode: 'host', labels: { a: 'b' } }] },
    '/networks',
    'Host networks may not have names or labels',
  ),
  rule(
    '7.2',
    'A bridge has no name.',
    { networks: [{ mode: 'container/bridge', name: 'n' }] },
    '/networks',
    'Bridge networks may not have names',
  ),
  rule(
    '7.2',
    'A network is named once.',
    {
      networks: [
        { mode: 'container', name: 'n' },
        { mode: 'container', name: 'n' },
      ],
    },
    '/networks',
    'Duplicate networks are not allowed',
  ),
  rule(
    '7.2',
    'Host and bridge do not go together.',
    { networks: [{ mode: 'host' }, { mode: 'container/bridge' }] },
    '/networks',
    ONE,
  ),
  rule(
    '7.2',
    'Two bridges do not go together.',
    { networks: [{ mode: 'container/bridge' }, { mode: 'container/bridge' }] },
    '/networks',
    ONE,
  ),
  rule(
    '7.2',
    'The docker engine knows one container network per app.',
    {
      container: IMAGE,
      networks: [
        { mode: 'container', name: 'a' },
        { mode: 'container', name: 'b' },
      ],
    },
    '/',
    'may only specify a single container network when using the Docker container engine',
  ),
  stored(
    '5.3',
    'The Mesos containerizer knows several container networks.',
    {
      container: MESOS,
      networks: [
        { mode: 'container', name: 'a' },
        { mode: 'container', name: 'b' },
      ],
    },
    { networks: [{ name: 'a' }, { name: 'b' }] },
  ),
  refused(
    '5.3',
    'A name of a network begins with a letter or digit.',
    { networks: [{ mode: 'container', name: '-n' }] },
    { status: 422 },
  ),
];

const ports: readonly Case[] = [
  rule(
    'PRT-17',
    'Names of port definitions are unique.',
    {
      portDefinitions: [
        { port: 1, name: 'a' },
        { port: 2, name: 'a' },
      ],
    },
    '/portDefinitions',
    'Port names must be unique.',
  ),
  rule(
    'PRT-17',
    'Numbers of port definitions that are not zero are unique.',
    { portDefinitions: [{ port: 80 }, { port: 80 }] },
    '/portDefinitions',
    'Ports must be unique.',
  ),
  rule(
    '7.2',
    'Names of port mappings are unique.',
    {
      networks: BRIDGE,
      container: {
        ...IMAGE,
        portMappings: [
          { containerPort: 1, name: 'a' },
          { containerPort: 2, name: 'a' },
        ],
      },
    },
    '/container/portMappings',
    'Port names must be unique.',
  ),
  rule(
    '7.2',
    'A mapping with a host port says on which of several networks.',
    {
      container: { ...MESOS, portMappings: [{ containerPort: 80, hostPort: 0 }] },
      networks: [
        { mode: 'container', name: 'a' },
        { mode: 'container', name: 'b' },
      ],
    },
    '/container/portMappings(0)',
    'networkNames must be a single item list when hostPort is specified and more than 1 container network is defined',
  ),
  rule(
    '7.2',
    'A mapping names networks that the app has.',
    {
      container: { ...MESOS, portMappings: [{ containerPort: 80, networkNames: ['c'] }] },
      networks: [{ mode: 'container', name: 'a' }],
    },
    '/container/portMappings(0)/networkNames(0)',
    like(/^is not one of \(a\)/),
  ),
  stored(
    'PRT-17',
    'Two port definitions may both be zero.',
    { portDefinitions: [{ port: 0 }, { port: 0 }] },
    { requirePorts: false },
  ),
  stored(
    'PRT-08',
    'Required ports are kept in their order.',
    { requirePorts: true, portDefinitions: [{ port: 100 }, { port: 80 }] },
    { portDefinitions: [{ port: 100 }, { port: 80 }] },
  ),
  {
    name: 'A new port gets a number that is not taken, the others keep theirs.',
    source: 'PRT-04',
    needs: ['settings'],
    steps: [
      add(idle('/~/a', { portDefinitions: [{ port: 20_001 }, { port: 20_002 }] })),
      tell(
        'PUT /v2/apps/~/a',
        { portDefinitions: [{ port: 20_001 }, { port: 0 }, { port: 20_002 }] },
        deployed,
      ),
      shows('/~/a', {
        portDefinitions: [{ port: 20_001 }, { port: between(10_000, 20_000) }, { port: 20_002 }],
      }),
    ],
  },
  {
    name: 'Two apps may have the same service port.',
    source: '6.1',
    steps: [
      add(idle('/~/a', { portDefinitions: [{ port: 20_003 }] })),
      add(idle('/~/b', { portDefinitions: [{ port: 20_003 }] })),
      shows('/~/b', { portDefinitions: [{ port: 20_003 }] }),
    ],
  },
];

export const networkRules: Area = {
  name: 'networkrules',
  about: 'rules for apps: networks and ports',
  cases: [...networks, ...ports],
};

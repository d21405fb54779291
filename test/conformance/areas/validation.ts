import { differs, like, type Area, type Case } from '../language/index.js';
import { idle, refused, rule, stored, tell } from './steps.js';

const NEITHER = "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.";
const IMAGE = { type: 'DOCKER', docker: { image: 'busybox' } };
const BRIDGE = [{ mode: 'container/bridge' }];

const legacy: readonly Case[] = [
  rule(
    '7.1',
    'Credentials of a docker container are not taken.',
    { container: { type: 'DOCKER', docker: { image: 'x', credential: { principal: 'p' } } } },
    '/container/docker/credential',
    'must be empty',
  ),
  rule(
    '7.1',
    'A docker network has no place in a MESOS container.',
    { container: { type: 'MESOS', docker: { image: 'x', network: 'BRIDGE' } } },
    '/container/docker/network',
    'must be empty',
  ),
  rule(
    '7.1',
    'Docker parameters have no place in a MESOS container.',
    {
      container: { type: 'MESOS', docker: { image: 'x', parameters: [{ key: 'a', value: 'b' }] } },
    },
    '/container/docker/parameters',
    'must be empty',
  ),
  rule(
    '7.1',
    'Docker port mappings have no place in a MESOS container.',
    { container: { type: 'MESOS', docker: { image: 'x', portMappings: [{ containerPort: 80 }] } } },
    '/container/docker/portMappings',
    'must be empty',
  ),
  rule(
    '7.1',
    'Names of legacy docker port mappings are unique.',
    {
      container: {
        type: 'DOCKER',
        docker: {
          image: 'x',
          network: 'BRIDGE',
          portMappings: [
            { containerPort: 80, name: 'a' },
            { containerPort: 81, name: 'a' },
          ],
        },
      },
    },
    '/container/docker/portMappings',
    'Port names must be unique.',
  ),
  rule(
    '7.1',
    'Discovery of a legacy ipAddress is not for docker containers.',
    {
      container: IMAGE,
      ipAddress: { networkName: 'n', discovery: { ports: [{ number: 80, name: 'http' }] } },
    },
    '/ipAddress',
    'ipAddress/discovery is not allowed for Docker containers',
  ),
  rule(
    '7.1',
    'Uris and fetch do not go together.',
    { uris: ['http://x/a'], fetch: [{ uri: 'http://x/b' }] },
    '/uris',
    'may not be set in conjunction with fetch',
  ),
  rule(
    '7.1',
    'A uri has to be one.',
    { uris: ['http://x y'] },
    '/uris(0)',
    'URI has invalid syntax.',
  ),
  rule(
    '7.1',
    'A docker network and networks do not go together.',
    { container: { type: 'DOCKER', docker: { image: 'x', network: 'BRIDGE' } }, networks: BRIDGE },
    '/',
    'must not specify both container.docker.network and networks',
  ),
  rule(
    '7.1',
    'Networks and ipAddress do not go together.',
    { networks: [{ mode: 'container', name: 'n' }], ipAddress: { networkName: 'n' } },
    '/',
    'must not specify both networks and ipAddress',
  ),
  rule(
    '7.1',
    'Legacy ports that are not zero are unique.',
    { ports: [8_080, 8_080] },
    '/',
    'ports must be unique',
  ),
  rule(
    '7.1',
    'An ipAddress and ports do not go together.',
    { ipAddress: { networkName: 'n' }, ports: [80] },
    '/',
    'cannot specify both an IP address and port',
  ),
  rule(
    '7.1',
    'Ports and port definitions of other numbers do not go together.',
    { ports: [80], portDefinitions: [{ port: 81 }] },
    '/',
    'cannot specify both ports and port definitions',
  ),
  {
    name: 'There is no docker network NONE.',
    source: '6.2',
    steps: [
      tell(
        'POST /v2/apps',
        idle('/~/a', { container: { type: 'DOCKER', docker: { image: 'x', network: 'NONE' } } }),
        {
          status: differs({ marathon: 500, ekiden: 422 }),
        },
      ),
    ],
  },
];

const command: readonly Case[] = [
  rule('APP-14', 'Command and arguments exclude each other.', { args: ['a'] }, '/', NEITHER),
  rule('7.2', 'Without a container there is a command.', { cmd: undefined }, '/', NEITHER),
  rule(
    '7.2',
    'A MESOS container without image is no substitute for a command.',
    { cmd: undefined, container: { type: 'MESOS', volumes: [] } },
    '/',
    like(/./),
  ),
  rule(
    '7.2',
    'A command of one letter is refused.',
    { cmd: 'x' },
    '/',
    'must not be an empty string',
  ),
  rule(
    '7.2',
    'A DOCKER container has docker in it.',
    { container: { type: 'DOCKER' } },
    '/container/docker',
    'not defined',
  ),
  rule(
    '7.2',
    'A pull configuration is not for the docker engine.',
    {
      container: { type: 'DOCKER', docker: { image: 'x', pullConfig: { secret: 's' } } },
      secrets: { s: { source: 'x' } },
    },
    '/container/docker/pullConfig',
    'pullConfig is not supported with Docker containerizer',
  ),
  refused(
    '5.2',
    'An image has a name.',
    { container: { type: 'DOCKER', docker: { image: '' } } },
    { status: 422 },
  ),
  rule(
    '7.2',
    'A fetched uri has to be one.',
    { fetch: [{ uri: 'http://x y' }] },
    '/fetch(0)/uri',
    'URI has invalid syntax.',
  ),
  rule(
    '7.3',
    'An executor is a command or a path.',
    { executor: '/cmd/' },
    '/executor',
    like(/^must fully match regular expression/),
  ),
  rule(
    'RES-22',
    'A limit of memory is not below the request.',
    { mem: 64, resourceLimits: { mem: 32 } },
    '/resourceLimits/mem',
    like(/^resource limit must be greater than or equal to requested resource/),
  ),
  rule(
    'RES-22',
    'A limit of cpus is not below the request.',
    { cpus: 1, resourceLimits: { cpus: 0.5 } },
    '/resourceLimits/cpus',
    like(/^resource limit must be greater than or equal to requested resource/),
  ),
  stored(
    'RES-22',
    'A limit may be unlimited.',
    { resourceLimits: { cpus: 'unlimited', mem: 'unlimited' } },
    { resourceLimits: { cpus: 'unlimited', mem: 'unlimited' } },
  ),
  refused(
    '7.2',
    'A limit is a number or unlimited.',
    { resourceLimits: { mem: 'much' } },
    { status: 422 },
  ),
  rule(
    '7.2',
    'Names of environment variables are not empty.',
    { env: { '': 'x' } },
    like(/^\/env/),
    'must not be empty',
  ),
  rule(
    'RES-14',
    'Graphics processors need the Mesos containerizer.',
    { gpus: 1, container: IMAGE },
    '/',
    'GPU resources only work with the Mesos containerizer',
  ),
  rule(
    '7.2',
    'Labels of a migrated framework come together.',
    { labels: { DCOS_MIGRATION_API_VERSION: 'v1' } },
    '/',
    like(
      /DCOS_PACKAGE_FRAMEWORK_NAME and DCOS_MIGRATION_API_PATH must be defined when using DCOS_MIGRATION_API_VERSION/,
    ),
  ),
];

const strategy: readonly Case[] = [
  refused(
    '7.3',
    'The least health is not above one.',
    { upgradeStrategy: { minimumHealthCapacity: 1.2, maximumOverCapacity: 0 } },
    {
      status: 422,
      body: { details: [{ path: '/upgradeStrategy/minimumHealthCapacity' }] },
    },
  ),
  rule(
    '2.3',
    'A number out of its range is told with both ends.',
    { upgradeStrategy: { minimumHealthCapacity: 1.2, maximumOverCapacity: 0 } },
    '/upgradeStrategy/minimumHealthCapacity',
    'got 1.2, expected between 0.0 and 1.0',
  ),
  rule(
    '7.3',
    'The over-capacity is not below zero.',
    { upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: -0.5 } },
    '/upgradeStrategy/maximumOverCapacity',
    'got -0.5, expected between 0.0 and 1.0',
  ),
  rule(
    'UNR-08',
    'Instances are not given up before they count as inactive.',
    { unreachableStrategy: { inactiveAfterSeconds: 60, expungeAfterSeconds: 30 } },
    '/unreachableStrategy/inactiveAfterSeconds',
    'inactiveAfterSeconds (60) must be less or equal to expungeAfterSeconds, which is 30',
  ),
  refused(
    'UNR-08',
    'Seconds of the unreachable strategy are not below zero.',
    { unreachableStrategy: { inactiveAfterSeconds: -1, expungeAfterSeconds: 0 } },
    { status: 422 },
  ),
  rule(
    'APP-27',
    'A single-instance app has one instance at most.',
    {
      instances: 2,
      labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' },
      upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
    },
    '/',
    'Single instance app may only have one instance',
  ),
  rule(
    'APP-27',
    'A single-instance app stops before it starts anew.',
    { labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } },
    '/upgradeStrategy/minimumHealthCapacity',
    'got 1.0, expected 0.0',
  ),
  stored(
    'APP-27',
    'A single-instance app of the right strategy is taken.',
    {
      labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' },
      upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
    },
    { instances: 0 },
  ),
];

export const validation: Area = {
  name: 'validation',
  about:
    'the catalogue of rules for apps: legacy fields, commands, strategies, constraints, checks',
  cases: [...legacy, ...command, ...strategy],
};

import { absent, exactly, type Area, type Case } from '../language/index.js';
import { stored, tell } from './steps.js';

const IMAGE = { type: 'DOCKER', docker: { image: 'busybox' } };

const plain: readonly Case[] = [
  stored(
    '5.1',
    'Numbers that are not given get their defaults.',
    {},
    {
      cpus: 1,
      mem: 128,
      disk: 0,
      gpus: 0,
      backoffFactor: 1.15,
      backoffSeconds: 1,
      maxLaunchDelaySeconds: 300,
      executor: '',
      requirePorts: false,
    },
  ),
  stored(
    '5.1',
    'Labels and networks are always shown.',
    {},
    { labels: {}, networks: [{ mode: 'host' }] },
  ),
  stored(
    '5.1',
    'The upgrade strategy is 1 and 1 by default.',
    {},
    {
      upgradeStrategy: exactly({ maximumOverCapacity: 1, minimumHealthCapacity: 1 }),
    },
  ),
  stored(
    '5.1',
    'The youngest are killed first by default.',
    {},
    { killSelection: 'YOUNGEST_FIRST' },
  ),
  stored(
    '5.1',
    'Unreachable instances are replaced at once by default.',
    {},
    {
      unreachableStrategy: exactly({ inactiveAfterSeconds: 0, expungeAfterSeconds: 0 }),
    },
  ),
  { ...stored('6.5', 'The role is the star by default.', {}, { role: '*' }), needs: ['settings'] },
  {
    name: 'An app has one instance by default.',
    source: '5.1',
    steps: [
      tell(
        'POST /v2/apps',
        { id: '/~/a', cmd: 'sleep 1000', constraints: [['hostname', 'CLUSTER', 'nowhere']] },
        {
          status: 201,
          body: { instances: 1 },
        },
      ),
    ],
  },
  stored(
    '5.1',
    'One number of the unreachable strategy leaves the other at zero.',
    {
      unreachableStrategy: { expungeAfterSeconds: 60 },
    },
    { unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 60 } },
  ),
  stored(
    '6.4',
    'A text for the unreachable strategy means disabled.',
    { unreachableStrategy: 'disabled' },
    {
      unreachableStrategy: 'disabled',
    },
  ),
  stored(
    '5.7',
    'A fetch entry gets its three switches.',
    { fetch: [{ uri: 'http://x/y' }] },
    {
      fetch: [exactly({ uri: 'http://x/y', extract: true, executable: false, cache: false })],
    },
  ),
  stored(
    '5.7',
    'A destination of a fetch entry is kept.',
    { fetch: [{ uri: 'http://x/y', destPath: 'z', extract: false }] },
    {
      fetch: [{ uri: 'http://x/y', extract: false, destPath: 'z' }],
    },
  ),
  stored(
    '6.4',
    'Legacy uris become fetch entries, and only archives are extracted.',
    {
      uris: ['http://x/a.tar.gz', 'http://x/b.sh', 'http://x/c.zip', 'http://x/d.tgz'],
    },
    {
      uris: absent,
      fetch: [
        { uri: 'http://x/a.tar.gz', extract: true },
        { uri: 'http://x/b.sh', extract: false },
        { uri: 'http://x/c.zip', extract: true },
        { uri: 'http://x/d.tgz', extract: true },
      ],
    },
  ),
  stored(
    '5.1',
    'Environment variables are kept.',
    { env: { A: '1', 'odd.name': '' } },
    { env: { A: '1', 'odd.name': '' } },
  ),
  stored(
    '5.5',
    'Constraints are shown as they were given.',
    {
      constraints: [
        ['hostname', 'UNIQUE'],
        ['rack', 'GROUP_BY', '3'],
      ],
    },
    {
      constraints: [
        ['hostname', 'UNIQUE'],
        ['rack', 'GROUP_BY', '3'],
      ],
    },
  ),
  stored(
    '5.1',
    'A set of accepted roles is kept.',
    { acceptedResourceRoles: ['*'] },
    { acceptedResourceRoles: ['*'] },
  ),
  stored(
    '5.1',
    'A number below one cpu is kept exactly.',
    { cpus: 0.001, mem: 0.5 },
    { cpus: 0.001, mem: 0.5 },
  ),
  stored(
    '5.1',
    'Limits of resources are kept, numbers and unlimited.',
    {
      cpus: 0.5,
      resourceLimits: { cpus: 'unlimited', mem: 256 },
    },
    { resourceLimits: { cpus: 'unlimited', mem: 256 } },
  ),
  stored(
    '5.1',
    'Executor resources get the defaults of those that are not given.',
    { executorResources: { cpus: 0.5 } },
    {
      executorResources: { cpus: 0.5, mem: 32, disk: 10 },
    },
  ),
];

const containers: readonly Case[] = [
  stored(
    '5.2',
    'A container is of type DOCKER by default.',
    { container: { docker: { image: 'busybox' } } },
    {
      container: exactly({
        type: 'DOCKER',
        volumes: [],
        docker: exactly({
          forcePullImage: false,
          image: 'busybox',
          parameters: [],
          privileged: false,
        }),
      }),
    },
  ),
  stored(
    '5.2',
    'Parameters of the engine are kept in order.',
    {
      container: {
        type: 'DOCKER',
        docker: {
          image: 'busybox',
          parameters: [
            { key: 'a', value: '1' },
            { key: 'a', value: '2' },
          ],
        },
      },
    },
    {
      container: {
        docker: {
          parameters: [
            { key: 'a', value: '1' },
            { key: 'a', value: '2' },
          ],
        },
      },
    },
  ),
  stored(
    '5.2',
    'A host volume is kept.',
    {
      container: { ...IMAGE, volumes: [{ containerPath: '/a', hostPath: '/b', mode: 'RO' }] },
    },
    { container: { volumes: [exactly({ containerPath: '/a', hostPath: '/b', mode: 'RO' })] } },
  ),
  stored(
    '6.4',
    'A persistent volume changes the defaults of an app.',
    {
      role: '~',
      container: {
        type: 'MESOS',
        volumes: [{ containerPath: 'data', persistent: { size: 10 }, mode: 'RW' }],
      },
    },
    {
      container: {
        volumes: [
          {
            containerPath: 'data',
            mode: 'RW',
            persistent: exactly({ type: 'root', size: 10, constraints: [] }),
          },
        ],
      },
      upgradeStrategy: { maximumOverCapacity: 0, minimumHealthCapacity: 0.5 },
      unreachableStrategy: 'disabled',
      residency: { relaunchEscalationTimeoutSeconds: 3_600, taskLostBehavior: 'WAIT_FOREVER' },
    },
  ),
  stored(
    '5.1',
    'An image alone is enough.',
    { cmd: undefined, container: IMAGE },
    { cmd: absent, args: absent },
  ),
  stored(
    '5.1',
    'Arguments with an image are kept.',
    { cmd: undefined, args: ['a', 'b c'], container: IMAGE },
    { args: ['a', 'b c'] },
  ),
];

const checks: readonly Case[] = [
  stored(
    '5.4.1',
    'A health check gets all its defaults.',
    { healthChecks: [{ protocol: 'HTTP', path: '/' }], portDefinitions: [{ port: 0 }] },
    {
      healthChecks: [
        exactly({
          gracePeriodSeconds: 300,
          ignoreHttp1xx: false,
          intervalSeconds: 60,
          maxConsecutiveFailures: 3,
          path: '/',
          portIndex: 0,
          protocol: 'HTTP',
          ipProtocol: 'IPv4',
          timeoutSeconds: 20,
          delaySeconds: 15,
        }),
      ],
    },
  ),
  stored(
    '5.4.1',
    'A health check is HTTP by default.',
    { healthChecks: [{}], portDefinitions: [{ port: 0 }] },
    {
      healthChecks: [{ protocol: 'HTTP', portIndex: 0, path: absent }],
    },
  ),
  stored(
    '5.4.1',
    'ignoreHttp1xx is shown for HTTP only.',
    { healthChecks: [{ protocol: 'TCP' }], portDefinitions: [{ port: 0 }] },
    {
      healthChecks: [{ protocol: 'TCP', ignoreHttp1xx: absent }],
    },
  ),
  stored(
    'HLT-12',
    'A health check on a port has no port index.',
    { healthChecks: [{ protocol: 'HTTP', port: 80 }] },
    {
      healthChecks: [{ port: 80, portIndex: absent }],
    },
  ),
  stored(
    '5.4.1',
    'A command check has neither port nor index.',
    { healthChecks: [{ protocol: 'COMMAND', command: { value: 'true' } }] },
    {
      healthChecks: [
        { protocol: 'COMMAND', command: { value: 'true' }, port: absent, portIndex: absent },
      ],
    },
  ),
  stored(
    '5.6',
    'A readiness check gets all its defaults.',
    {
      readinessChecks: [{}],
      portDefinitions: [{ port: 0, name: 'http-api' }],
    },
    {
      readinessChecks: [
        exactly({
          name: 'readinessCheck',
          protocol: 'HTTP',
          path: '/',
          portName: 'http-api',
          intervalSeconds: 30,
          timeoutSeconds: 10,
          httpStatusCodesForReady: [200],
          preserveLastResponse: false,
        }),
      ],
    },
  ),
  stored(
    '5.4.2',
    'A check by command is kept with its defaults.',
    { check: { exec: { command: { shell: 'true' } } } },
    {
      check: {
        exec: { command: { shell: 'true' } },
        intervalSeconds: 60,
        timeoutSeconds: 20,
        delaySeconds: 15,
      },
    },
  ),
];

export const defaults: Area = {
  name: 'defaults',
  about: 'what an app is shown as when fields are left out',
  cases: [...plain, ...containers, ...checks],
};

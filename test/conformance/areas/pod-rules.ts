import { absent, exactly, like, type Area, type Case } from '../language/index.js';
import { misshapen, tell } from './steps.js';
import { addPod, container, idlePod, podRule, storedPod } from './pod-steps.js';

const defaults: readonly Case[] = [
  storedPod(
    '5.14',
    'A pod gets all its defaults.',
    {},
    {
      scaling: exactly({ instances: 0, kind: 'fixed' }),
      scheduling: {
        backoff: exactly({ backoff: 1, backoffFactor: 1.15, maxLaunchDelay: 300 }),
        upgrade: exactly({ minimumHealthCapacity: 1, maximumOverCapacity: 1 }),
        placement: {},
        killSelection: 'YOUNGEST_FIRST',
        unreachableStrategy: exactly({ inactiveAfterSeconds: 0, expungeAfterSeconds: 0 }),
      },
      executorResources: exactly({ cpus: 0.1, mem: 32, disk: 10 }),
      role: like(/./),
      labels: absent,
      environment: absent,
      user: absent,
      secrets: absent,
      volumes: absent,
      networks: absent,
    },
  ),
  storedPod(
    '5.14',
    'A container gets all its resources.',
    { containers: [{ name: 'main', exec: { command: { shell: 'x y' } }, resources: {} }] },
    {
      containers: [{ name: 'main', resources: exactly({ cpus: 1, mem: 128, disk: 0, gpus: 0 }) }],
    },
  ),
  storedPod(
    '6.4',
    'An endpoint on the host network gets a host port.',
    { containers: [container('main', { endpoints: [{ name: 'http', protocol: ['tcp'] }] })] },
    {
      containers: [{ endpoints: [exactly({ name: 'http', hostPort: 0, protocol: ['tcp'] })] }],
    },
  ),
  storedPod(
    '5.14',
    'A mount shows whether it is read-only.',
    {
      volumes: [{ name: 'v' }],
      containers: [container('main', { volumeMounts: [{ name: 'v', mountPath: 'x' }] })],
    },
    {
      volumes: [exactly({ name: 'v' })],
      containers: [{ volumeMounts: [exactly({ name: 'v', mountPath: 'x', readOnly: false })] }],
    },
  ),
  storedPod(
    '5.14',
    'Constraints of a pod are objects.',
    {
      scheduling: { placement: { constraints: [{ fieldName: 'hostname', operator: 'UNIQUE' }] } },
    },
    {
      scheduling: {
        placement: { constraints: [exactly({ fieldName: 'hostname', operator: 'UNIQUE' })] },
      },
    },
  ),
  storedPod(
    '5.14',
    'A health check of a container gets its defaults.',
    {
      containers: [
        container('main', {
          endpoints: [{ name: 'http' }],
          healthCheck: { http: { endpoint: 'http', path: '/' } },
        }),
      ],
    },
    {
      containers: [
        {
          healthCheck: {
            http: { endpoint: 'http', path: '/' },
            gracePeriodSeconds: 300,
            intervalSeconds: 60,
            maxConsecutiveFailures: 3,
            timeoutSeconds: 20,
            delaySeconds: 15,
          },
        },
      ],
    },
  ),
  storedPod(
    '5.14',
    'Arguments of a command are kept.',
    {
      containers: [
        {
          name: 'main',
          exec: { command: { argv: ['a', 'b'] } },
          resources: { cpus: 0.1, mem: 32 },
        },
      ],
    },
    {
      containers: [{ exec: { command: exactly({ argv: ['a', 'b'] }) } }],
    },
  ),
];

const rules: readonly Case[] = [
  podRule('7.6', 'A pod has containers.', { containers: [] }, '/containers', 'must not be empty'),
  podRule(
    '7.6',
    'Names of containers are unique.',
    { containers: [container('a'), container('a')] },
    '/containers',
    'container names must be unique',
  ),
  podRule(
    '7.6',
    'Names of volumes are unique.',
    {
      volumes: [{ name: 'v' }, { name: 'v' }],
      containers: [container('a', { volumeMounts: [{ name: 'v', mountPath: 'x' }] })],
    },
    '/volumes',
    'volume names must be unique',
  ),
  podRule(
    '7.6',
    'A volume is mounted by a container.',
    { volumes: [{ name: 'v' }] },
    '/volumes(0)',
    'volume must be referenced by at least one container',
  ),
  podRule(
    '7.6',
    'What is mounted is a volume.',
    { containers: [container('a', { volumeMounts: [{ name: 'v', mountPath: 'x' }] })] },
    '/containers(0)/volumeMounts(0)/name',
    'Referenced Volume in VolumeMount should exist',
  ),
  podRule(
    '7.6',
    'Names of endpoints are unique in the pod.',
    {
      containers: [
        container('a', { endpoints: [{ name: 'e' }] }),
        container('b', { endpoints: [{ name: 'e' }] }),
      ],
    },
    '/',
    'endpoint names nust be unique across all containers',
  ),
  podRule(
    '7.6',
    'Host ports are unique in the pod.',
    {
      containers: [
        container('a', { endpoints: [{ name: 'e', hostPort: 31_001 }] }),
        container('b', { endpoints: [{ name: 'f', hostPort: 31_001 }] }),
      ],
    },
    '/',
    'host ports must be unique across all containers',
  ),
  podRule(
    '7.6',
    'Container ports are unique in the pod.',
    {
      networks: [{ mode: 'container', name: 'n' }],
      containers: [
        container('a', { endpoints: [{ name: 'e', containerPort: 80 }] }),
        container('b', { endpoints: [{ name: 'f', containerPort: 80 }] }),
      ],
    },
    '/',
    'container ports must be unique across all containers',
  ),
  podRule(
    '7.6',
    'Container ports are not for the host network.',
    { containers: [container('a', { endpoints: [{ name: 'e', containerPort: 80 }] })] },
    '/containers(0)/endpoints(0)/containerPort',
    'is not allowed when using host-mode networking',
  ),
  podRule(
    '7.6',
    'Container ports are needed on container networks.',
    {
      networks: [{ mode: 'container', name: 'n' }],
      containers: [container('a', { endpoints: [{ name: 'e' }] })],
    },
    '/containers(0)/endpoints(0)/containerPort',
    'is required when using container-mode networking',
  ),
  podRule(
    '7.6',
    'An endpoint names a protocol once.',
    { containers: [container('a', { endpoints: [{ name: 'e', protocol: ['tcp', 'tcp'] }] })] },
    '/containers(0)/endpoints(0)/protocol',
    'Duplicate protocols within the same endpoint are not allowed',
  ),
  podRule('7.6', 'A user has a name.', { user: '' }, '/user', 'must not be empty'),
  {
    name: 'A container is not called _app.',
    source: '7.6',
    steps: [
      tell('POST /v2/pods', idlePod('/~/p', { containers: [container('_app')] }), { status: 422 }),
    ],
  },
];

const shapes: readonly Case[] = [
  {
    name: 'A pod says of what kind its scaling is.',
    source: '5.14',
    steps: [
      tell(
        'POST /v2/pods',
        { id: '/~/p', containers: [container('a')], scaling: { instances: 0 } },
        { status: 422, body: { message: 'Invalid JSON' } },
      ),
    ],
  },
  {
    name: 'A pod without containers has the wrong shape.',
    source: '5.14',
    steps: [
      tell(
        'POST /v2/pods',
        { id: '/~/p', scaling: { kind: 'fixed', instances: 0 } },
        { status: 422 },
      ),
    ],
  },
  {
    name: 'A name of a container is of small letters and digits.',
    source: '5.14',
    steps: [
      tell(
        'POST /v2/pods',
        idlePod('/~/p', { containers: [container('Main')] }),
        misshapen('/containers(0)/name', 'error.pattern'),
      ),
    ],
  },
  {
    name: 'Instances of a pod are not below zero.',
    source: '5.14',
    steps: [
      tell(
        'POST /v2/pods',
        idlePod('/~/p', { scaling: { kind: 'fixed', instances: -1 } }),
        misshapen('/scaling/instances', 'error.min'),
      ),
    ],
  },
  {
    name: 'There is no PATCH for pods.',
    source: '4.3',
    steps: [addPod(idlePod('/~/p')), tell('PATCH /v2/pods/~/p', {}, { status: 405 })],
  },
];

export const podRules: Area = {
  name: 'podrules',
  about: 'pods: defaults and rules',
  cases: [...defaults, ...rules, ...shapes],
};

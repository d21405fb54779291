import { expect } from 'chai';
import { DEFAULT_APP_SETTINGS, resolveId, type AppContext } from '../app/index.js';
import { buildPod } from './build-pod.js';
import type { PodContainerWire, PodWire } from './pod-wire.js';
import { container, podContext, podViolations, samplePod } from './sample-pod.js';

type RuleCase = readonly [
  name: string,
  fields: Partial<PodWire>,
  path: string,
  message: string,
  overrides?: Partial<AppContext>,
];

const one = (fields: Partial<PodContainerWire>): Partial<PodWire> => ({
  containers: [container(fields)],
});
const http = { name: 'http', containerPort: 80 };
const NET = { networks: [{ name: 'dcos' }] };
const TWO_NETS = { networks: [{ name: 'a' }, { name: 'b' }] };
const MOUNTED = container({ volumeMounts: [{ name: 'data', mountPath: 'data' }] });
const RESIDENT: Partial<PodWire> = {
  containers: [MOUNTED],
  volumes: [{ name: 'data', persistent: { size: 10 } }],
  role: 'shop',
};
const PLAIN: Partial<AppContext> = { settings: DEFAULT_APP_SETTINGS };
const HEALTH = '/containers(0)/healthCheck';
const ONE_KIND = 'Only one of http, tcp, or command may be specified';
const SHELL = { command: { shell: 'true' } };
const SECRET_FEATURE = 'Feature secrets is not enabled. Enable with --enable_features secrets)';
const VARIABLE = "must fully match regular expression '^[a-zA-Z_][a-zA-Z0-9_]{0,253}?$'";
const OVER = '/upgrade/maximumOverCapacity';

const ofPods: readonly RuleCase[] = [
  ['an absolute id', { id: 'cart' }, '/id', 'Path needs to be absolute'],
  ['a user that has a name', { user: '' }, '/user', 'must not be empty'],
  ['a container', { containers: [] }, '/containers', 'must not be empty'],
  [
    'names of containers that differ',
    { containers: [container(), container()] },
    '/containers',
    'container names must be unique',
  ],
  [
    'names of volumes that differ',
    { containers: [MOUNTED], volumes: [{ name: 'data' }, { name: 'data' }] },
    '/volumes',
    'volume names must be unique',
  ],
  [
    'volumes that somebody mounts',
    { volumes: [{ name: 'data' }] },
    '/volumes(0)',
    'volume must be referenced by at least one container',
  ],
  [
    'mounts of volumes that exist',
    { containers: [MOUNTED] },
    '/containers(0)/volumeMounts(0)/name',
    'Referenced Volume in VolumeMount should exist',
  ],
  [
    'names of endpoints that differ',
    {
      containers: [
        container({ endpoints: [{ name: 'a' }] }),
        container({ name: 'b', endpoints: [{ name: 'a' }] }),
      ],
    },
    '/',
    'endpoint names nust be unique across all containers',
  ],
  [
    'container ports that differ',
    { ...one({ endpoints: [http, { name: 'b', containerPort: 80 }] }), ...NET },
    '/',
    'container ports must be unique across all containers',
  ],
  [
    'fixed host ports that differ',
    one({
      endpoints: [
        { name: 'a', hostPort: 80 },
        { name: 'b', hostPort: 80 },
      ],
    }),
    '/',
    'host ports must be unique across all containers',
  ],
  [
    'no container ports on the network of the host',
    one({ endpoints: [http] }),
    '/containers(0)/endpoints(0)/containerPort',
    'is not allowed when using host-mode networking',
  ],
  [
    'container ports elsewhere',
    { ...one({ endpoints: [{ name: 'a' }] }), ...NET },
    '/containers(0)/endpoints(0)/containerPort',
    'is required when using container-mode networking',
  ],
  [
    'each protocol once',
    one({ endpoints: [{ name: 'a', protocol: ['tcp', 'tcp'] }] }),
    '/containers(0)/endpoints(0)/protocol',
    'Duplicate protocols within the same endpoint are not allowed',
  ],
  ['one kind of health check', one({ healthCheck: {} }), HEALTH, ONE_KIND],
  [
    'only one kind of health check',
    one({ endpoints: [{ name: 'a' }], healthCheck: { tcp: { endpoint: 'a' }, exec: SHELL } }),
    HEALTH,
    ONE_KIND,
  ],
  ['one kind of check', one({ check: {} }), '/containers(0)/check', ONE_KIND],
  [
    'health checks of endpoints of their own container',
    one({ healthCheck: { http: { endpoint: 'nope' } } }),
    `${HEALTH}/http/endpoint`,
    'contained in the container endpoints',
  ],
  [
    'the same of TCP',
    one({ healthCheck: { tcp: { endpoint: 'nope' } } }),
    `${HEALTH}/tcp/endpoint`,
    'contained in the container endpoints',
  ],
  [
    'answers before the next question',
    one({ healthCheck: { exec: SHELL, intervalSeconds: 5, timeoutSeconds: 5 } }),
    `${HEALTH}/timeoutSeconds`,
    'got 5, expected less than 5',
  ],
  [
    'no limits of containers in one group of all',
    { ...one({ resourceLimits: { cpus: 'unlimited' } }), legacySharedCgroups: true },
    '/containers(0)/resourceLimits',
    'resourceLimits cannot be defined if legacySharedCgroups is enabled',
  ],
  [
    'nothing beyond the number where data is kept',
    { ...RESIDENT, scheduling: { upgrade: { maximumOverCapacity: 0.1 } } },
    OVER,
    'got 0.1, expected 0.0',
  ],
  [
    'data that is never given up',
    { ...RESIDENT, scheduling: { unreachableStrategy: {} } },
    '/',
    'unreachableStrategy must be disabled for pods with persistent volumes',
  ],
  [
    'seccomp of containers alone',
    { linuxInfo: { seccomp: { unconfined: true } } },
    '/linuxInfo/seccomp',
    'Seccomp configuration on executor level is not supported',
  ],
];

const asForApps: readonly RuleCase[] = [
  ['no root', {}, '/', 'must not be root', { id: resolveId('/') }],
  ['names of variables', { environment: { '1A': 'x' } }, '/environment/keys(0)', VARIABLE],
  [
    'names of variables of containers',
    one({ environment: { 'A-B': 'x' } }),
    '/containers(0)/environment/keys(0)',
    VARIABLE,
  ],
  [
    'secrets that exist',
    { environment: { A: { secret: 'nope' } } },
    '/environment/A/secret',
    'references an undefined secret',
  ],
  [
    'secrets of containers that exist',
    one({ environment: { A: { secret: 'nope' } } }),
    '/containers(0)/environment/A/secret',
    'references an undefined secret',
  ],
  [
    'secrets where they are on',
    { secrets: { a: { source: 'b' } } },
    '/secrets',
    SECRET_FEATURE,
    PLAIN,
  ],
  [
    'secrets of volumes that exist',
    { containers: [MOUNTED], volumes: [{ name: 'data', secret: 'nope' }] },
    '/volumes(0)',
    'volume.secret must refer to an existing secret',
  ],
  [
    'secrets of images that exist',
    one({ image: { kind: 'DOCKER', id: 'a', pullConfig: { secret: 'nope' } } }),
    '/containers(0)/image/pullConfig',
    'pullConfig.secret must refer to an existing secret',
  ],
  [
    'sizes of volumes',
    { ...RESIDENT, volumes: [{ name: 'data', persistent: { size: 0 } }] },
    '/volumes(0)/persistent/size',
    'got 0, expected more than 0',
  ],
  [
    'constraints that can be met',
    { scheduling: { placement: { constraints: [{ fieldName: 'a', operator: 'MAX_PER' }] } } },
    '/scheduling/placement/constraints(0)',
    'MAX_PER requires an integer value',
  ],
  [
    'fractions',
    { scheduling: { upgrade: { minimumHealthCapacity: 1.5 } } },
    '/scheduling/upgrade/minimumHealthCapacity',
    'got 1.5, expected between 0.0 and 1.0',
  ],
  [
    'replacing before forgetting',
    { scheduling: { unreachableStrategy: { inactiveAfterSeconds: 2, expungeAfterSeconds: 1 } } },
    '/scheduling/unreachableStrategy/inactiveAfterSeconds',
    'inactiveAfterSeconds (2) must be less or equal to expungeAfterSeconds, which is 1',
  ],
  [
    'limits not below what is asked for',
    one({ resources: { cpus: 1 }, resourceLimits: { cpus: 0.5 } }),
    '/containers(0)/resourceLimits/cpus',
    'resource limit must be greater than or equal to requested resource (1.0)',
  ],
  [
    'limits that are numbers',
    one({ resourceLimits: { mem: 'much' } }),
    '/containers(0)/resourceLimits/mem',
    "'much' is an invalid resource limit. It must be 'unlimited' or a number",
  ],
  [
    'names of container networks',
    { networks: [{ mode: 'container' }] },
    '/networks',
    'Network name must be specified when container network is selected.',
  ],
  [
    'one kind of network',
    { networks: [{ mode: 'host' }, { mode: 'container/bridge' }] },
    '/networks',
    'May specify a single host network, single bridge network, or else 1-to-n container networks',
  ],
  [
    'networks of endpoints that exist',
    { ...one({ endpoints: [{ ...http, networkNames: ['c'] }] }), ...TWO_NETS },
    '/containers(0)/endpoints(0)/networkNames(0)',
    'is not one of (a,b)',
  ],
  [
    'one network per host port',
    { ...one({ endpoints: [{ ...http, hostPort: 0 }] }), ...TWO_NETS },
    '/containers(0)/endpoints(0)',
    'networkNames must be a single item list when hostPort is specified and more than 1 container network is defined',
  ],
  [
    'addresses',
    one({ artifacts: [{ uri: 'a b' }] }),
    '/containers(0)/artifacts(0)/uri',
    'URI has invalid syntax.',
  ],
  ['roles it may have', { role: 'x' }, '/role', 'got x, expected one of: [*, shop]'],
  [
    'a role where data is kept',
    { ...RESIDENT, role: '*' },
    '/role',
    'Resident pods cannot have the role *',
  ],
  [
    'resources that are free to all where data is kept',
    { ...RESIDENT, scheduling: { placement: { acceptedResourceRoles: ['shop'] } } },
    '/scheduling/placement/acceptedResourceRoles',
    'A resident pod must have `acceptedResourceRoles = ["*"]`.',
  ],
  [
    'profiles or none',
    one({ linuxInfo: { seccomp: { profileName: 'a', unconfined: true } } }),
    '/containers(0)/linuxInfo/seccomp',
    'Seccomp unconfined can NOT be true when Profile is defined',
  ],
  [
    'graphics processors where they are on',
    one({ resources: { gpus: 1 } }),
    '/',
    'Feature gpu_resources is not enabled. Enable with --enable_features gpu_resources)',
    PLAIN,
  ],
];

describe('a pod needs', () => {
  for (const [name, fields, path, message, overrides] of [...ofPods, ...asForApps]) {
    it(name, () => {
      expect(podViolations(fields, overrides)).to.deep.include({ path, message });
    });
  }

  it('nothing more than a container', () => {
    expect(podViolations({})).to.deep.equal([]);
  });

  it('all of it at once', () => {
    const violations = podViolations({ id: 'cart', user: '', containers: [], role: 'x' });
    expect(violations.map(({ path }) => path)).to.deep.equal([
      '/id',
      '/user',
      '/containers',
      '/role',
    ]);
  });
});

describe('a changed pod', () => {
  it('keeps its right to its role, and its version', () => {
    const current = samplePod({ role: 'shop' });
    const ctx = podContext({ id: resolveId('/shop/cart'), enforceRole: false });
    const wire = { id: '/shop/cart', containers: [container()], role: 'shop' };
    const built = buildPod(wire, { ...current, role: 'shop' }, ctx);
    expect(built.ok && built.value.version).to.equal(current.version);
  });

  it('does not change its role where data is kept, unless it is forced', () => {
    const current = samplePod(RESIDENT);
    const wire = { id: '/shop/cart', ...RESIDENT, containers: [MOUNTED], role: 'own' };
    const settings = { ...podContext().settings, defaultRole: 'own' };
    const refused = buildPod(wire, current, podContext({ settings }));
    expect(refused.ok ? [] : refused.error.map(({ path }) => path)).to.deep.equal(['/role']);
    expect(buildPod(wire, current, podContext({ settings, force: true })).ok).to.equal(true);
  });
});

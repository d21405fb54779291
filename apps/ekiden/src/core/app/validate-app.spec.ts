import { expect } from 'chai';
import type { AppWire } from './app-wire.js';
import { createApp } from './create-app.js';
import { resolveId } from './path-id.js';
import { sampleApp, sampleContext, violationsOf, type RuleCase } from './sample-app.js';
import { validateApp } from './validate-app.js';

const segment =
  '^(([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])\\.)*([a-z0-9]|[a-z0-9][a-z0-9\\-]*[a-z0-9])|(\\.|\\.\\.)$';

const ids: readonly RuleCase[] = [
  ['refuses the root as an app', {}, '/', 'must not be root', { id: resolveId('/') }],
  [
    'refuses capitals in an id',
    {},
    '/id',
    `must fully match regular expression '${segment}'`,
    { id: resolveId('/shop/Web') },
  ],
  [
    'refuses reserved endings',
    {},
    '/id',
    'must not end with any of the following reserved keywords: restart, tasks, versions, ., ..',
    { id: resolveId('/shop/tasks') },
  ],
  [
    'refuses malformed dependencies',
    { dependencies: ['db', 'D_B'] },
    '/dependencies(1)',
    `must fully match regular expression '${segment}'`,
  ],
];

const limits: readonly RuleCase[] = [
  [
    'refuses a limit below the request',
    { cpus: 1, resourceLimits: { cpus: 0.5 } },
    '/resourceLimits/cpus',
    'resource limit must be greater than or equal to requested resource (1.0)',
  ],
  [
    'refuses a limit that is no number',
    { resourceLimits: { mem: 'lots' } },
    '/resourceLimits/mem',
    "'lots' is an invalid resource limit. It must be 'unlimited' or a number",
  ],
  ['refuses negative instances', { instances: -3 }, '/instances', 'got -3, expected 0 or more'],
  ['refuses negative memory', { mem: -1 }, '/mem', 'got -1.0, expected 0.0 or more'],
  [
    'refuses shares above one',
    { upgradeStrategy: { minimumHealthCapacity: 1.2, maximumOverCapacity: 0 } },
    '/upgradeStrategy/minimumHealthCapacity',
    'got 1.2, expected between 0.0 and 1.0',
  ],
  [
    'refuses two instances of a single-instance app',
    { instances: 2, labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } },
    '/',
    'Single instance app may only have one instance',
  ],
  [
    'wants a stop-first upgrade of a single-instance app',
    { labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } },
    '/upgradeStrategy/maximumOverCapacity',
    'got 1.0, expected 0.0',
  ],
  [
    'refuses to expunge before the instance is inactive',
    { unreachableStrategy: { inactiveAfterSeconds: 9, expungeAfterSeconds: 5 } },
    '/unreachableStrategy/inactiveAfterSeconds',
    'inactiveAfterSeconds (9) must be less or equal to expungeAfterSeconds, which is 5',
  ],
  [
    'refuses a negative delay of inactivity',
    { unreachableStrategy: { inactiveAfterSeconds: -1 } },
    '/unreachableStrategy/inactiveAfterSeconds',
    'inactiveAfterSeconds (-1) must be greater than or equal to 0',
  ],
  [
    'knows one version of migrations',
    {
      labels: {
        DCOS_MIGRATION_API_VERSION: 'v2',
        DCOS_PACKAGE_FRAMEWORK_NAME: 'x',
        DCOS_MIGRATION_API_PATH: '/p',
      },
    },
    '/labels/DCOS_MIGRATION_API_VERSION',
    'got v2, expected v1',
  ],
  [
    'wants all migration labels or none',
    { labels: { DCOS_MIGRATION_API_VERSION: 'v1' } },
    '/',
    'DCOS_PACKAGE_FRAMEWORK_NAME and DCOS_MIGRATION_API_PATH must be defined when using DCOS_MIGRATION_API_VERSION',
  ],
];

describe('the rules of an app', () => {
  for (const [name, wire, path, message, overrides] of [...ids, ...limits]) {
    it(name, () => {
      expect(violationsOf(wire, overrides)).to.deep.include({ path, message });
    });
  }

  it('are all reported at once within a stage, and later stages wait', () => {
    const wire: AppWire = { cmd: 'x', role: 'ops', constraints: [['a']], instances: -1 };
    const built = createApp(wire, sampleContext());
    expect(built.ok ? [] : built.error.map(({ path }) => path)).to.deep.equal([
      '/constraints(0)',
      '/',
      '/role',
    ]);
  });

  it('hold for definitions too', () => {
    const sound = sampleApp({ labels: { a: 'b' } });
    expect(validateApp(sound, sampleContext())).to.deep.equal([]);
    const networks = [{ mode: 'container', name: 'blue', labels: {} }] as const;
    const broken = validateApp({ ...sound, networks }, sampleContext());
    expect(broken).to.deep.equal([
      { path: '/', message: 'portDefinitions are only allowed with host-networking' },
    ]);
  });

  it('want a host port on the bridge, which definitions from documents always have', () => {
    const sound = sampleApp({ networks: [{ mode: 'container/bridge' }], cmd: 'sleep 60' });
    const portMappings = (sound.container?.portMappings ?? []).map(
      ({ hostPort: _hostPort, ...mapping }) => mapping,
    );
    const container = { ...sound.container, type: 'MESOS' as const, volumes: [], portMappings };
    expect(validateApp({ ...sound, container }, sampleContext())).to.deep.include({
      path: '/container/portMappings(0)',
      message: 'hostPort is required for BRIDGE mode.',
    });
  });

  it('let an app keep the role it has', () => {
    const ctx = sampleContext({ currentRole: 'ops' });
    expect(createApp({ cmd: 'sleep 60', role: 'ops' }, ctx).ok).to.equal(true);
  });

  it('accept a health check without a port on a default port', () => {
    expect(sampleApp({ healthChecks: [{ path: '/' }] }).healthChecks.length).to.equal(1);
  });
});

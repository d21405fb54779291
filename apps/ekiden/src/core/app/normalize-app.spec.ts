import { expect } from 'chai';
import type { AppWire } from './app-wire.js';
import { normalizeApp } from './normalize-app.js';
import { resolveId } from './path-id.js';
import { sampleContext } from './sample-app.js';

const ctx = sampleContext();
const image = 'nginx:1.25';
const bridge = { mode: 'container/bridge', labels: {} } as const;

function app(wire: AppWire): ReturnType<typeof normalizeApp> {
  return normalizeApp(wire, ctx);
}

const defaultMapping = {
  containerPort: 0,
  servicePort: 0,
  name: 'default',
  protocol: 'tcp',
  labels: {},
  networkNames: [],
} as const;

describe('the canonical form of ports', () => {
  const given = (wire: AppWire): unknown => app(wire).portDefinitions?.map(({ port }) => port);

  it('has one definition when nothing is said about ports', () => {
    expect(app({}).portDefinitions).to.deep.equal([
      { port: 0, name: 'default', protocol: 'tcp', labels: {} },
    ]);
  });

  it('has none for an empty list', () => {
    expect(given({ portDefinitions: [] })).to.deep.equal([]);
    expect(given({ ports: [] })).to.deep.equal([]);
  });

  it('turns ports into definitions', () => {
    expect(given({ ports: [8080, 0] })).to.deep.equal([8080, 0]);
  });

  it('drops definitions off the host network and pads the mappings to as many', () => {
    const built = app({
      ports: [0, 0],
      networks: [{ mode: 'container/bridge' }],
      container: { docker: { image }, portMappings: [{ containerPort: 80 }] },
    });
    expect(built.portDefinitions).to.equal(undefined);
    expect(built.container?.portMappings?.map((m) => m.containerPort)).to.deep.equal([80, 0]);
  });

  it('requires host ports only on the host network', () => {
    expect(app({ requirePorts: true }).requirePorts).to.equal(true);
    expect(app({ requirePorts: true, networks: [bridge] }).requirePorts).to.equal(false);
  });

  it('shows both protocols in one order', () => {
    const built = app({ portDefinitions: [{ protocol: 'tcp,udp' }] });
    expect(built.portDefinitions?.[0]?.protocol).to.equal('udp,tcp');
  });
});

describe('the canonical form of networks and mappings', () => {
  const networkCases: readonly (readonly [string, AppWire, object])[] = [
    ['is the host network by default', {}, { mode: 'host', labels: {} }],
    [
      'reads the docker network HOST',
      { container: { docker: { image, network: 'HOST' } } },
      { mode: 'host', labels: {} },
    ],
    [
      'reads the docker network BRIDGE',
      { container: { docker: { image, network: 'BRIDGE' } } },
      bridge,
    ],
    [
      'reads the docker network USER with the name and labels of the IP address',
      {
        container: { docker: { image, network: 'USER' } },
        ipAddress: { networkName: 'blue', labels: { a: 'b' } },
      },
      { mode: 'container', name: 'blue', labels: { a: 'b' } },
    ],
    [
      'reads an IP address as a container network',
      { ipAddress: { networkName: 'blue' } },
      { mode: 'container', name: 'blue', labels: {} },
    ],
    [
      'reads an IP address on the bridge network as bridge',
      { ipAddress: { networkName: 'mesos-bridge' } },
      bridge,
    ],
  ];
  for (const [name, wire, network] of networkCases) {
    it(name, () => {
      expect(app(wire).networks).to.deep.equal([network]);
    });
  }

  it('names container networks as the operator says', () => {
    const settings = { ...ctx.settings, defaultNetworkName: 'dcos' };
    const built = normalizeApp({ networks: [{}] }, { ...ctx, settings });
    expect(built.networks).to.deep.equal([{ mode: 'container', name: 'dcos', labels: {} }]);
  });

  it('adds a container with one mapping off the host network', () => {
    expect(app({ networks: [{ mode: 'container', name: 'blue' }] }).container).to.deep.equal({
      type: 'MESOS',
      volumes: [],
      portMappings: [defaultMapping],
    });
  });

  it('gives bridge mappings a host port and leaves an empty list alone', () => {
    const built = app({ networks: [bridge], container: { docker: { image } } });
    expect(built.container?.portMappings).to.deep.equal([{ ...defaultMapping, hostPort: 0 }]);
    const none = app({ networks: [bridge], container: { docker: { image }, portMappings: [] } });
    expect(none.container?.portMappings).to.deep.equal([]);
  });

  it('moves mappings out of docker', () => {
    const built = app({
      container: {
        docker: { image, network: 'BRIDGE', portMappings: [{ containerPort: 80, hostPort: 8080 }] },
      },
    });
    expect(built.container).to.deep.equal({
      type: 'DOCKER',
      docker: { image, forcePullImage: false, privileged: false, parameters: [] },
      volumes: [],
      portMappings: [
        {
          containerPort: 80,
          hostPort: 8080,
          servicePort: 0,
          protocol: 'tcp',
          labels: {},
          networkNames: [],
        },
      ],
    });
  });

  it('turns discovery ports into mappings without host ports', () => {
    const built = app({
      ipAddress: { networkName: 'blue', discovery: { ports: [{ number: 80, name: 'http' }] } },
    });
    expect(built.container?.portMappings).to.deep.equal([
      { ...defaultMapping, containerPort: 80, name: 'http' },
    ]);
  });
});

describe('the canonical form of everything else', () => {
  it('unpacks archives of uris only, and everything of fetch', () => {
    const uris = ['http://a/x.tar.gz?v=1', 'http://a/run.sh', 'x.zip'];
    expect(app({ uris }).fetch.map((f) => f.extract)).to.deep.equal([true, false, true]);
    expect(app({ fetch: [{ uri: 'run.sh' }] }).fetch).to.deep.equal([
      { uri: 'run.sh', extract: true, executable: false, cache: false },
    ]);
  });

  it('points a health check at the first port only where ports are written out', () => {
    const check = { path: '/' };
    const index = (wire: AppWire): unknown =>
      app({ ...wire, healthChecks: [check] }).healthChecks[0]?.portIndex;
    expect(index({})).to.equal(undefined);
    expect(index({ portDefinitions: [{ port: 0 }] })).to.equal(0);
    expect(index({ ports: [0] })).to.equal(0);
    expect(
      index({ networks: [bridge], container: { docker: { image }, portMappings: [{}] } }),
    ).to.equal(0);
    expect(app({ ports: [0], healthChecks: [{ port: 80 }] }).healthChecks[0]?.portIndex).to.equal(
      undefined,
    );
  });

  it('keeps the data of apps with persistent volumes', () => {
    const built = app({
      container: {
        type: 'MESOS',
        volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }],
      },
    });
    expect(built.upgradeStrategy).to.deep.equal({
      minimumHealthCapacity: 0.5,
      maximumOverCapacity: 0,
    });
    expect(built.unreachableStrategy).to.equal('disabled');
    expect(built.residency).to.deep.equal({
      relaunchEscalationTimeoutSeconds: 3600,
      taskLostBehavior: 'WAIT_FOREVER',
    });
    expect(built.container?.volumes).to.deep.equal([
      {
        kind: 'persistent',
        containerPath: 'data',
        mode: 'RW',
        persistent: { type: 'root', size: 10, constraints: [] },
      },
    ]);
  });

  it('mounts persistent volumes of a profile', () => {
    const persistent = { size: 10, profileName: 'fast' };
    const volume = app({
      container: { type: 'MESOS', volumes: [{ containerPath: 'data', persistent }] },
    }).container?.volumes[0];
    expect(volume?.kind === 'persistent' && volume.persistent.type).to.equal('mount');
  });

  it('reads any text for the unreachable strategy as disabled, and half an object as zero', () => {
    expect(app({ unreachableStrategy: 'off' }).unreachableStrategy).to.equal('disabled');
    const half = app({ unreachableStrategy: { expungeAfterSeconds: 5 } }).unreachableStrategy;
    expect(half).to.deep.equal({ inactiveAfterSeconds: 0, expungeAfterSeconds: 5 });
  });

  it('expects status 200 of a readiness check that names none', () => {
    const codes = app({ readinessChecks: [{}] }).readinessChecks[0]?.httpStatusCodesForReady;
    expect(codes).to.deep.equal([200]);
  });

  it('resolves dependencies against the base and names each once', () => {
    const wire = { dependencies: ['db', '../ops/log', '/shop/db'] };
    expect(normalizeApp(wire, { ...ctx, base: resolveId('/shop') }).dependencies).to.deep.equal([
      '/shop/db',
      '/ops/log',
    ]);
    expect(app({ dependencies: ['db'] }).dependencies).to.deep.equal(['/db']);
  });

  it('takes the role of the group only where the group enforces it', () => {
    expect(app({}).role).to.equal('*');
    expect(normalizeApp({}, { ...ctx, enforceRole: true }).role).to.equal('shop');
    const top = { ...ctx, id: resolveId('/web'), enforceRole: true };
    expect(normalizeApp({}, top).role).to.equal('*');
  });

  it('drops null wherever it stands', () => {
    const built = app({ cmd: null, user: null, env: { A: null, B: 'b' }, labels: { x: null } });
    expect(built).to.not.have.any.keys('cmd', 'user');
    expect(built.env).to.deep.equal({ B: 'b' });
    expect(built.labels).to.deep.equal({});
  });
});

describe('whose resources an app uses', () => {
  const accepted = (wire: AppWire, acceptedRoles?: 'any' | 'unreserved' | 'reserved') => {
    const settings = { ...ctx.settings, ...(acceptedRoles && { acceptedRoles }) };
    return normalizeApp(wire, { ...ctx, settings }).acceptedResourceRoles;
  };
  const resident: AppWire = {
    container: {
      volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }],
    },
  };

  it('is left open unless an operator has decided', () => {
    expect(accepted({ role: 'eng' })).to.equal(undefined);
    expect(accepted({ role: 'eng' }, 'any')).to.equal(undefined);
  });

  it('is what an operator has decided where the document says nothing', () => {
    expect(accepted({ role: 'eng' }, 'unreserved')).to.deep.equal(['*']);
    expect(accepted({ role: 'eng' }, 'reserved')).to.deep.equal(['eng']);
    expect(accepted({ role: 'eng', acceptedResourceRoles: ['*'] }, 'reserved')).to.deep.equal([
      '*',
    ]);
  });

  it('is open for resident apps, which reserve what they take', () => {
    expect(accepted({ role: 'eng', ...resident }, 'reserved')).to.equal(undefined);
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import type { AppDefinition } from './app-definition.js';
import type { AppWire } from './app-wire.js';
import { isUpgrade } from './compare-apps.js';
import { normalizeApp } from './normalize-app.js';
import { sampleApp, sampleContext } from './sample-app.js';
import { updateApp } from './update-app.js';
import { wireOf } from './wire-of.js';

const ctx = sampleContext();
const image = 'nginx:1.25';

function patched(current: AppDefinition, wire: AppWire): AppDefinition {
  const result = updateApp(current, wire, { partial: true }, ctx);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe('a partial update', () => {
  it('replaces top-level fields as a whole and keeps the others', () => {
    const current = sampleApp({ env: { A: 'a', B: 'b' }, labels: { x: 'y' } });
    const next = patched(current, { env: { A: '1' }, labels: null });
    expect(next.env).to.deep.equal({ A: '1' });
    expect(next.labels).to.deep.equal({ x: 'y' });
  });

  it('keeps resource limits and executor resources', () => {
    const current = sampleApp({ resourceLimits: { mem: 512 }, executorResources: { cpus: 0.5 } });
    const next = patched(current, { instances: 2 });
    expect(next.resourceLimits).to.deep.equal({ mem: 512 });
    expect(next.executorResources).to.deep.equal({ cpus: 0.5, mem: 32, disk: 10 });
  });

  it('reads ports as port definitions', () => {
    const next = patched(sampleApp({ portDefinitions: [{ port: 1, name: 'a' }] }), { ports: [7] });
    expect(next.portDefinitions).to.deep.equal([{ port: 7, protocol: 'tcp', labels: {} }]);
  });

  it('reads uris as what to fetch, none included', () => {
    const current = sampleApp({ fetch: [{ uri: 'old' }] });
    const fetched = patched(current, { uris: ['new.zip'] }).fetch.map(({ uri }) => uri);
    expect(fetched).to.deep.equal(['new.zip']);
    expect(patched(current, { uris: [] }).fetch).to.deep.equal([]);
  });

  it('reads a docker network as a change of networks', () => {
    const next = patched(sampleApp({ ports: [7] }), {
      container: { docker: { image, network: 'BRIDGE', portMappings: [{ containerPort: 80 }] } },
    });
    expect(next.networks).to.deep.equal([{ mode: 'container/bridge', labels: {} }]);
    expect(next.portDefinitions).to.equal(undefined);
    expect(next.container?.portMappings?.map((m) => m.containerPort)).to.deep.equal([80]);
  });

  it('always points health checks at a port', () => {
    expect(patched(sampleApp(), { healthChecks: [{}] }).healthChecks[0]?.portIndex).to.equal(0);
    const current = sampleApp({ healthChecks: [{}] });
    expect(patched(current, { instances: 2 }).healthChecks[0]?.portIndex).to.equal(undefined);
  });

  it('keeps version and version info for the stamp', () => {
    const current = sampleApp();
    const later = { ...ctx, now: sampleContext().now };
    const result = updateApp(current, { instances: 3 }, { partial: true }, later);
    expect(result.ok && result.value.versionInfo).to.equal(current.versionInfo);
  });

  it('is judged like a complete definition', () => {
    const result = updateApp(sampleApp(), { args: ['x'], cpus: -1 }, { partial: true }, ctx);
    expect(result.ok).to.equal(false);
  });

  it('leaves a resident app its role unless forced', () => {
    const volumes = [{ containerPath: 'data', mode: 'RW' as const, persistent: { size: 1 } }];
    const container = { type: 'MESOS' as const, volumes };
    const enforced = { ...ctx, enforceRole: true };
    const current = sampleApp({ container }, enforced);
    const open = { ...ctx, settings: { ...ctx.settings, defaultRole: 'prod' } };
    const change = { role: 'prod' };
    const refused = updateApp(current, change, { partial: true }, open);
    expect(refused.ok ? [] : refused.error).to.deep.equal([
      {
        path: '/role',
        message:
          'It is not possible to change the role for existing reservations. If you proceed with ' +
          'this change, all existing instances will continue to run under the previous role, ' +
          'shop. Only new instances will be allocated with the new role, prod. In order to ' +
          'continue, retry your request with ?force=true',
      },
    ]);
    const forced = updateApp(current, change, { partial: true }, { ...open, force: true });
    expect(forced.ok).to.equal(true);
  });
});

describe('a complete update', () => {
  it('falls back to the defaults for absent fields', () => {
    const current = sampleApp({ instances: 5, env: { A: 'a' } });
    const result = updateApp(current, { cmd: 'sleep 61' }, { partial: false }, ctx);
    expect(result.ok && result.value).to.deep.include({ instances: 1, env: {} });
  });
});

describe('any app', () => {
  it('equals itself after an empty update, and after its own document in full', () => {
    fc.assert(
      fc.property(anyWire(), (wire) => {
        const current = sampleApp(wire);
        expect(patched(current, {})).to.deep.equal(current);
        const full = updateApp(current, wireOf(current), { partial: false }, ctx);
        expect(full.ok && isUpgrade(current, full.value)).to.equal(false);
        expect(full.ok).to.equal(true);
      }),
    );
  });

  it('is normalised once and for all', () => {
    fc.assert(
      fc.property(anyWire(), (wire) => {
        const once = normalizeApp(wireOf(sampleApp(wire)), ctx);
        expect(normalizeApp(wireOf(once), ctx)).to.deep.equal(once);
      }),
    );
  });
});

function anyWire(): fc.Arbitrary<AppWire> {
  const port = fc.constantFrom(0, 8080);
  const bridged: fc.Arbitrary<AppWire> = fc.record({
    container: fc.record({
      docker: fc.constant({ image, network: 'BRIDGE' as const }),
      portMappings: fc.option(
        fc.array(fc.record({ containerPort: port, hostPort: fc.option(port) }), { maxLength: 2 }),
      ),
      volumes: fc.constantFrom(null, [
        { containerPath: '/a', hostPath: '/b', mode: 'RO' as const },
      ]),
    }),
    ports: fc.option(fc.constantFrom([0], [0, 0])),
  });
  const hosted: fc.Arbitrary<AppWire> = fc.record({
    ports: fc.constantFrom(null, [], [0], [8080, 0]),
    requirePorts: fc.option(fc.boolean()),
    readinessChecks: fc.constant([]),
  });
  const resident: fc.Arbitrary<AppWire> = fc.constant({
    networks: [{ mode: 'container', name: 'blue' }],
    executor: '//cmd',
    secrets: { token: { source: '/token' } },
    env: { TOKEN: { secret: 'token' } },
    container: { type: 'MESOS', volumes: [{ containerPath: '/s', secret: 'token' }] },
  });
  const common: fc.Arbitrary<AppWire> = fc.record({
    instances: fc.option(fc.nat(3)),
    labels: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }),
    constraints: fc.constantFrom(null, [['hostname', 'UNIQUE']], [['zone', 'GROUP_BY', '3']]),
    healthChecks: fc.constantFrom(
      null,
      [{ protocol: 'COMMAND' as const, command: { value: 'true' } }],
      [{ port: 80 }],
    ),
    unreachableStrategy: fc.constantFrom(null, 'disabled', { expungeAfterSeconds: 9 }),
    resourceLimits: fc.constantFrom(null, { cpus: 'unlimited' }, { mem: 512 }),
    uris: fc.constantFrom(null, ['a.zip', 'b']),
    dependencies: fc.constantFrom(null, ['db', '/db']),
  });
  return fc
    .tuple(fc.oneof(bridged, hosted, resident), common)
    .map(([form, rest]) => ({ ...rest, ...form }));
}

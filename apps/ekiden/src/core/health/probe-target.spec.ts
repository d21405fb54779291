import { expect } from 'chai';
import { seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import type { AppWire, HealthCheck } from '../app/index.js';
import { sampleApp } from '../app/sample-app.js';
import { probeTargetOf } from './probe-target.js';
import { sampleCheck } from './sample-check.js';

type ProbedTask = Parameters<typeof probeTargetOf>[2];

const task: ProbedTask = {
  id: 'task-1' as TaskId,
  agentId: 'agent-1' as AgentId,
  host: 'h1',
  hostPorts: [31_000, 31_001],
  ipAddresses: ['127.0.0.1'],
};

const twoPorts: AppWire = { portDefinitions: [{ port: 0 }, { port: 0 }] };
const bridged: AppWire = {
  networks: [{ mode: 'container/bridge' }],
  container: {
    type: 'DOCKER',
    docker: { image: 'nginx' },
    portMappings: [{ containerPort: 80 }, { containerPort: 81, hostPort: 0 }],
  },
};

function target(wire: AppWire, check: Partial<HealthCheck>, changes: Partial<ProbedTask> = {}) {
  return probeTargetOf(sampleCheck(check), sampleApp(wire), { ...task, ...changes });
}

const network = { host: '127.0.0.1', ipProtocol: 'IPv4', timeout: seconds(2) };

describe('where a health check asks', () => {
  it('asks HTTP at the host port of its index', () => {
    expect(target(twoPorts, { portIndex: 1, path: '/health' })).to.deep.equal({
      kind: 'http',
      https: false,
      path: '/health',
      ignore1xx: false,
      port: 31_001,
      ...network,
    });
  });

  it('asks the first port for / when it names neither port nor path', () => {
    expect(target(twoPorts, { protocol: 'MESOS_HTTPS' })).to.deep.equal({
      kind: 'http',
      https: true,
      path: '/',
      ignore1xx: false,
      port: 31_000,
      ...network,
    });
  });

  it('prefers an explicit port', () => {
    expect(target(twoPorts, { protocol: 'TCP', port: 8080 })).to.deep.equal({
      kind: 'tcp',
      port: 8080,
      ...network,
    });
  });

  it('asks at the host by name while the task has no address', () => {
    const found = target(twoPorts, { protocol: 'MESOS_TCP' }, { ipAddresses: [] });
    expect(found).to.deep.equal({ kind: 'tcp', port: 31_000, ...network, host: 'h1' });
  });

  it('asks a bridged container at the port of its host', () => {
    const found = target(
      bridged,
      { protocol: 'TCP', portIndex: 1 },
      { hostPorts: [31_005, 31_006], ipAddresses: ['172.17.0.2'] },
    );
    expect(found).to.deep.equal({ kind: 'tcp', port: 31_006, ...network, host: 'h1' });
  });

  it('asks a container without a host port at its own address', () => {
    const changes = { hostPorts: [31_005], ipAddresses: ['172.17.0.2'] };
    const networks = [{ mode: 'container', name: 'dcos' }] as const;
    const app = { ...bridged, networks };
    const found = target(app, { protocol: 'TCP', portIndex: 0 }, changes);
    expect(found).to.deep.equal({ kind: 'tcp', port: 80, ...network, host: '172.17.0.2' });
    expect(target(app, { protocol: 'TCP' }, { ...changes, ipAddresses: [] })).to.equal(undefined);
  });

  it('asks the agent-side kinds inside the network of a container, if that is on this machine', () => {
    const changes = { hostPorts: [31_005, 31_006], ipAddresses: ['172.17.0.2'] };
    const inside = { kind: 'tcp', ...network, host: '172.17.0.2' };
    const here = { ...changes, hostAddress: '127.0.0.1' };
    const byIndex = target(bridged, { protocol: 'MESOS_TCP', portIndex: 1 }, here);
    expect(byIndex).to.deep.equal({ ...inside, port: 81 });
    const unmapped = target(bridged, { protocol: 'MESOS_TCP', port: 9_000 }, here);
    expect(unmapped).to.deep.equal({ ...inside, port: 9_000 });
    const away = { ...changes, hostAddress: '10.0.0.5' };
    for (const check of [{ portIndex: 1 }, { port: 81 }]) {
      const mapped = target(bridged, { protocol: 'MESOS_TCP', ...check }, away);
      expect(mapped).to.deep.equal({ ...inside, host: '10.0.0.5', port: 31_006 });
    }
  });

  it('asks a port by its name', () => {
    const named: AppWire = { portDefinitions: [{ port: 0 }, { port: 0, name: 'admin' }] };
    const found = target(named, { protocol: 'TCP', portName: 'admin' });
    expect(found).to.deep.equal({ kind: 'tcp', port: 31_001, ...network });
    expect(target(named, { protocol: 'TCP', portName: 'gone' })).to.equal(undefined);
  });

  it('asks a gRPC server for one service, or for itself', () => {
    const grpc = { kind: 'grpc', port: 31_000, ...network };
    expect(target(twoPorts, { protocol: 'GRPC' })).to.deep.equal({ ...grpc, service: '' });
    const cart = target(twoPorts, { protocol: 'GRPC', service: 'shop.Cart' });
    expect(cart).to.deep.equal({ ...grpc, service: 'shop.Cart' });
  });

  it('asks IPv6 at an address of that kind', () => {
    const check = { protocol: 'MESOS_TCP', ipProtocol: 'IPv6' } as const;
    const six = { ipAddresses: ['172.17.0.2', 'fd00::2'] };
    expect(target(bridged, check, six)).to.deep.include({ host: 'fd00::2', ipProtocol: 'IPv6' });
    expect(target(twoPorts, check)).to.deep.include({ host: '::1', port: 31_000 });
  });

  it('runs a command on the host of the task', () => {
    expect(target({}, { protocol: 'COMMAND', command: { value: 'true' } })).to.deep.equal({
      kind: 'command',
      agentId: 'agent-1',
      taskId: 'task-1',
      value: 'true',
      timeout: seconds(2),
    });
  });

  it('bounds the time an answer may take', () => {
    expect(target(twoPorts, { timeoutSeconds: 0 })?.timeout).to.equal(seconds(1));
    expect(target(twoPorts, { timeoutSeconds: 1e9 })?.timeout).to.equal(seconds(3_600));
  });
});

import { expect } from 'chai';
import { seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import type { AppWire, HealthCheck } from '../app/index.js';
import { sampleApp } from '../app/sample-app.js';
import { probeTargetOf } from './probe-target.js';
import { sampleCheck } from './sample-check.js';

const task = {
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

function target(wire: AppWire, check: Partial<HealthCheck>, changes: Partial<typeof task> = {}) {
  return probeTargetOf(sampleCheck(check), sampleApp(wire), { ...task, ...changes });
}

const network = { host: '127.0.0.1', ipProtocol: 'IPv4', timeout: seconds(2) };

describe('where a health check asks', () => {
  it('asks HTTP at the host port of its index', () => {
    expect(target(twoPorts, { portIndex: 1, path: '/health' })).to.deep.equal({
      kind: 'http',
      https: false,
      path: '/health',
      port: 31_001,
      ...network,
    });
  });

  it('asks the first port for / when it names neither port nor path', () => {
    expect(target(twoPorts, { protocol: 'MESOS_HTTPS' })).to.deep.equal({
      kind: 'http',
      https: true,
      path: '/',
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

import { expect } from 'chai';
import { SeededChance, millis, type TaskId } from '@ekiden/kernel';
import type { ContainerSpec, TaskSpec } from '@ekiden/host';
import type { AppWire } from '../app/index.js';
import { sampleApp } from '../app/sample-app.js';
import { taskSpecFor } from './task-spec-for.js';

function specOf(wire: AppWire, hostPorts: readonly (number | undefined)[] = []): TaskSpec {
  return taskSpecFor({
    app: { ...sampleApp(wire), version: millis(1_614_834_367_080) },
    taskId: 'shop_web.instance-1._app.1' as TaskId,
    epoch: 3,
    host: 'node1',
    hostPorts,
    envVarsPrefix: undefined,
    enforceRole: false,
    serviceVariables: {},
    chance: new SeededChance(1),
  });
}

function containerOf(wire: AppWire, hostPorts?: readonly (number | undefined)[]): ContainerSpec {
  const { container } = specOf(wire, hostPorts);
  if (container === undefined) throw new Error('no container');
  return container;
}

const DOCKER = { type: 'DOCKER', docker: { image: 'nginx:1' } } as const;

describe('the container of a task', () => {
  it('is none for a plain command', () => {
    const spec = specOf({ cmd: 'sleep 1', ports: [] });
    expect([spec.executor, spec.container]).to.deep.equal(['process', undefined]);
  });

  it('has an image, and the network of the host unless the app says otherwise', () => {
    const spec = specOf({ container: DOCKER, ports: [] });
    expect(spec.executor).to.equal('docker');
    expect(spec.container).to.deep.equal({
      image: 'nginx:1',
      forcePullImage: false,
      privileged: false,
      network: { kind: 'host' },
      ports: [],
      volumes: [],
      parameters: [],
      tty: false,
    });
  });

  it('is of the same kind for an image of the other container type', () => {
    const spec = specOf({ container: { type: 'MESOS', docker: { image: 'nginx' } }, ports: [] });
    expect([spec.executor, spec.container?.image]).to.deep.equal(['docker', 'nginx']);
  });

  it('publishes the ports of a bridge', () => {
    const portMappings = [
      { containerPort: 80 },
      { containerPort: 0, hostPort: 0, protocol: 'udp,tcp' },
      { containerPort: 53, protocol: 'udp' },
    ] as const;
    const wire: AppWire = {
      container: { ...DOCKER, portMappings },
      networks: [{ mode: 'container/bridge' }],
    };
    const container = containerOf(wire, [31_001, 31_002, undefined]);
    expect(container.network).to.deep.equal({ kind: 'bridge' });
    expect(container.ports).to.deep.equal([
      { containerPort: 80, hostPort: 31_001, protocols: ['tcp'] },
      { containerPort: 0, hostPort: 31_002, protocols: ['tcp', 'udp'] },
      { containerPort: 53, protocols: ['udp'] },
    ]);
  });

  it('joins a network by its name', () => {
    const wire: AppWire = { container: DOCKER, networks: [{ mode: 'container', name: 'blue' }] };
    expect(containerOf(wire, [undefined]).network).to.deep.equal({ kind: 'user', name: 'blue' });
  });

  it('gives room of its own for a relative path of the host', () => {
    const volumes = [{ containerPath: '/data', hostPath: 'data', mode: 'RW' }] as const;
    expect(containerOf({ container: { ...DOCKER, volumes }, ports: [] }).volumes).to.deep.equal([
      { kind: 'scratch', containerPath: '/data', readOnly: false },
    ]);
  });

  it('takes folders of the host and volumes of a plugin', () => {
    const volumes = [
      { containerPath: '/etc/a', hostPath: '/etc/b', mode: 'RO' },
      {
        containerPath: '/data',
        mode: 'RW',
        external: {
          name: 'vol1',
          provider: 'dvdi',
          options: { 'dvdi/driver': 'rexray', 'rexray/size': '10' },
        },
      },
    ] as const;
    expect(containerOf({ container: { ...DOCKER, volumes }, ports: [] }).volumes).to.deep.equal([
      { kind: 'host', hostPath: '/etc/b', containerPath: '/etc/a', readOnly: true },
      {
        kind: 'named',
        name: 'vol1',
        driver: 'rexray',
        driverOptions: { size: '10' },
        containerPath: '/data',
        readOnly: false,
      },
    ]);
  });

  it('is limited as the app says', () => {
    const wire: AppWire = { container: DOCKER, ports: [], cpus: 0.5, mem: 64 };
    expect(specOf(wire).limits).to.equal(undefined);
    const limited = specOf({ ...wire, resourceLimits: { cpus: 1.5, mem: 'unlimited' } });
    expect(limited.limits).to.deep.equal({ cpus: 1_500, mem: 'unlimited' });
    expect(
      specOf({ ...wire, resourceLimits: { cpus: 'unlimited', mem: 128 } }).limits,
    ).to.deep.equal({ mem: 128_000 });
  });

  it('carries what it belongs to', () => {
    expect(specOf({ container: DOCKER, ports: [] }).labels).to.deep.equal({
      app: '/shop/web',
      instance: 'shop_web.instance-1',
    });
  });
});

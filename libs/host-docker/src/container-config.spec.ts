import { expect } from 'chai';
import type { TaskId } from '@ekiden/kernel';
import { millis, seconds } from '@ekiden/kernel';
import type { ContainerSpec, TaskSpec } from '@ekiden/host';
import { containerConfig, graceSeconds, type ContainerConfig } from './container-config.js';
import { containerSpec } from '../testing/index.js';

const MIB = 1_048_576;

function configOf(
  changes: Partial<TaskSpec> = {},
  container: Partial<ContainerSpec> = {},
): ContainerConfig {
  const result = containerConfig('blue', containerSpec('web.1', changes, container));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function limitsOf(changes: Partial<TaskSpec>): Readonly<Record<string, number | undefined>> {
  const { CpuShares, NanoCpus, Memory, MemorySwap, MemoryReservation } =
    configOf(changes).HostConfig;
  return { CpuShares, NanoCpus, Memory, MemorySwap, MemoryReservation };
}

describe('The configuration of a container', () => {
  it('replaces the entry point by a shell for a command line', () => {
    const { Entrypoint, Cmd } = configOf({ command: { kind: 'shell', value: 'echo $HOME' } });
    expect([Entrypoint, Cmd]).to.deep.equal([['/bin/sh'], ['-c', 'echo $HOME']]);
  });

  it('gives arguments to the entry point of the image', () => {
    const { Entrypoint, Cmd } = configOf({ command: { kind: 'argv', value: ['-p', '80'] } });
    expect([Entrypoint, Cmd]).to.deep.equal([undefined, ['-p', '80']]);
  });

  it('replaces the entry point by a program of its own', () => {
    const value = ['/bin/server', '-p', '80'];
    const { Entrypoint, Cmd } = configOf({ command: { kind: 'argv', value, whole: true } });
    expect([Entrypoint, Cmd]).to.deep.equal([['/bin/server'], ['-p', '80']]);
  });

  it('leaves the command to the image when there is none', () => {
    const config = configOf({ command: null });
    expect(config).to.not.have.any.keys('Entrypoint', 'Cmd');
  });

  it('passes on the environment of the task, and the place of its files', () => {
    const env = { A: '1', B: 'x=y z', EMPTY: '' };
    const place = 'MESOS_SANDBOX=/mnt/mesos/sandbox';
    expect(configOf({ env }).Env).to.deep.equal([place, 'A=1', 'B=x=y z', 'EMPTY=']);
    expect(configOf({ env: { MESOS_SANDBOX: '/mine' } }).Env).to.deep.equal([
      'MESOS_SANDBOX=/mine',
    ]);
  });

  const networks: readonly (readonly [string, ContainerSpec['network'], string])[] = [
    ['the host network', { kind: 'host' }, 'host'],
    ['the bridge', { kind: 'bridge' }, 'bridge'],
    ['a network of the user', { kind: 'user', name: 'apps' }, 'apps'],
    ['that of another task', { kind: 'task', taskId: 'a.b' as TaskId }, 'container:ekiden-a.b'],
  ];
  for (const [name, network, mode] of networks) {
    it(`can be in ${name}`, () => {
      expect(configOf({}, { network }).HostConfig.NetworkMode).to.equal(mode);
    });
  }

  const tcp = ['tcp'] as const;
  const udp = ['udp'] as const;
  const both = ['udp', 'tcp'] as const;
  const mappings: readonly (readonly [
    string,
    ContainerSpec['ports'],
    object,
    readonly string[],
  ])[] = [
    [
      'a container port at a host port',
      [{ containerPort: 80, hostPort: 31_000, protocols: tcp }],
      { '80/tcp': [{ HostPort: '31000' }] },
      ['80/tcp'],
    ],
    [
      'both protocols',
      [{ containerPort: 53, hostPort: 31_053, protocols: both }],
      { '53/udp': [{ HostPort: '31053' }], '53/tcp': [{ HostPort: '31053' }] },
      ['53/udp', '53/tcp'],
    ],
    [
      'container port 0 as the number of the host port',
      [{ containerPort: 0, hostPort: 31_001, protocols: udp }],
      { '31001/udp': [{ HostPort: '31001' }] },
      ['31001/udp'],
    ],
    [
      'a port without a host port inside the network only',
      [{ containerPort: 8080, protocols: tcp }],
      {},
      ['8080/tcp'],
    ],
    [
      'one container port at two host ports',
      [
        { containerPort: 80, hostPort: 31_000, protocols: tcp },
        { containerPort: 80, hostPort: 31_001, protocols: tcp },
      ],
      { '80/tcp': [{ HostPort: '31000' }, { HostPort: '31001' }] },
      ['80/tcp'],
    ],
    ['nothing for container port 0 alone', [{ containerPort: 0, protocols: tcp }], {}, []],
  ];
  for (const [name, ports, bindings, exposed] of mappings) {
    it(`publishes ${name}`, () => {
      const config = configOf({}, { ports });
      expect(config.HostConfig.PortBindings).to.deep.equal(bindings);
      expect(Object.keys(config.ExposedPorts)).to.deep.equal(exposed);
    });
  }

  const unset = { NanoCpus: undefined, MemoryReservation: undefined };
  const amounts: readonly (readonly [string, Partial<TaskSpec>, object])[] = [
    [
      'a share of the processors and all of its memory as promised',
      { resources: { cpus: 500, mem: 128_000, disk: 0 } },
      { ...unset, CpuShares: 512, Memory: 128 * MIB, MemorySwap: 128 * MIB },
    ],
    [
      'the least that kernel and engine accept',
      { resources: { cpus: 1, mem: 1_000, disk: 0 } },
      { ...unset, CpuShares: 2, Memory: 6 * MIB, MemorySwap: 6 * MIB },
    ],
    [
      'fractions of a MiB',
      { resources: { cpus: 1_000, mem: 32_500, disk: 0 } },
      { ...unset, CpuShares: 1024, Memory: 32.5 * MIB, MemorySwap: 32.5 * MIB },
    ],
    [
      'a quota where the app sets a limit on processors',
      { resources: { cpus: 250, mem: 32_000, disk: 0 }, limits: { cpus: 1_500 } },
      {
        CpuShares: 256,
        NanoCpus: 1_500_000_000,
        Memory: 32 * MIB,
        MemorySwap: 32 * MIB,
        MemoryReservation: undefined,
      },
    ],
    [
      'more memory than promised, with the promise as its reservation',
      { resources: { cpus: 1_000, mem: 64_000, disk: 0 }, limits: { mem: 256_000 } },
      {
        CpuShares: 1024,
        NanoCpus: undefined,
        Memory: 256 * MIB,
        MemorySwap: 256 * MIB,
        MemoryReservation: 64 * MIB,
      },
    ],
    [
      'never less memory than promised',
      { resources: { cpus: 1_000, mem: 64_000, disk: 0 }, limits: { mem: 32_000 } },
      { ...unset, CpuShares: 1024, Memory: 64 * MIB, MemorySwap: 64 * MIB },
    ],
    [
      'memory without a limit',
      { resources: { cpus: 1_000, mem: 64_000, disk: 0 }, limits: { mem: 'unlimited' } },
      {
        CpuShares: 1024,
        NanoCpus: undefined,
        Memory: undefined,
        MemorySwap: undefined,
        MemoryReservation: 64 * MIB,
      },
    ],
  ];
  for (const [name, changes, expected] of amounts) {
    it(`grants ${name}`, () => {
      expect(limitsOf(changes)).to.deep.equal(expected);
    });
  }

  it('mounts paths of the host and volumes of the engine', () => {
    const { Binds, Mounts } = configOf(
      {},
      {
        volumes: [
          { kind: 'host', hostPath: '/data', containerPath: '/var/data', readOnly: true },
          { kind: 'host', hostPath: '/logs', containerPath: '/var/log', readOnly: false },
          {
            kind: 'named',
            name: 'pg',
            driver: 'rexray',
            driverOptions: { size: '10' },
            containerPath: '/pg',
            readOnly: false,
          },
          { kind: 'named', name: 'x', driverOptions: {}, containerPath: '/x', readOnly: true },
        ],
      },
    ).HostConfig;
    expect(Binds).to.deep.equal(['/data:/var/data:ro', '/logs:/var/log:rw']);
    expect(Mounts).to.deep.equal([
      {
        Type: 'volume',
        Source: 'pg',
        Target: '/pg',
        ReadOnly: false,
        VolumeOptions: { DriverConfig: { Name: 'rexray', Options: { size: '10' } } },
      },
      {
        Type: 'volume',
        Source: 'x',
        Target: '/x',
        ReadOnly: true,
        VolumeOptions: { DriverConfig: { Options: {} } },
      },
    ]);
  });

  it('has labels that say whose it is, and no secrets among them', () => {
    const labels = { app: '/web' };
    const config = configOf({ epoch: 7, labels, env: { PASSWORD: 'hunter2' } });
    expect(config.Labels).to.deep.equal({
      'ekiden.app': '/web',
      'ekiden.cluster': 'blue',
      'ekiden.task': 'web.1',
      'ekiden.epoch': '7',
      'ekiden.host-ports': '',
      'ekiden.kill-grace-ms': '3000',
      MESOS_TASK_ID: 'web.1',
    });
  });

  it('is never started again by the engine, and its logs are bounded', () => {
    const { RestartPolicy, LogConfig } = configOf().HostConfig;
    expect(RestartPolicy).to.deep.equal({ Name: 'no' });
    expect(LogConfig.Config).to.deep.equal({ 'max-size': '10m', 'max-file': '2' });
  });

  it('passes on user, terminal, privileges and the time to stop', () => {
    const changes = { user: 'nobody', killGracePeriod: millis(2_500) };
    const config = configOf(changes, { tty: true, privileged: true });
    expect(config).to.include({ User: 'nobody', Tty: true, StopTimeout: 3 });
    expect(config.HostConfig.Privileged).to.equal(true);
  });

  it('is refused without an image', () => {
    const { container, ...rest } = containerSpec('web.1');
    expect(container?.image).to.equal('busybox:stable');
    const result = containerConfig('blue', rest);
    expect(result.ok ? undefined : result.error.kind).to.equal('invalid');
  });

  it('rounds a grace up to whole seconds', () => {
    const rounded = [millis(0), millis(1), seconds(1), millis(1_001)].map(graceSeconds);
    expect(rounded).to.deep.equal([0, 1, 1, 2]);
  });
});

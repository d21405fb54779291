import { expect } from 'chai';
import fc from 'fast-check';
import { containerConfig, type ContainerConfig } from './container-config.js';
import { containerSpec } from '../testing/index.js';

type Parameter = readonly [key: string, value: string];

const MIB = 1_048_576;

function configured(...parameters: readonly Parameter[]): ContainerConfig {
  const result = configure(parameters);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function problemsOf(...parameters: readonly Parameter[]): string {
  const result = configure(parameters);
  return result.ok ? 'nothing is wrong' : `${result.error.kind}: ${result.error.message}`;
}

function configure(parameters: readonly Parameter[]): ReturnType<typeof containerConfig> {
  const asked = parameters.map(([key, value]) => ({ key, value }));
  const env = { GREETING: 'hello' };
  return containerConfig('c', containerSpec('t', { env }, { parameters: asked }));
}

/** What differs from a container without parameters. */
function changesBy(...parameters: readonly Parameter[]): Record<string, unknown> {
  const [before, after] = [flat(configured()), flat(configured(...parameters))];
  return Object.fromEntries(
    Object.entries(after).filter(([key, value]) => {
      return JSON.stringify(value) !== JSON.stringify(before[key]);
    }),
  );
}

function flat({ HostConfig, ...rest }: ContainerConfig): Record<string, unknown> {
  return { ...rest, ...HostConfig };
}

const FLAGS: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
  ['add-host', 'db:10.0.0.1', { ExtraHosts: ['db:10.0.0.1'] }],
  ['blkio-weight', '300', { BlkioWeight: 300 }],
  ['cap-add', 'NET_ADMIN', { CapAdd: ['NET_ADMIN'] }],
  ['cap-drop', 'ALL', { CapDrop: ['ALL'] }],
  ['cgroup-parent', '/apps', { CgroupParent: '/apps' }],
  ['cgroupns', 'private', { CgroupnsMode: 'private' }],
  ['cpu-period', '50000', { CpuPeriod: 50_000 }],
  ['cpu-quota', '25000', { CpuQuota: 25_000 }],
  ['cpu-shares', '512', { CpuShares: 512 }],
  ['cpus', '1.5', { NanoCpus: 1_500_000_000 }],
  ['cpuset-cpus', '0-1', { CpusetCpus: '0-1' }],
  ['cpuset-mems', '0', { CpusetMems: '0' }],
  [
    'device',
    '/dev/fuse',
    {
      Devices: [
        { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' },
      ],
    },
  ],
  ['dns', '10.0.0.2', { Dns: ['10.0.0.2'] }],
  ['dns-opt', 'ndots:1', { DnsOptions: ['ndots:1'] }],
  ['dns-option', 'ndots:1', { DnsOptions: ['ndots:1'] }],
  ['dns-search', 'example.org', { DnsSearch: ['example.org'] }],
  ['domainname', 'example.org', { Domainname: 'example.org' }],
  ['entrypoint', '/bin/run', { Entrypoint: ['/bin/run'] }],
  ['env', 'A=b=c', { Env: ['MESOS_SANDBOX=/mnt/mesos/sandbox', 'GREETING=hello', 'A=b=c'] }],
  ['group-add', 'video', { GroupAdd: ['video'] }],
  ['hostname', 'box', { Hostname: 'box' }],
  ['init', 'true', { Init: true }],
  ['interactive', 'true', { OpenStdin: true }],
  ['ipc', 'host', { IpcMode: 'host' }],
  ['link', 'db:db', { Links: ['db:db'] }],
  ['log-driver', 'journald', { LogConfig: { Type: 'journald', Config: {} } }],
  [
    'log-opt',
    'max-size=1m',
    { LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } } },
  ],
  ['mac-address', '02:42:ac:11:00:05', { MacAddress: '02:42:ac:11:00:05' }],
  ['memory', '64m', { Memory: 64 * MIB, MemorySwap: 64 * MIB }],
  ['memory-reservation', '16m', { MemoryReservation: 16 * MIB }],
  ['memory-swap', '-1', { MemorySwap: -1 }],
  ['memory-swappiness', '0', { MemorySwappiness: 0 }],
  ['net', 'apps', { NetworkMode: 'apps' }],
  ['network', 'apps', { NetworkMode: 'apps' }],
  ['oom-kill-disable', 'true', { OomKillDisable: true }],
  ['oom-score-adj', '-500', { OomScoreAdj: -500 }],
  ['pid', 'host', { PidMode: 'host' }],
  ['pids-limit', '100', { PidsLimit: 100 }],
  ['privileged', 'true', { Privileged: true }],
  ['read-only', 'true', { ReadonlyRootfs: true }],
  ['restart', 'always', {}],
  ['rm', '', {}],
  ['detach', 'true', {}],
  ['runtime', 'runc', { Runtime: 'runc' }],
  ['security-opt', 'no-new-privileges', { SecurityOpt: ['no-new-privileges'] }],
  ['shm-size', '128m', { ShmSize: 128 * MIB }],
  ['stop-signal', 'SIGINT', { StopSignal: 'SIGINT' }],
  ['stop-timeout', '7', { StopTimeout: 7 }],
  ['storage-opt', 'size=10G', { StorageOpt: { size: '10G' } }],
  ['sysctl', 'net.core.somaxconn=1024', { Sysctls: { 'net.core.somaxconn': '1024' } }],
  ['tmpfs', '/scratch:size=64m', { Tmpfs: { '/scratch': 'size=64m' } }],
  ['tty', 'true', { Tty: true }],
  ['ulimit', 'nofile=1024:2048', { Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }] }],
  ['user', 'nobody', { User: 'nobody' }],
  ['userns', 'host', { UsernsMode: 'host' }],
  ['uts', 'host', { UTSMode: 'host' }],
  ['volume', '/data:/data:ro', { Binds: ['/data:/data:ro'] }],
  ['volume-driver', 'nfs', { VolumeDriver: 'nfs' }],
  ['volumes-from', 'other', { VolumesFrom: ['other'] }],
  ['workdir', '/srv', { WorkingDir: '/srv' }],
];

describe('Flags of docker run', () => {
  for (const [flag, value, changes] of FLAGS) {
    it(`${flag} changes what it says and nothing else`, () => {
      expect(changesBy([flag, value])).to.deep.equal(changes);
      expect(changesBy([`--${flag}`, value])).to.deep.equal(changes);
    });
  }

  it('puts labels beside our own, and keeps ours from being replaced', () => {
    expect(configured(['label', 'team=web']).Labels['team']).to.equal('web');
    expect(configured(['label', 'flag']).Labels['flag']).to.equal('');
    const problem = 'invalid: docker parameter "label": labels that begin with "ekiden." are taken';
    expect(problemsOf(['label', 'ekiden.task=x'])).to.equal(problem);
  });

  const letters: readonly Parameter[] = [
    ['c', 'cpu-shares'],
    ['e', 'env'],
    ['h', 'hostname'],
    ['i', 'interactive'],
    ['l', 'label'],
    ['m', 'memory'],
    ['t', 'tty'],
    ['u', 'user'],
    ['v', 'volume'],
    ['w', 'workdir'],
    ['d', 'detach'],
  ];
  for (const [letter, flag] of letters) {
    it(`-${letter} is --${flag}`, () => {
      const value = FLAGS.find(([name]) => name === flag)?.[1] ?? 'team=web';
      expect(configured([letter, value])).to.deep.equal(configured([flag, value]));
      expect(configured([`-${letter}`, value])).to.deep.equal(configured([flag, value]));
    });
  }

  it('collects flags that may be repeated, in their order', () => {
    const { HostConfig: host, Env } = configured(
      ['cap-add', 'NET_ADMIN'],
      ['cap-add', 'SYS_TIME'],
      ['ulimit', 'nproc=5'],
      ['ulimit', 'core=-1'],
      ['device', '/dev/a:/dev/b:r'],
      ['device', '/dev/c:/dev/d'],
      ['sysctl', 'a=1'],
      ['sysctl', 'b=2'],
      ['tmpfs', '/a'],
      ['tmpfs', '/b:ro'],
      ['env', 'A=1'],
      ['env', 'B=2'],
    );
    expect(host.CapAdd).to.deep.equal(['NET_ADMIN', 'SYS_TIME']);
    expect(host.Ulimits).to.deep.equal([
      { Name: 'nproc', Soft: 5, Hard: 5 },
      { Name: 'core', Soft: -1, Hard: -1 },
    ]);
    expect(host.Devices).to.deep.equal([
      { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' },
      { PathOnHost: '/dev/c', PathInContainer: '/dev/d', CgroupPermissions: 'rwm' },
    ]);
    expect(host.Sysctls).to.deep.equal({ a: '1', b: '2' });
    expect(host.Tmpfs).to.deep.equal({ '/a': '', '/b': 'ro' });
    expect(Env.slice(-2)).to.deep.equal(['A=1', 'B=2']);
  });

  it('lets the last of several flags win where there is room for one', () => {
    expect(configured(['user', 'a'], ['u', 'b']).User).to.equal('b');
    expect(configured(['net', 'a'], ['network', 'b']).HostConfig.NetworkMode).to.equal('b');
    const twice = configured(['env', 'GREETING=hi'], ['e', 'GREETING=bye']);
    expect(twice.Env.filter((item) => item.startsWith('GREETING='))).to.deep.equal([
      'GREETING=bye',
    ]);
  });

  it('does not care in which order different flags come', () => {
    const pairs: readonly (readonly [Parameter, Parameter])[] = [
      [
        ['memory', '64m'],
        ['memory-swap', '256m'],
      ],
      [
        ['log-driver', 'syslog'],
        ['log-opt', 'tag=web'],
      ],
    ];
    for (const [one, other] of pairs) {
      expect(configured(one, other)).to.deep.equal(configured(other, one));
    }
    const swap = configured(['memory-swap', '256m'], ['memory', '64m']).HostConfig;
    expect([swap.Memory, swap.MemorySwap]).to.deep.equal([64 * MIB, 256 * MIB]);
    const logs = configured(['log-opt', 'tag=web'], ['log-driver', 'syslog']).HostConfig.LogConfig;
    expect(logs).to.deep.equal({ Type: 'syslog', Config: { tag: 'web' } });
  });

  const sizes: readonly (readonly [string, number])[] = [
    ['8388608', 8 * MIB],
    ['8388608b', 8 * MIB],
    ['8192k', 8 * MIB],
    ['8192KB', 8 * MIB],
    ['8m', 8 * MIB],
    ['8MiB', 8 * MIB],
    ['1.5g', 1536 * MIB],
  ];
  for (const [text, expected] of sizes) {
    it(`reads ${text} as ${expected} bytes`, () => {
      expect(configured(['memory', text]).HostConfig.Memory).to.equal(expected);
    });
  }

  const wrong: readonly (readonly [string, string, string])[] = [
    ['memory', 'lots', 'expected a size such as 64m, not "lots"'],
    ['memory', '', 'expected a size such as 64m, not ""'],
    ['memory-swap', '-2', 'expected a size such as 64m, or -1, not "-2"'],
    ['pids-limit', '1.5', 'expected a whole number, not "1.5"'],
    ['cpus', '-1', 'expected a number of processors, not "-1"'],
    ['privileged', 'yes', 'expected true or false, not "yes"'],
    ['privileged', 'constructor', 'expected true or false, not "constructor"'],
    ['sysctl', 'net.core', 'expected name=value, not "net.core"'],
    ['ulimit', 'nofile', 'expected name=soft[:hard], not "nofile"'],
    ['device', '', 'expected /dev/name[:/dev/name[:rwm]]'],
    ['env', 'DATABASE_URL', 'expected NAME=value: nothing of the service is passed on'],
  ];
  for (const [flag, value, problem] of wrong) {
    it(`says what is wrong with ${flag}=${value}`, () => {
      expect(problemsOf([flag, value])).to.equal(`invalid: docker parameter "${flag}": ${problem}`);
    });
  }

  it('refuses what it does not know, names of the language included', () => {
    const names = ['publish', 'constructor', 'valueOf', '__proto__', 'toString', '', 'M', 'Memory'];
    for (const name of names) {
      const problem = `invalid: docker parameter "${name}" is not supported`;
      expect(problemsOf([name, 'x'])).to.equal(problem);
    }
  });

  it('names everything that is wrong at once', () => {
    expect(problemsOf(['memory', 'x'], ['hostname', 'box'], ['nope', ''], ['tty', '2'])).to.equal(
      'invalid: docker parameter "memory": expected a size such as 64m, not "x"; ' +
        'docker parameter "nope" is not supported; ' +
        'docker parameter "tty": expected true or false, not "2"',
    );
  });

  it('answers any parameters, and never by throwing', () => {
    const parameter = fc.record({
      key: fc.oneof(fc.string(), fc.constantFrom(...FLAGS.map(([flag]) => flag))),
      value: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(parameter, { maxLength: 8 }), (parameters) => {
        const result = containerConfig('c', containerSpec('t', {}, { parameters }));
        expect(result.ok || result.error.kind === 'invalid').to.equal(true);
      }),
    );
  });
});

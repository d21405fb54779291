import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { detectResources, resourcesOf, type Machine } from './detect-resources.js';

const GIB = 1024 ** 3;

function machine(files: Readonly<Record<string, string>>, changes: Partial<Machine> = {}): Machine {
  return {
    cpus: 8,
    memBytes: 16 * GIB,
    freeDiskBytes: 100 * GIB,
    read: (path) => files[path],
    ...changes,
  };
}

describe('detected resources', () => {
  it('leave 1 GiB of memory and 5 GiB of disk to the machine', () => {
    expect(resourcesOf(machine({}))).to.deep.equal({
      cpus: 8,
      mem: 15 * 1024,
      disk: 95 * 1024,
      ports: [[31_000, 32_000]],
    });
  });

  it('leave half of a small machine', () => {
    const small = resourcesOf(machine({}, { memBytes: GIB, freeDiskBytes: 4 * GIB }));
    expect(small).to.include({ mem: 512, disk: 2048 });
  });

  it('obey control groups of version 2, also those above our own', () => {
    const seen = resourcesOf(
      machine({
        '/proc/self/cgroup': '0::/outer/inner\n',
        '/sys/fs/cgroup/outer/inner/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/outer/cpu.max': '150000 100000\n',
        '/sys/fs/cgroup/outer/inner/memory.max': `${4 * GIB}\n`,
        '/sys/fs/cgroup/outer/memory.max': 'max\n',
      }),
    );
    expect(seen).to.include({ cpus: 1.5, mem: 3 * 1024 });
  });

  it('obey control groups of version 1', () => {
    const seen = resourcesOf(
      machine({
        '/proc/self/cgroup': '5:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n1:name=systemd:/x\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
        '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '50000\n',
        '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
        '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': `${2 * GIB}\n`,
      }),
    );
    expect(seen).to.include({ cpus: 0.5, mem: 1024 });
  });

  it('of this machine are positive', async () => {
    const seen = await detectResources({ dataDir: tmpdir() });
    for (const value of [seen.cpus, seen.mem, seen.disk]) expect(value).to.be.greaterThan(0);
  });
});

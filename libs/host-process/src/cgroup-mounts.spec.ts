import { expect } from 'chai';
import { findCgroupMounts } from './cgroup-mounts.js';

const SPLIT = `
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
35 31 0:32 / /sys/fs/cgroup/mem\\040ory rw,relatime - cgroup cgroup rw,memory
36 31 0:33 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;
const UNIFIED = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';

describe('where control groups are mounted', () => {
  it('is found for version 1, each controller in its own tree', () => {
    expect(findCgroupMounts(SPLIT, () => '')).to.deep.equal({
      version: 1,
      mounts: [
        { path: '/sys/fs/cgroup/cpu,cpuacct', controllers: ['cpu'] },
        { path: '/sys/fs/cgroup/mem ory', controllers: ['memory'] },
      ],
    });
  });

  it('is found for version 2, if it controls both', () => {
    const both = 'cpuset cpu io memory pids\n';
    expect(findCgroupMounts(UNIFIED, () => both)).to.deep.equal({
      version: 2,
      mounts: [{ path: '/sys/fs/cgroup', controllers: ['cpu', 'memory'] }],
    });
    expect(findCgroupMounts(UNIFIED, () => 'cpu pids\n')).to.equal(undefined);
  });

  it('is version 1 where version 2 is mounted beside it', () => {
    expect(findCgroupMounts(SPLIT + UNIFIED, () => 'cpu memory')?.version).to.equal(1);
  });

  it('is nowhere without a mount of ours', () => {
    for (const text of ['', 'nonsense', '1 2 0:1 / / rw - ext4 /dev/a rw\n']) {
      expect(findCgroupMounts(text, () => 'cpu memory')).to.equal(undefined);
    }
  });
});

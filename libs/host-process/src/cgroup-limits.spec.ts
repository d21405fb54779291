import { expect } from 'chai';
import type { TaskSpec } from '@ekiden/host';
import { taskSpec } from '@ekiden/host/contract';
import { limitsOf, memoryLimitOf } from './cgroup-limits.js';
import { exitOutOfMemory } from './memory-exit.js';

const MIB = 2 ** 20;

function spec(cpus: number, mem: number, limits?: TaskSpec['limits']): TaskSpec {
  const resources = { cpus: cpus * 1000, mem: mem * 1000, disk: 0 };
  return taskSpec('a', { resources, ...(limits === undefined ? {} : { limits }) });
}

/** As `file=value`. */
function values(given: TaskSpec, version: 1 | 2): readonly string[] {
  return limitsOf(given, version).map(({ file, value }) => `${file}=${value}`);
}

describe('limits of control groups', () => {
  const rows: readonly (readonly [string, TaskSpec, readonly string[], readonly string[]])[] = [
    [
      'are shares of the processor and a bound of memory',
      spec(0.5, 128),
      ['cpu.shares=512', `memory.limit_in_bytes=${128 * MIB}`],
      ['cpu.weight=50', `memory.max=${128 * MIB}`],
    ],
    [
      'hold the processor to a quota only where one is asked for',
      spec(1, 64, { cpus: 1500 }),
      [
        ...['cpu.shares=1024', 'cpu.cfs_period_us=100000', 'cpu.cfs_quota_us=150000'],
        `memory.limit_in_bytes=${64 * MIB}`,
      ],
      ['cpu.weight=100', 'cpu.max=150000 100000', `memory.max=${64 * MIB}`],
    ],
    [
      'may leave memory free',
      spec(1, 64, { mem: 'unlimited' }),
      ['cpu.shares=1024'],
      ['cpu.weight=100'],
    ],
    [
      'may allow more memory than was promised',
      spec(1, 64, { mem: 256_000 }),
      ['cpu.shares=1024', `memory.limit_in_bytes=${256 * MIB}`],
      ['cpu.weight=100', `memory.max=${256 * MIB}`],
    ],
    [
      'stay within what the kernel takes',
      spec(0.001, 1, { cpus: 1 }),
      [
        ...['cpu.shares=2', 'cpu.cfs_period_us=100000', 'cpu.cfs_quota_us=1000'],
        `memory.limit_in_bytes=${32 * MIB}`,
      ],
      ['cpu.weight=1', 'cpu.max=1000 100000', `memory.max=${32 * MIB}`],
    ],
  ];
  for (const [name, given, first, second] of rows) {
    it(name, () => {
      expect(values(given, 1)).to.deep.equal(first);
      expect(values(given, 2)).to.deep.equal(second);
    });
  }

  it('give a hundred and more cpus the greatest weight there is', () => {
    expect(values(spec(200, 64), 2)[0]).to.equal('cpu.weight=10000');
  });
});

describe('the exit of a task that ran out of memory', () => {
  const given = spec(1, 48);
  const killed = { exitCode: 137, signal: 'SIGKILL', message: 'Command terminated' } as const;

  it('names the limit and the reason', () => {
    expect(exitOutOfMemory(killed, given, false)).to.deep.equal({
      exitCode: 137,
      signal: 'SIGKILL',
      message: 'Memory limit of 48 MiB exceeded: killed by the kernel',
      reason: 'CONTAINER_LIMITATION_MEMORY',
    });
    const unseen = exitOutOfMemory({ exitCode: null, message: 'unknown' }, given, false);
    expect(unseen.reason).to.equal('CONTAINER_LIMITATION_MEMORY');
  });

  it('is left alone when we killed it, or when it ended well', () => {
    expect(exitOutOfMemory(killed, given, true)).to.equal(killed);
    const well = { exitCode: 0, message: 'Command exited with status 0' };
    expect(exitOutOfMemory(well, given, false)).to.equal(well);
  });

  it('mentions it when only a part of the task was killed', () => {
    const failed = { exitCode: 3, message: 'Command exited with status 3' };
    expect(exitOutOfMemory(failed, given, false)).to.deep.equal({
      exitCode: 3,
      message:
        'Command exited with status 3 (Memory limit of 48 MiB exceeded: the kernel has killed a part of it)',
    });
  });

  it('says what is known without a limit', () => {
    const free = spec(1, 48, { mem: 'unlimited' });
    expect(memoryLimitOf(free)).to.equal(undefined);
    expect(exitOutOfMemory(killed, free, false).message).to.contain('memory of the machine');
  });
});

import { access, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { constants, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import type { TaskExit, TaskSpec } from '@ekiden/host';
import { must, taskSpec, until } from '@ekiden/host/contract';
import { ProcessHost } from '../testing/process-host.js';
import { findCgroupMounts } from './cgroup-mounts.js';
import { isDead, readStat } from './proc.js';
import { TaskCgroups, type Isolation } from './task-cgroups.js';
import type { ProcessExecutor } from './process-executor.js';

/** A folder tree stands in for the kernel's: it shows what is written where. */
describe('control groups of tasks', () => {
  let root: string;
  const warnings: string[] = [];

  beforeEach(async () => {
    warnings.length = 0;
    root = await mkdtemp(join(tmpdir(), 'ekiden-groups-'));
  });

  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  function open(mountInfo: string, isolation: Isolation = 'cgroups'): Promise<TaskCgroups> {
    const log = {
      info: () => undefined,
      warn: (facts: object, event: string) =>
        void warnings.push(`${event} ${JSON.stringify(facts)}`),
    };
    return TaskCgroups.open({ isolation, dataDir: '/data', log, mountInfo });
  }

  async function unified(): Promise<string> {
    await mkdir(join(root, 'ekiden'));
    await writeFile(join(root, 'cgroup.controllers'), 'cpu memory pids\n');
    await writeFile(join(root, 'cgroup.subtree_control'), 'memory\n');
    await writeFile(join(root, 'ekiden', 'cgroup.procs'), '');
    await writeFile(join(root, 'ekiden', 'cgroup.subtree_control'), '\n');
    return `30 23 0:26 / ${root} rw - cgroup2 cgroup2 rw\n`;
  }

  async function split(): Promise<string> {
    for (const name of ['cpu', 'memory']) {
      await mkdir(join(root, name, 'ekiden'), { recursive: true });
      await writeFile(join(root, name, 'ekiden', 'cgroup.procs'), '');
    }
    return ['cpu', 'memory']
      .map((name) => `30 23 0:26 / ${root}/${name} rw - cgroup cgroup rw,${name}\n`)
      .join('');
  }

  it('pass the controllers on in version 2, as far as they are not', async () => {
    await open(await unified());
    const read = (path: string): string => readFileSync(join(root, path), 'utf8');
    expect(read('cgroup.subtree_control')).to.equal('+cpu');
    expect(read('ekiden/cgroup.subtree_control')).to.equal('+cpu +memory');
  });

  it('get their limits, one group in version 2', async () => {
    const groups = await open(await unified());
    const limits = { cpus: 250 };
    await groups.create('a', taskSpec('a', { limits }));
    const [door = ''] = groups.doors('a');
    expect(door).to.match(/\/ekiden\/[0-9a-f]{8}\.a\/cgroup\.procs$/);
    const group = join(door, '..');
    expect((await readdir(group)).sort()).to.deep.equal(['cpu.max', 'cpu.weight', 'memory.max']);
    expect(await readFile(join(group, 'cpu.max'), 'utf8')).to.equal('25000 100000');
    await writeFile(join(group, 'memory.events'), 'low 0\noom 3\noom_kill 2\noom_group_kill 0\n');
    expect(await groups.outOfMemoryKills('a')).to.equal(2);
    expect(await groups.outOfMemoryKills('b')).to.equal(0);
  });

  it('get their limits, one group for each controller in version 1', async () => {
    const groups = await open(await split());
    await groups.create('a', taskSpec('a'));
    expect(groups.doors('a')).to.have.length(2);
    const [cpu = '', memory = ''] = groups.doors('a').map((door) => join(door, '..'));
    expect(await readdir(cpu)).to.deep.equal(['cpu.shares']);
    expect(await readdir(memory)).to.deep.equal(['memory.limit_in_bytes']);
    await writeFile(join(memory, 'memory.oom_control'), 'under_oom 0\noom_kill 1\n');
    expect(await groups.outOfMemoryKills('a')).to.equal(1);
  });

  it('are swept when their task is forgotten, but not those of other services', async () => {
    const groups = await open(await split());
    await groups.create('a', taskSpec('a'));
    const [door = ''] = groups.doors('a');
    await rm(join(door, '..', 'cpu.shares'));
    const others = join(root, 'cpu', 'ekiden', '01234567.a');
    await mkdir(others);
    const later = await open(await split(), 'none');
    await later.sweep(new Set(['a']));
    expect(existsSync(join(door, '..'))).to.equal(true);
    await later.sweep(new Set());
    expect(existsSync(join(door, '..'))).to.equal(false);
    expect(existsSync(others)).to.equal(true);
  });

  it('are not made, which is said once, where the machine does not permit it', async () => {
    const nowhere = '30 23 0:26 / /proc/no-such rw - cgroup cgroup rw,cpu,memory\n';
    for (const mountInfo of ['', nowhere]) {
      warnings.length = 0;
      const groups = await open(mountInfo);
      await groups.create('a', taskSpec('a'));
      await groups.create('b', taskSpec('b', { limits: { cpus: 1 } }));
      expect(groups.doors('a')).to.deep.equal([]);
      await groups.remove('a');
      await groups.sweep(new Set());
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.contain('tasks run without limits');
    }
  });

  it('are not made without isolation; limits asked for by name are mentioned once', async () => {
    const groups = await open(await split(), 'none');
    await groups.create('a', taskSpec('a'));
    expect(warnings).to.deep.equal([]);
    await groups.create('b', taskSpec('b', { limits: { mem: 1_000_000 } }));
    await groups.create('c', taskSpec('c', { limits: { mem: 1_000_000 } }));
    expect(warnings).to.have.length(1);
    expect(groups.doors('b')).to.deep.equal([]);
  });
});

async function isPermitted(): Promise<boolean> {
  const found = findCgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'), (mount) =>
    readFileSync(join(mount, 'cgroup.controllers'), 'utf8'),
  );
  if (found === undefined || process.getuid?.() !== 0) return false;
  const doors = found.mounts.map(({ path }) => access(path, constants.W_OK));
  return (await Promise.allSettled(doors)).every(({ status }) => status === 'fulfilled');
}

/** Fills memory: dd holds a buffer of that size. */
function eats(mib: number): string {
  return `dd if=/dev/zero of=/dev/null bs=${mib}M count=1`;
}

const permitted = await isPermitted();

if (permitted) {
  describe('tasks in control groups', () => {
    let host: ProcessHost;
    let executor: ProcessExecutor;

    beforeEach(async () => {
      host = await ProcessHost.make();
      executor = await host.open({ isolation: 'cgroups' });
    });

    afterEach(async () => {
      await executor.close();
      await host.dispose();
    });

    async function run(value: string, changes: Partial<TaskSpec> = {}): Promise<TaskId> {
      const spec = taskSpec('a', { command: { kind: 'shell', value }, ...changes });
      must(await executor.prepare(spec));
      must(await executor.start(spec.taskId));
      return spec.taskId;
    }

    async function groupsOf(taskId: TaskId): Promise<readonly string[]> {
      const pid = await host.pidOf(taskId);
      const text = await readFile(`/proc/${pid}/cgroup`, 'utf8');
      return text.split('\n').filter((line) => line.includes('/ekiden/'));
    }

    async function exitOf(value: string, changes: Partial<TaskSpec> = {}): Promise<TaskExit> {
      return must(await executor.wait(await run(value, changes)));
    }

    it('are in them from the first moment, with all they start', async () => {
      const exit = await exitOf('cat /proc/self/cgroup; sleep 0.01');
      expect(exit.exitCode).to.equal(0);
      const lines = (await host.read('a'))
        .split('\n')
        .filter((line) => /cpu:|memory:|^0::/.test(line));
      expect(lines.some((line) => /\/ekiden\/[0-9a-f]{8}\.a$/.test(line))).to.equal(true);
    });

    it('are killed, by name, when they use more memory than they may', async () => {
      const exit = await exitOf(`exec ${eats(200)}`);
      expect(exit).to.deep.equal({
        exitCode: 137,
        signal: 'SIGKILL',
        message: 'Memory limit of 32 MiB exceeded: killed by the kernel',
        reason: 'CONTAINER_LIMITATION_MEMORY',
      });
      await executor.close();
      executor = await host.open({ isolation: 'cgroups' });
      const [found] = must(await executor.adopt());
      expect(found?.exit?.reason).to.equal('CONTAINER_LIMITATION_MEMORY');
    });

    it('use more where their limits say so', async () => {
      const limits = { mem: 'unlimited' } as const;
      expect((await exitOf(`exec ${eats(200)}`, { limits })).exitCode).to.equal(0);
    });

    it('hear of it when only a part of them was killed', async () => {
      const exit = await exitOf(`${eats(200)}; exit 3`);
      expect(exit.message).to.contain('Command exited with status 3 (Memory limit of 32 MiB');
    });

    it('stay in them across a restart, after which an end is still named', async () => {
      const taskId = await run(`while [ ! -e go ]; do sleep 0.05; done; exec ${eats(200)}`);
      const groups = await groupsOf(taskId);
      expect(groups.length).to.be.greaterThan(0);
      await executor.close();
      executor = await host.open({ isolation: 'none' });
      must(await executor.adopt());
      expect(await groupsOf(taskId)).to.deep.equal(groups);
      await writeFile(join(host.sandbox('a'), 'go'), '');
      expect(must(await executor.wait(taskId)).reason).to.equal('CONTAINER_LIMITATION_MEMORY');
    });

    it('may run as somebody else', async () => {
      const exit = await exitOf('id -un; cat /proc/self/cgroup', { user: 'nobody' });
      expect(exit.exitCode).to.equal(0);
      expect(await host.read('a')).to.match(/^nobody\n[^]*\/ekiden\//);
    });

    it('take the commands beside them in', async () => {
      const taskId = await run('exec sleep 300');
      const command = 'cat /proc/self/cgroup > seen';
      expect(must(await executor.exec(taskId, command, seconds(10))).exitCode).to.equal(0);
      expect(await host.read('a', 'seen')).to.contain('/ekiden/');
    });

    it('leave no group and no process, not even one that hides', async () => {
      const hidden = 'env -i setsid sleep 300 & sleep 0.1; echo $!';
      const taskId = await run(`${hidden}; sleep 300`);
      await until(async () => (await host.read('a')).includes('\n'), 'the hidden process runs');
      const group = (await groupsOf(taskId))[0]?.split(':')[2] ?? '';
      must(await executor.shutdown(taskId, seconds(5)));
      must(await executor.wait(taskId));
      const pid = Number((await host.read('a')).trim());
      const stat = readStat(pid);
      expect(stat === undefined || isDead(stat)).to.equal(true);
      for (const tree of ['cpu', 'memory', '.']) {
        expect(existsSync(join('/sys/fs/cgroup', tree, group))).to.equal(false);
      }
    });
  });
}

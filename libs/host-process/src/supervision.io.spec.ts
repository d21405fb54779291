import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import type { AdoptedTask, TaskSpec } from '@ekiden/host';
import { must, taskSpec, until } from '@ekiden/host/contract';
import { ProcessHost } from '../testing/process-host.js';
import { isAlive, readStat } from './proc.js';
import type { ProcessExecutor } from './process-executor.js';

/** What the shell's descriptors are open on, one line each. */
const READS_DESCRIPTORS = 'readlink /proc/$$/fd/*';

const LAUNCHER = fileURLToPath(new URL('../testing/launcher.ts', import.meta.url));

function id(taskId: string): TaskId {
  return taskId as TaskId;
}

function shell(taskId: string, value: string, changes: Partial<TaskSpec> = {}): TaskSpec {
  return taskSpec(taskId, { command: { kind: 'shell', value }, ...changes });
}

function isGone(pid: number): boolean {
  const stat = readStat(pid);
  return stat === undefined || !isAlive(stat);
}

/** A signal takes effect a moment after it was sent. */
async function killAndAwait(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(() => Promise.resolve(isGone(pid)), `${pid} is gone`);
}

describe('supervised processes', () => {
  let host: ProcessHost;
  let executor: ProcessExecutor;

  beforeEach(async () => {
    host = await ProcessHost.make();
    executor = await host.open();
  });

  afterEach(async () => {
    await executor.close();
    await host.dispose();
  });

  async function run(spec: TaskSpec): Promise<TaskId> {
    must(await executor.prepare(spec));
    must(await executor.start(spec.taskId));
    return spec.taskId;
  }

  async function supervisorOf(taskId: string): Promise<number> {
    return Number.parseInt(await readFile(host.record(taskId, 'supervisor'), 'utf8'), 10);
  }

  async function lines(taskId: string, count: number): Promise<number[]> {
    const read = async (): Promise<string[]> => (await host.read(taskId)).split('\n').slice(0, -1);
    await until(async () => (await read()).length >= count, `${count} lines of ${taskId}`);
    return (await read()).map(Number);
  }

  describe('what a task sees', () => {
    it('is no ignored or blocked signal', async () => {
      must(await executor.wait(await run(shell('a', 'grep -E "^Sig(Ign|Blk)" /proc/self/status'))));
      const masks = (await host.read('a')).trim().split('\n');
      expect(masks.map((line) => Number.parseInt(line.slice(7).trim(), 16))).to.deep.equal([0, 0]);
    });

    it('is nothing to read, and its own output files', async () => {
      must(await executor.wait(await run(shell('a', READS_DESCRIPTORS))));
      const seen = new Set((await host.read('a')).trim().split('\n'));
      const own = ['stdout', 'stderr'].map((name) => join(host.sandbox('a'), name));
      expect(seen).to.deep.equal(new Set(['/dev/null', ...own]));
    });

    it('is its sandbox as working folder and a sane umask', async () => {
      must(await executor.wait(await run(shell('a', 'pwd; umask; echo oops >&2'))));
      expect(await host.read('a')).to.equal(`${host.sandbox('a')}\n0022\n`);
      expect(await host.read('a', 'stderr')).to.equal('oops\n');
    });

    it('is a session and a group of its own', async () => {
      await run(shell('a', 'exec sleep 300'));
      const pid = await host.pidOf('a');
      expect(readStat(pid)).to.include({ group: pid, session: pid });
      expect(readStat(await supervisorOf('a'))?.session).to.not.equal(
        readStat(process.pid)?.session,
      );
    });

    it('is every variable, also those a shell cannot hold', async () => {
      const env = {
        'my.property': 'a=b c',
        'with-dash': '$(exit 1)',
        PWD: '/somewhere',
        IFS: ':',
        SHLVL: '9',
        PATH: '/usr/bin',
        MESOS_SANDBOX: '/mnt/mesos/sandbox',
      };
      const command = { kind: 'argv', value: ['env', '-0'] } as const;
      must(await executor.wait(await run(taskSpec('a', { command, env }))));
      const seen = (await host.read('a')).split('\0').slice(0, -1).sort();
      const expected = { LANG: 'C.UTF-8', TZ: 'UTC', HOME: host.sandbox('a'), ...env };
      const items = Object.entries(expected).map(([name, value]) => `${name}=${value}`);
      expect(seen).to.deep.equal(items.sort());
    });

    it('is its arguments to the letter', async () => {
      const odd = [
        "'",
        '"',
        '`id`',
        '$HOME',
        '\\',
        'a\nb',
        '',
        ' ',
        '*',
        '-n',
        'ünï',
        '!x',
        '#',
        '&',
      ];
      const value = ['printf', '[%s]', ...odd];
      must(await executor.wait(await run(taskSpec('a', { command: { kind: 'argv', value } }))));
      expect(await host.read('a')).to.equal(odd.map((word) => `[${word}]`).join(''));
    });

    it('is a command of many lines with all kinds of quotes', async () => {
      const value = `x='it'"'"'s'\nif true; then\n  echo "$x \\$HOME \`echo y\`" # "'\nfi`;
      must(await executor.wait(await run(shell('a', value))));
      expect(await host.read('a')).to.equal("it's $HOME y\n");
    });
  });

  it('names a program that cannot be executed', async () => {
    const command = { kind: 'argv', value: ['/etc/passwd'] } as const;
    const exit = must(await executor.wait(await run(taskSpec('a', { command }))));
    expect(exit.exitCode).to.equal(126);
    expect(exit.message).to.contain('/etc/passwd');
  });

  describe('leaves nothing', () => {
    const TREE = 'for i in 1 2 3; do sh -c "sleep 300 & echo \\$!; echo \\$\\$; wait" & done; wait';

    it('of a tree of processes after a kill', async () => {
      const taskId = await run(shell('a', TREE));
      const pids = await lines('a', 6);
      expect(pids.some(isGone)).to.equal(false);
      must(await executor.shutdown(taskId, seconds(5)));
      expect(pids.every(isGone)).to.equal(true);
    });

    it('of a tree that ignores SIGTERM', async () => {
      const taskId = await run(shell('a', `trap '' TERM; ${TREE}`));
      const pids = await lines('a', 6);
      must(await executor.shutdown(taskId, millis(200)));
      expect(must(await executor.wait(taskId)).exitCode).to.equal(137);
      expect(pids.every(isGone)).to.equal(true);
    });

    it('of what a task has started when it ends by itself', async () => {
      const taskId = await run(shell('a', 'sleep 300 & echo $!; exit 3'));
      expect(must(await executor.wait(taskId)).exitCode).to.equal(3);
      expect((await lines('a', 1)).every(isGone)).to.equal(true);
    });

    it('of a process that has left the session', async () => {
      const taskId = await run(shell('a', 'setsid sleep 300 & sleep 0.1; echo $!; exit 0'));
      must(await executor.wait(taskId));
      expect((await lines('a', 1)).every(isGone)).to.equal(true);
    });

    it('of a stopped process', async () => {
      const taskId = await run(shell('a', 'echo $$; kill -STOP $$; sleep 300'));
      await lines('a', 1);
      must(await executor.shutdown(taskId, seconds(20)));
      expect(must(await executor.wait(taskId)).exitCode).to.equal(143);
    });
  });

  it('gives children the grace too when their parent ends at once', async () => {
    const child = 'trap "sleep 0.3; echo 2; exit 0" TERM; echo 1; while :; do sleep 0.05; done';
    const taskId = await run(shell('a', `sh -c '${child}' & wait`));
    await lines('a', 1);
    must(await executor.shutdown(taskId, seconds(10)));
    expect(await host.read('a')).to.equal('1\n2\n');
  });

  it('shuts a task down that is just being prepared', async () => {
    const spec = shell('a', 'echo ran');
    const preparing = executor.prepare(spec);
    must(await executor.shutdown(spec.taskId, seconds(5)));
    await preparing;
    expect((await executor.start(spec.taskId)).ok).to.equal(false);
    expect(await readdir(join(host.dataDir, 'sandboxes'))).to.deep.equal([]);
  });

  it('runs fifty tasks at once', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `t${index}`);
    const exits = await Promise.all(
      ids.map(async (taskId, index) => {
        const exit = await executor.wait(await run(shell(taskId, `sleep 0.2; exit ${index}`)));
        return must(exit).exitCode;
      }),
    );
    expect(exits).to.deep.equal(ids.map((_, index) => index));
    expect(await readdir(join(host.dataDir, 'exits'))).to.deep.equal([]);
  });

  describe('without its supervisor', () => {
    it('lets a task live, and says so when it has ended', async () => {
      const taskId = await run(shell('a', 'while [ ! -e stop ]; do sleep 0.05; done'));
      process.kill(await supervisorOf('a'), 'SIGKILL');
      await until(() => Promise.resolve(host.warnings.length > 0), 'the loss is noticed');
      expect(isGone(await host.pidOf('a'))).to.equal(false);
      await writeFile(join(host.sandbox('a'), 'stop'), '');
      const exit = must(await executor.wait(taskId));
      expect(exit.exitCode).to.equal(null);
      expect(exit.message).to.equal(
        'The exit status of the task is unknown: its supervisor was killed',
      );
    });

    it('can still be killed', async () => {
      const taskId = await run(shell('a', 'exec sleep 300'));
      process.kill(await supervisorOf('a'), 'SIGKILL');
      must(await executor.shutdown(taskId, seconds(10)));
      expect(isGone(await host.pidOf('a'))).to.equal(true);
    });
  });

  describe('across a kill -9 of the service', () => {
    let service: ChildProcess | undefined;

    afterEach(() => {
      service?.kill('SIGKILL');
    });

    async function launchAndKill(...specs: readonly TaskSpec[]): Promise<void> {
      const { dataDir, fetchRoot } = host;
      const options = JSON.stringify({
        dataDir,
        fetchRoot,
        portLeaseDir: join(host.root, 'ports'),
      });
      const loader = ['--import', '@swc-node/register/esm-register', LAUNCHER];
      service = spawn(process.execPath, [...loader, options, JSON.stringify(specs)], {
        // A descriptor of its own at a place where Node does not look for inherited ones.
        stdio: ['ignore', 'pipe', 'inherit', ...Array<'ignore'>(37).fill('ignore'), 'pipe'],
      });
      if (service.stdout === null) throw new Error('no output to wait for');
      const [said] = (await once(service.stdout, 'data')) as [Buffer];
      expect(said.toString()).to.equal('started\n');
      service.kill('SIGKILL');
      await once(service, 'exit');
    }

    async function adopted(taskId: string): Promise<AdoptedTask | undefined> {
      return must(await executor.adopt()).find((task) => task.taskId === taskId);
    }

    it('tasks live on under the same pid and keep their exit codes', async () => {
      const waits = 'while [ ! -e go ]; do sleep 0.05; done';
      await launchAndKill(
        shell('seven', `${waits}; exit 7`),
        shell('nine', `${waits}; kill -9 $$`),
        shell('term', `${waits}; kill -15 $$`),
        shell('lives', 'exec sleep 300'),
      );
      const pid = await host.pidOf('lives');
      for (const taskId of ['seven', 'nine', 'term']) {
        await writeFile(join(host.sandbox(taskId), 'go'), '');
        await until(
          async () => (await readFile(host.record(taskId, 'exit')).catch(() => '')).length > 0,
          `${taskId} has ended`,
        );
      }
      expect((await adopted('seven'))?.exit?.exitCode).to.equal(7);
      expect((await adopted('nine'))?.exit).to.include({ exitCode: 137, signal: 'SIGKILL' });
      expect((await adopted('term'))?.exit).to.include({ exitCode: 143, signal: 'SIGTERM' });
      expect((await adopted('lives'))?.phase).to.equal('running');
      expect(await host.pidOf('lives')).to.equal(pid);
      expect(isGone(pid)).to.equal(false);
      must(await executor.shutdown(id('lives'), seconds(5)));
      expect(must(await executor.wait(id('lives'))).exitCode).to.equal(143);
    });

    it('tasks hold no descriptor of the service', async () => {
      await launchAndKill(shell('a', READS_DESCRIPTORS));
      must(await executor.adopt());
      must(await executor.wait(id('a')));
      const seen = new Set((await host.read('a')).trim().split('\n'));
      const own = ['stdout', 'stderr'].map((name) => join(host.sandbox('a'), name));
      expect(seen).to.deep.equal(new Set(['/dev/null', ...own]));
    });

    it('leftovers of a task that ended meanwhile are taken away', async () => {
      await launchAndKill(shell('a', 'sleep 300 & echo $!; sleep 0.3; exit 5'));
      await until(
        async () => (await readFile(host.record('a', 'exit')).catch(() => '')).length > 0,
        'the task has ended',
      );
      expect((await adopted('a'))?.exit?.exitCode).to.equal(5);
      expect((await lines('a', 1)).every(isGone)).to.equal(true);
    });

    it('a task whose supervisor died as well is reported with unknown status', async () => {
      await launchAndKill(shell('a', 'exec sleep 300'));
      await killAndAwait(await supervisorOf('a'));
      await killAndAwait(await host.pidOf('a'));
      const found = await adopted('a');
      expect(found).to.include({ phase: 'exited', killAsked: false });
      expect(found?.exit?.exitCode).to.equal(null);
    });
  });

  describe('records of another time', () => {
    async function editLaunch(edit: (text: string) => string): Promise<void> {
      const path = host.record('a', 'launch.json');
      await writeFile(path, edit(await readFile(path, 'utf8')));
    }

    it('from before a restart of the machine are never taken for live processes', async () => {
      await run(shell('a', 'exec sleep 300'));
      await executor.close();
      await editLaunch((text) => text.replace(/"bootId":"[^"]*"/, '"bootId":"another"'));
      const next = await host.open();
      const [found] = must(await next.adopt());
      expect(found?.exit).to.include({ exitCode: null, reason: 'AGENT_RESTARTED' });
      expect(isGone(await host.pidOf('a'))).to.equal(false);
      await next.close();
      process.kill(await host.pidOf('a'), 'SIGKILL');
    });

    it('with a reused pid are not taken for the task', async () => {
      await run(shell('a', 'exec sleep 300'));
      await executor.close();
      await killAndAwait(await supervisorOf('a'));
      const line = await readFile(host.record('a', 'task'), 'utf8');
      const pid = await host.pidOf('a');
      const start = readStat(pid)?.startTime ?? '';
      await writeFile(host.record('a', 'task'), line.replace(` ${start} `, ' 12 '));
      const next = await host.open();
      const [found] = must(await next.adopt());
      expect(found?.phase).to.equal('exited');
      await next.close();
      process.kill(pid, 'SIGKILL');
    });

    it('of a launch that was cut off keep the supervisor from starting the task later', async () => {
      const spec = shell('a', 'echo ran');
      must(await executor.prepare(spec));
      await executor.close();
      const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
      await writeFile(
        host.record('a', 'launch.json'),
        JSON.stringify({ startedAt: 1, bootId: boot }),
      );
      const next = await host.open();
      const [found] = must(await next.adopt());
      expect(found?.exit?.message).to.contain('the service stopped while');
      await next.close();
      const [script = ''] = await readdir(join(host.dataDir, 'scripts'));
      const late = spawn(
        '/bin/sh',
        [join(host.dataDir, 'scripts', script), join(host.dataDir, 'tasks', 'a'), '/dev/null'],
        { stdio: 'ignore' },
      );
      await once(late, 'exit');
      expect(await readdir(join(host.dataDir, 'tasks', 'a'))).to.not.include('exit');
    });

    it('that are damaged harm no other task', async () => {
      await run(shell('a', 'exec sleep 300'));
      await run(shell('b', 'exec sleep 300'));
      const pid = await host.pidOf('a');
      await executor.close();
      await writeFile(host.record('a', 'spec.json'), '{"task');
      const next = await host.open();
      expect(must(await next.adopt()).map(({ taskId }) => taskId)).to.deep.equal(['b']);
      expect(host.warnings).to.have.length(1);
      await next.close();
      process.kill(pid, 'SIGKILL');
    });
  });
});

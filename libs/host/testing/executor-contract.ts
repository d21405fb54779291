import { expect } from 'chai';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import type { AdoptedTask, Executor, TaskCommand, TaskExit, TaskSpec } from '@ekiden/host';
import { failureOf, must, until } from './outcomes.js';
import { taskSpec } from './task-spec-builder.js';

export { filesContract, type FilesHost } from './files-contract.js';
export { FakeHost } from './fake-host.js';
export { ManualTimers } from './manual-timers.js';
export { failureOf, must, until } from './outcomes.js';
export { outputsContract, readAll, type OutputsHost } from './outputs-contract.js';
export { sessionsContract, type SessionsHost } from './sessions-contract.js';
export { taskSpec } from './task-spec-builder.js';

/** The place an executor works on; it outlives executor objects. */
export interface ContractHost {
  /** A new executor object on the same host, as a restarted service makes it. */
  open(): Promise<Executor>;
  /** What the task wrote to its standard output so far. */
  output(taskId: TaskId): Promise<string>;
  /** Ends all that is left and frees everything. */
  dispose(): Promise<void>;
}

/** The commands of the suite in the executor's own terms. */
export interface ContractCommands {
  exits(code: number): TaskCommand;
  dies(signal: number): TaskCommand;
  /** Prints `ready`, runs until it is told to end, ends at once on SIGTERM. */
  readonly runs: TaskCommand;
  /** Prints `ready`, runs on when it gets SIGTERM. */
  readonly ignoresTerm: TaskCommand;
  /** Runs for about 200 ms. */
  exitsLater(code: number): TaskCommand;
  /** Prints its environment as `NAME=value` items, each ended by a NUL. */
  readonly printsEnv: TaskCommand;
  missing(program: string): TaskCommand;
}

export interface ContractOptions {
  /** What every task of this executor needs beside what all tasks have. */
  readonly spec?: Partial<TaskSpec>;
  readonly commands?: ContractCommands;
  /** What the executor itself adds to the environment; absent = the environment is not checked. */
  readonly baseEnv?: (taskId: TaskId) => Readonly<Record<string, string>>;
}

const SHELL_COMMANDS: ContractCommands = {
  exits: (code) => shell(`exit ${code}`),
  dies: (signal) => shell(`kill -${signal} $$`),
  runs: shell('echo ready; exec sleep 300'),
  ignoresTerm: shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"),
  exitsLater: (code) => shell(`sleep 0.2; exit ${code}`),
  printsEnv: { kind: 'argv', value: ['env', '-0'] },
  missing: (program) => ({ kind: 'argv', value: [program] }),
};

/** Every executor, fakes too, passes this suite. */
export function executorContract(
  name: string,
  make: () => Promise<ContractHost>,
  options: ContractOptions = {},
): void {
  const commands = options.commands ?? SHELL_COMMANDS;

  describe(`executor contract: ${name}`, () => {
    let host: ContractHost;
    let executor: Executor;
    const opened: Executor[] = [];

    beforeEach(async () => {
      host = await make();
      executor = await open();
    });

    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await host.dispose();
    });

    function specOf(taskId: string, changes: Partial<TaskSpec> = {}): TaskSpec {
      return taskSpec(taskId, { ...options.spec, ...changes });
    }

    async function open(): Promise<Executor> {
      const next = await host.open();
      opened.push(next);
      return next;
    }

    async function run(taskId: string, command: TaskCommand): Promise<TaskId> {
      const spec = specOf(taskId, { command });
      must(await executor.prepare(spec));
      must(await executor.start(spec.taskId));
      return spec.taskId;
    }

    async function exitOf(taskId: TaskId, by = executor): Promise<TaskExit> {
      return must(await by.wait(taskId));
    }

    async function adoptedBy(next: Executor, taskId: TaskId): Promise<AdoptedTask | undefined> {
      return must(await next.adopt()).find((task) => task.taskId === taskId);
    }

    async function ready(taskId: TaskId): Promise<void> {
      await until(async () => (await host.output(taskId)).includes('ready'), `${taskId} is ready`);
    }

    describe('ends', () => {
      for (const code of [0, 7]) {
        it(`reports exit code ${code}`, async () => {
          const exit = await exitOf(await run('a', commands.exits(code)));
          expect(exit.exitCode).to.equal(code);
          expect(exit.message).to.equal(`Command exited with status ${code}`);
          expect(exit.signal).to.equal(undefined);
        });
      }

      it('reports the signal that ended a task', async () => {
        const exit = await exitOf(await run('a', commands.dies(9)));
        expect(exit).to.include({ exitCode: 137, signal: 'SIGKILL' });
        expect(exit.message).to.equal('Command terminated with signal SIGKILL');
      });

      it('answers every wait, early and late', async () => {
        const id = await run('a', commands.exitsLater(3));
        const early = await Promise.all([exitOf(id), exitOf(id)]);
        expect([...early, await exitOf(id)].map((exit) => exit.exitCode)).to.deep.equal([3, 3, 3]);
      });

      it('names a program that does not exist, at the latest when the task ends', async () => {
        const spec = specOf('a', { command: commands.missing('no-such-program') });
        const prepared = await executor.prepare(spec);
        const started = prepared.ok ? await executor.start(spec.taskId) : prepared;
        if (started.ok) {
          const exit = await exitOf(spec.taskId);
          expect(exit.exitCode).to.equal(127);
          expect(exit.message).to.contain('no-such-program');
        } else {
          expect(started.error.kind).to.equal('commandNotFound');
          expect(started.error.message).to.contain('no-such-program');
        }
      });
    });

    describe('start', () => {
      it('runs nothing before the start', async () => {
        const spec = specOf('a', { command: commands.runs });
        must(await executor.prepare(spec));
        expect(await host.output(spec.taskId)).to.equal('');
        expect((await adoptedBy(executor, spec.taskId))?.phase).to.equal('prepared');
      });

      it('prepares and starts a task once, however often it is asked', async () => {
        const spec = specOf('a', { command: commands.runs });
        must(await executor.prepare(spec));
        must(await executor.prepare(spec));
        const [first, second] = await Promise.all([
          executor.start(spec.taskId),
          executor.start(spec.taskId),
        ]);
        must(await executor.prepare(spec));
        expect(second).to.deep.equal(first);
        expect(await executor.start(spec.taskId)).to.deep.equal(first);
        await ready(spec.taskId);
        expect(await host.output(spec.taskId)).to.equal('ready\n');
      });

      it('refuses to start or to wait for a task it does not know', async () => {
        const id = 'nobody' as TaskId;
        expect(failureOf(await executor.start(id)).kind).to.equal('unknownTask');
        expect(failureOf(await executor.wait(id)).kind).to.equal('unknownTask');
      });

      const { baseEnv } = options;
      if (baseEnv !== undefined) {
        it('gives a task its environment and nothing of the service', async () => {
          const env = { PLAIN: 'a b', EMPTY: '', QUOTED: `"'$HOME\`\\`, LINES: 'x\ny=z\n' };
          const spec = specOf('a', { command: commands.printsEnv, env });
          must(await executor.prepare(spec));
          must(await executor.start(spec.taskId));
          await exitOf(spec.taskId);
          const items = (await host.output(spec.taskId)).split('\0').slice(0, -1);
          const seen = Object.fromEntries(
            items.map((item) => [
              item.slice(0, item.indexOf('=')),
              item.slice(item.indexOf('=') + 1),
            ]),
          );
          expect(seen).to.deep.equal({ ...baseEnv(spec.taskId), ...env });
        });
      }

      it('keeps two tasks apart', async () => {
        const a = await run('a', commands.runs);
        const b = await run('b', commands.runs);
        must(await executor.shutdown(a, seconds(5)));
        expect((await adoptedBy(executor, a))?.phase).to.equal('exited');
        expect((await adoptedBy(executor, b))?.phase).to.equal('running');
      });
    });

    describe('shutdown', () => {
      it('ends a task by SIGTERM', async () => {
        const id = await run('a', commands.runs);
        await ready(id);
        must(await executor.shutdown(id, seconds(30)));
        expect((await exitOf(id)).exitCode).to.equal(143);
      });

      it('kills a task that ignores SIGTERM when the grace is over', async () => {
        const id = await run('a', commands.ignoresTerm);
        await ready(id);
        must(await executor.shutdown(id, millis(300)));
        expect((await exitOf(id)).exitCode).to.equal(137);
      });

      it('may be repeated, and the shorter grace counts', async () => {
        const id = await run('a', commands.ignoresTerm);
        await ready(id);
        const slow = executor.shutdown(id, seconds(60));
        must(await executor.shutdown(id, millis(100)));
        must(await slow);
        must(await executor.shutdown(id, seconds(60)));
        expect((await exitOf(id)).exitCode).to.equal(137);
      });

      it('keeps a prepared task from ever starting', async () => {
        const spec = specOf('a', { command: commands.runs });
        must(await executor.prepare(spec));
        must(await executor.shutdown(spec.taskId, seconds(5)));
        expect(failureOf(await executor.start(spec.taskId)).kind).to.equal('cancelled');
        expect(await host.output(spec.taskId)).to.equal('');
      });

      it('is content when there is no such task', async () => {
        must(await executor.shutdown('nobody' as TaskId, seconds(5)));
        must(await executor.remove('nobody' as TaskId));
      });
    });

    describe('remove', () => {
      it('forgets an ended task, and only an ended one', async () => {
        const id = await run('a', commands.runs);
        expect(failureOf(await executor.remove(id)).kind).to.equal('stillRunning');
        must(await executor.shutdown(id, seconds(5)));
        must(await executor.remove(id));
        must(await executor.remove(id));
        expect(await adoptedBy(executor, id)).to.equal(undefined);
      });

      it('does not run a task again that it has forgotten', async () => {
        const id = await run('a', commands.exits(0));
        await exitOf(id);
        must(await executor.remove(id));
        const again = await executor.prepare(specOf('a', { command: commands.exits(0) }));
        expect(failureOf(again).kind).to.equal('alreadyRan');
      });
    });

    describe('adopt', () => {
      it('finds a running task again after the executor object was dropped', async () => {
        const id = await run('a', commands.runs);
        const next = await open();
        const found = await adoptedBy(next, id);
        expect(found).to.include({ epoch: 1, phase: 'running', killAsked: false });
        expect(found?.killGracePeriod).to.equal(specOf('a').killGracePeriod);
        expect(found?.startedAt).to.be.a('number');
        must(await next.shutdown(id, seconds(5)));
        expect((await exitOf(id, next)).exitCode).to.equal(143);
      });

      it('waits for an adopted task and sees its exit code', async () => {
        const id = await run('a', commands.exitsLater(7));
        await executor.close();
        const next = await open();
        must(await next.adopt());
        expect((await exitOf(id, next)).exitCode).to.equal(7);
      });

      it('reports an exit that happened while nobody was there', async () => {
        const id = await run('a', commands.exits(7));
        await exitOf(id);
        await executor.close();
        const found = await adoptedBy(await open(), id);
        expect(found?.phase).to.equal('exited');
        expect(found?.exit?.exitCode).to.equal(7);
      });

      it('finds a prepared task, which can then be started or removed', async () => {
        const spec = specOf('a', { command: commands.exits(7) });
        const other = specOf('b', { command: commands.exits(7) });
        must(await executor.prepare(spec));
        must(await executor.prepare(other));
        await executor.close();
        const next = await open();
        expect((await adoptedBy(next, spec.taskId))?.phase).to.equal('prepared');
        must(await next.prepare(spec));
        must(await next.start(spec.taskId));
        expect((await exitOf(spec.taskId, next)).exitCode).to.equal(7);
        must(await next.remove(other.taskId));
        expect(await adoptedBy(next, other.taskId)).to.equal(undefined);
      });

      it('remembers that a kill was asked for', async () => {
        const id = await run('a', commands.ignoresTerm);
        await ready(id);
        void executor.shutdown(id, seconds(60));
        await until(
          async () => (await adoptedBy(executor, id))?.killAsked === true,
          'the kill is recorded',
        );
        await executor.close();
        const next = await open();
        expect(await adoptedBy(next, id)).to.include({ phase: 'running', killAsked: true });
        must(await next.shutdown(id, millis(100)));
        expect((await exitOf(id, next)).exitCode).to.equal(137);
      });
    });

    it('lets tasks run on when it is closed, and answers those who wait', async () => {
      const id = await run('a', commands.runs);
      const waiting = executor.wait(id);
      await executor.close();
      expect(failureOf(await waiting).kind).to.equal('closed');
      expect((await adoptedBy(await open(), id))?.phase).to.equal('running');
    });
  });
}

function shell(value: string): TaskCommand {
  return { kind: 'shell', value };
}

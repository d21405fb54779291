import { expect } from 'chai';
import { ManualClock, millis, seconds, type Result, type TaskId } from '@ekiden/kernel';
import type { HostFailure, TaskExit, TaskSpec } from '@ekiden/host';
import { FakeHost, failureOf, ManualTimers, must, taskSpec } from '@ekiden/host/contract';
import { TaskGroups } from './task-groups.js';

describe('task groups', () => {
  let host: FakeHost;
  let groups: TaskGroups;
  const whole = 'pod' as TaskId;

  beforeEach(() => {
    const clock = new ManualClock(millis(5));
    host = new FakeHost({ clock, timers: new ManualTimers(clock) });
    groups = open();
  });

  function open(): TaskGroups {
    return new TaskGroups(host.executor());
  }

  function group(commands: Readonly<Record<string, string>>): TaskSpec {
    const names = Object.keys(commands);
    const members = names.map((name) =>
      taskSpec(name, {
        command: { kind: 'argv', value: (commands[name] ?? '').split(' ') },
        group: { taskId: whole, name, size: names.length, first: names[0] as TaskId },
      }),
    );
    return taskSpec(whole, { command: null, members });
  }

  async function run(
    commands: Readonly<Record<string, string>>,
  ): Promise<Result<unknown, HostFailure>> {
    must(await groups.prepare(group(commands)));
    return groups.start(whole);
  }

  async function exitOf(by = groups): Promise<TaskExit> {
    return must(await by.wait(whole));
  }

  it('starts the first member, then the others', async () => {
    must(await run({ a: 'run', b: 'run', c: 'run' }));
    const starts = host.calls.filter((call) => call.startsWith('start'));
    expect(starts).to.deep.equal(['start a', 'start b', 'start c']);
    expect(must(await groups.adopt())).to.have.length(1);
    expect(must(await groups.adopt())[0]).to.include({ taskId: whole, phase: 'running' });
  });

  it('leaves tasks that belong to no group alone', async () => {
    const alone = taskSpec('alone', { command: { kind: 'argv', value: ['exit', '7'] } });
    must(await groups.prepare(alone));
    must(await groups.start(alone.taskId));
    expect(must(await groups.wait(alone.taskId)).exitCode).to.equal(7);
    expect(must(await groups.adopt())[0]?.taskId).to.equal('alone');
  });

  it('POD-03: the end of one member is the end of all, in its words', async () => {
    must(await run({ a: 'run', b: 'run' }));
    const ended = exitOf();
    host.end('b', 1);
    expect(await ended).to.deep.equal({
      exitCode: 1,
      message: 'Container b: Command exited with status 1',
      members: [
        {
          taskId: 'a',
          exitCode: 143,
          message: 'Command terminated with signal SIGTERM',
          stopped: true,
        },
        { taskId: 'b', exitCode: 1, message: 'Command exited with status 1', stopped: false },
      ],
    });
    expect(host.isRunning('a')).to.equal(false);
  });

  it('is stopped as one, and nobody is to blame then', async () => {
    must(await run({ a: 'run', b: 'run' }));
    const ended = exitOf();
    must(await groups.shutdown(whole, seconds(5)));
    expect((await ended).members?.map(({ stopped }) => stopped)).to.deep.equal([true, true]);
    expect((await ended).exitCode).to.equal(143);
    must(await groups.remove(whole));
    expect(must(await groups.adopt())).to.deep.equal([]);
  });

  it('leaves nothing behind when a member cannot be prepared', async () => {
    const made = await groups.prepare(group({ a: 'run', b: 'missing curl', c: 'run' }));
    const failure = failureOf(made);
    expect(failure).to.include({ kind: 'commandNotFound' });
    expect(failure.message).to.equal('Container b: command not found: curl');
    expect(['a', 'b', 'c'].filter((name) => host.knows(name))).to.deep.equal([]);
  });

  it('starts all or none: when one cannot be started the others are stopped', async () => {
    host.fail('start', 'b', { kind: 'engineRefused', message: 'no' });
    const started = await run({ a: 'run', b: 'run', c: 'run' });
    expect(failureOf(started).message).to.match(/^Container b: no; container a: /);
    expect(['a', 'b', 'c'].filter((name) => host.isRunning(name))).to.deep.equal([]);
    expect(await groups.start(whole)).to.equal(started);
  });

  it('gives a launch up in the middle of it', async () => {
    const release = host.hold('prepare', 'b');
    const prepared = groups.prepare(group({ a: 'run', b: 'run' }));
    while (!host.calls.includes('prepare b')) await Promise.resolve();
    const stopped = groups.shutdown(whole, seconds(5));
    release();
    must(await stopped);
    expect(failureOf(await prepared).kind).to.equal('cancelled');
    expect(['a', 'b'].filter((name) => host.knows(name))).to.deep.equal([]);
  });

  describe('after a restart of the service', () => {
    it('goes on with a group that runs, and sees a member end', async () => {
      must(await run({ a: 'run', b: 'run' }));
      const next = open();
      const [found] = must(await next.adopt());
      expect(found).to.include({ taskId: whole, phase: 'running', killAsked: false, epoch: 1 });
      expect(next.groupOf('b' as TaskId)).to.equal(whole);
      const ended = exitOf(next);
      host.end('a', 3);
      expect((await ended).message).to.equal('Container a: Command exited with status 3');
    });

    it('stops the rest of a group of which a member has ended meanwhile', async () => {
      must(await run({ a: 'run', b: 'run' }));
      host.end('b', 9);
      const next = open();
      expect(must(await next.adopt())[0]).to.include({ phase: 'running', killAsked: false });
      expect((await exitOf(next)).exitCode).to.equal(9);
      expect(host.isRunning('a')).to.equal(false);
    });

    it('ends a group that was only half started', async () => {
      must(await groups.prepare(group({ a: 'run', b: 'run' })));
      const release = host.hold('start', 'b');
      void groups.start(whole);
      while (!host.isRunning('a')) await Promise.resolve();
      const next = open();
      expect(must(await next.adopt())[0]).to.include({ phase: 'running' });
      const exit = await exitOf(next);
      expect(exit.message).to.equal('Not all containers of the group are there');
      expect(host.isRunning('a')).to.equal(false);
      release();
    });

    it('prepares a group anew of which nothing has run', async () => {
      const spec = group({ a: 'exit 4', b: 'run' });
      must(await groups.prepare(spec));
      const next = open();
      expect(must(await next.adopt())[0]).to.include({ phase: 'prepared', killAsked: false });
      must(await next.prepare(spec));
      must(await next.start(whole));
      expect((await exitOf(next)).exitCode).to.equal(4);
    });

    it('knows a group that has ended altogether, and that a kill was asked for', async () => {
      must(await run({ a: 'run', b: 'run' }));
      must(await groups.shutdown(whole, seconds(5)));
      const [found] = must(await open().adopt());
      expect(found).to.include({ phase: 'exited', killAsked: true });
      expect(found?.exit?.members).to.have.length(2);
    });
  });

  it('is not over while a member cannot be stopped', async () => {
    must(await run({ a: 'run', b: 'run' }));
    host.fail('shutdown', 'a', { kind: 'unkillable', message: 'still there' });
    const ended = groups.wait(whole);
    host.end('b', 1);
    expect(failureOf(await ended).kind).to.equal('fault');
    expect((await exitOf()).message).to.equal('Container b: Command exited with status 1');
  });
});

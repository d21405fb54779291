import { expect } from 'chai';
import { millis, seconds, type AgentId, type TaskId, type TaskStatus } from '@ekiden/kernel';
import { HostDriver, type TaskSpec, type Timers } from '@ekiden/host';
import { must, taskSpec, until } from '@ekiden/host/contract';
import { ProcessHost, realClock } from '../testing/process-host.js';

const timers: Timers = {
  after(delay, wake) {
    const timer = setTimeout(wake, delay);
    return () => clearTimeout(timer);
  },
};

describe('a driver on plain processes', () => {
  let host: ProcessHost;
  let driver: HostDriver;
  const statuses: TaskStatus[] = [];

  async function open(): Promise<HostDriver> {
    const next = new HostDriver({
      agentId: 'agent-1' as AgentId,
      executor: await host.open(),
      clock: realClock,
      timers,
      statuses: (status) => {
        statuses.push(status);
        next.acknowledge(status.taskId, status.state);
      },
    });
    must(await next.recover());
    return next;
  }

  beforeEach(async () => {
    statuses.length = 0;
    host = await ProcessHost.make();
    driver = await open();
  });

  afterEach(async () => {
    await driver.close();
    await host.dispose();
  });

  async function seen(taskId: string, state: string): Promise<TaskStatus> {
    const find = (): TaskStatus | undefined =>
      statuses.find((status) => status.taskId === taskId && status.state === state);
    await until(() => Promise.resolve(find() !== undefined), `${taskId} is ${state}`);
    return find() as TaskStatus;
  }

  it('reports the whole life of a task', async () => {
    driver.launch(taskSpec('a', { command: { kind: 'shell', value: 'exit 7' } }));
    const end = await seen('a', 'TASK_FAILED');
    expect(end).to.include({ exitCode: 7, message: 'Command exited with status 7' });
    expect(statuses.map(({ state }) => state)).to.deep.equal([
      'TASK_STARTING',
      'TASK_RUNNING',
      'TASK_FAILED',
    ]);
    await until(() => Promise.resolve(driver.tasks().length === 0), 'the task is forgotten');
  });

  it('kills, and drops a task whose port is taken', async () => {
    const command = { kind: 'shell', value: 'exec sleep 300' } as const;
    driver.launch(taskSpec('a', { command, ports: [31_999] }));
    await seen('a', 'TASK_RUNNING');
    driver.launch(taskSpec('b', { command, ports: [31_999] }));
    expect(await seen('b', 'TASK_DROPPED')).to.deep.include({
      reason: 'PORT_TAKEN',
      takenPorts: [31_999],
    });
    driver.kill('a' as TaskId, seconds(5));
    expect((await seen('a', 'TASK_KILLED')).exitCode).to.equal(143);
  });

  describe('task groups', () => {
    const whole = 'pod' as TaskId;

    function group(commands: Readonly<Record<string, string>>): TaskSpec {
      const names = Object.keys(commands);
      const shared = [{ name: 'data', path: 'exchange/data', readOnly: false }];
      const members = names.map((name) =>
        taskSpec(name, {
          command: { kind: 'shell', value: commands[name] ?? '' },
          group: { taskId: whole, name, size: names.length, first: names[0] as TaskId },
          shared,
        }),
      );
      return taskSpec(whole, { command: null, members });
    }

    it('POD-03: share a folder, and the end of one is the end of all', async () => {
      const write = 'echo one > exchange/data/file; exec sleep 300';
      const read = 'until cat exchange/data/file; do sleep 0.05; done; exit 3';
      driver.launch(group({ writer: write, reader: read }));
      const end = await seen(whole, 'TASK_FAILED');
      expect(end).to.include({ exitCode: 3 });
      expect(end.message).to.equal('Container reader: Command exited with status 3');
      expect(await host.read('reader')).to.equal('one\n');
      expect(end.members?.map(({ taskId, stopped }) => [taskId, stopped])).to.deep.equal([
        ['writer', true],
        ['reader', false],
      ]);
      await until(() => Promise.resolve(driver.tasks().length === 0), 'the group is forgotten');
    });

    it('are taken over by a restarted service with the same processes', async () => {
      driver.launch(group({ a: 'exec sleep 300', b: 'exec sleep 300' }));
      await seen(whole, 'TASK_RUNNING');
      const pids = [await host.pidOf('a'), await host.pidOf('b')];
      await driver.close();
      statuses.length = 0;
      driver = await open();
      await seen(whole, 'TASK_RUNNING');
      expect([await host.pidOf('a'), await host.pidOf('b')]).to.deep.equal(pids);
      expect(driver.knows('b' as TaskId)).to.equal(true);
      process.kill(pids[1] ?? 0, 'SIGKILL');
      expect((await seen(whole, 'TASK_FAILED')).message).to.match(/^Container b: .*SIGKILL/);
    });

    it('start nothing when a port of one member is taken', async () => {
      const value = 'exec sleep 300';
      driver.launch(taskSpec('a', { command: { kind: 'shell', value }, ports: [31_998] }));
      await seen('a', 'TASK_RUNNING');
      const spec = group({ b: value, c: value });
      const members = spec.members?.map((member, at) =>
        at === 1 ? { ...member, ports: [31_998] } : member,
      );
      driver.launch({ ...spec, ...(members === undefined ? {} : { members }) });
      expect(await seen(whole, 'TASK_DROPPED')).to.deep.include({ takenPorts: [31_998] });
      expect(await host.read('b')).to.equal('');
    });
  });

  it('goes on after a restart with what it finds', async () => {
    const value = 'exec sleep 300';
    driver.launch(taskSpec('a', { command: { kind: 'shell', value } }));
    await seen('a', 'TASK_RUNNING');
    await driver.close();
    statuses.length = 0;
    driver = await open();
    await seen('a', 'TASK_RUNNING');
    driver.kill('a' as TaskId, millis(0));
    expect((await seen('a', 'TASK_KILLED')).exitCode).to.equal(137);
  });
});

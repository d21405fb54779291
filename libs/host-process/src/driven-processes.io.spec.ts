import { expect } from 'chai';
import { millis, seconds, type AgentId, type TaskId, type TaskStatus } from '@ekiden/kernel';
import { HostDriver, type Timers } from '@ekiden/host';
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

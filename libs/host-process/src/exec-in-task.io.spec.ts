import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import { failureOf, must, taskSpec } from '@ekiden/host/contract';
import { ProcessHost } from '../testing/process-host.js';
import { readStat, isDead } from './proc.js';
import type { ProcessExecutor } from './process-executor.js';

describe('commands beside a task', () => {
  let host: ProcessHost;
  let executor: ProcessExecutor;
  const taskId = 'a' as TaskId;

  beforeEach(async () => {
    host = await ProcessHost.make();
    executor = await host.open();
    const command = { kind: 'shell', value: 'echo ready > state; sleep 600' } as const;
    must(await executor.prepare(taskSpec(taskId, { command, env: { COLOUR: 'blue' } })));
    must(await executor.start(taskId));
    await settled(async () => (await host.read(taskId, 'state')) === 'ready\n');
  });

  afterEach(async () => {
    await executor.close();
    await host.dispose();
  });

  async function exec(command: string, timeout = seconds(10)): Promise<number | null> {
    return must(await executor.exec(taskId, command, timeout)).exitCode;
  }

  it('run in its sandbox with its environment', async () => {
    expect(await exec('grep -q ready state')).to.equal(0);
    expect(await exec('test "$COLOUR" = blue && test "$PWD" = "$MESOS_SANDBOX"')).to.equal(0);
    expect(await exec('test -z "$SECRET"')).to.equal(0);
  });

  it('tell how they ended', async () => {
    expect(await exec('exit 3')).to.equal(3);
    expect(await exec('kill -TERM $$')).to.equal(143);
    expect(await exec('no-such-program-here 2>/dev/null')).to.equal(127);
  });

  it('leave no trace in the output of the task', async () => {
    await exec('echo loud; echo louder >&2');
    expect(await host.read(taskId)).to.equal('');
    expect(await host.read(taskId, 'stderr')).to.equal('');
  });

  it('are killed with all they started when their time is up', async () => {
    expect(await exec('sleep 600 & echo $! > child; wait', millis(300))).to.equal(null);
    const child = Number(await host.read(taskId, 'child'));
    await settled(() => Promise.resolve(isGone(child)));
  });

  it('leave nothing running behind', async () => {
    expect(await exec('sleep 600 & echo $! > child')).to.equal(0);
    const child = Number(await host.read(taskId, 'child'));
    await settled(() => Promise.resolve(isGone(child)));
  });

  it('are refused where the task does not run', async () => {
    const nowhere = failureOf(await executor.exec('b' as TaskId, 'true', seconds(1)));
    expect(nowhere.kind).to.equal('unknownTask');
    must(await executor.shutdown(taskId, millis(0)));
    must(await executor.wait(taskId));
    const over = failureOf(await executor.exec(taskId, 'touch late', seconds(1)));
    expect(over.kind).to.equal('unknownTask');
    const late = await access(join(host.sandbox(taskId), 'late')).then(
      () => true,
      () => false,
    );
    expect(late).to.equal(false);
  });
});

function isGone(pid: number): boolean {
  const stat = readStat(pid);
  return stat === undefined || isDead(stat);
}

async function settled(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}

import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, must, readAll, until } from '@ekiden/host/contract';
import type { TaskCommand } from '@ekiden/host';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import { containerSpec, DockerStage } from '../testing/index.js';
import type { DockerExecutor } from './docker-executor.js';

const shell = (value: string) => ({ kind: 'shell', value }) as const;

describe('A running container', () => {
  let stage: DockerStage;
  let executor: DockerExecutor;
  let taskId: TaskId;

  beforeEach(async () => {
    stage = await DockerStage.make();
    executor = await stage.open();
    taskId = `t-${randomUUID()}` as TaskId;
  });

  afterEach(() => stage.dispose());

  async function run(command: TaskCommand, tty = false): Promise<void> {
    must(await executor.prepare(containerSpec(taskId, { command }, { tty })));
    must(await executor.start(taskId));
  }

  const exec = async (command: string, timeout = seconds(10)): Promise<number | null> =>
    must(await executor.exec(taskId, command, timeout)).exitCode;

  it('runs commands beside its task and says how they ended', async () => {
    await run(shell('echo 5 > /tmp/code; while :; do sleep 0.05; done'));
    const codes = [await exec('true'), await exec('exit $(cat /tmp/code)'), await exec('nope')];
    expect(codes).to.deep.equal([0, 5, 127]);
    expect(await exec('yes | head -c 3000000')).to.equal(0);
  });

  it('waits for a command that has closed its output', async () => {
    await run(shell('while :; do sleep 0.05; done'));
    expect(await exec('exec >/dev/null 2>&1; sleep 0.5; exit 3')).to.equal(3);
  });

  it('waits for a command no longer than it may', async () => {
    await run(shell('while :; do sleep 0.05; done'));
    const [one, other] = await Promise.all([
      exec('sleep 300', millis(200)),
      exec('exec >/dev/null 2>&1; sleep 300', millis(200)),
    ]);
    expect([one, other]).to.deep.equal([null, null]);
  });

  it('runs no commands before its start and after its end', async () => {
    must(await executor.prepare(containerSpec(taskId, { command: shell('exit 0') })));
    const early = await executor.exec(taskId, 'true', seconds(5));
    expect(failureOf(early).kind).to.equal('unknownTask');
    must(await executor.start(taskId));
    must(await executor.wait(taskId));
    const late = await executor.exec(taskId, 'true', seconds(5));
    expect(failureOf(late).kind).to.equal('unknownTask');
  });

  it('leaves its last output behind when it is removed, until that is swept', async () => {
    await run(shell('echo out; echo err >&2'));
    must(await executor.wait(taskId));
    must(await executor.remove(taskId));
    expect(await stage.containers()).to.deep.equal([]);
    expect(await readAll(executor, taskId)).to.equal('out\n');
    expect(await readAll(executor, taskId, { stream: 'stderr' })).to.equal('err\n');
    const folder = join(stage.folder, 'logs');
    await executor.sweep({ keepFor: seconds(60), maxCount: 10 });
    expect(await readdir(folder)).to.deep.equal([taskId]);
    await executor.sweep({ keepFor: seconds(60), maxCount: 0 });
    expect(await readdir(folder)).to.deep.equal([]);
    expect(await stage.output(taskId)).to.equal('');
  });

  it('shows the output of a terminal as it is', async () => {
    await run(shell('echo \'{"a" : 1.0}\'; sleep 0.1; exit 0'), true);
    must(await executor.wait(taskId));
    expect(await stage.output(taskId)).to.equal('{"a" : 1.0}\r\n');
    must(await executor.remove(taskId));
    expect(await stage.output(taskId)).to.equal('{"a" : 1.0}\r\n');
  });

  it('is renamed on the engine before its kill is called asked for', async () => {
    await run(shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"));
    await until(async () => (await stage.output(taskId)).includes('ready'), 'ready');
    const stopped = executor.shutdown(taskId, seconds(60));
    await until(async () => must(await executor.adopt())[0]?.killAsked === true, 'asked');
    const [{ name } = { name: '' }] = await stage.containers();
    expect(name).to.equal(`ekiden-${taskId}.killed`);
    must(await executor.shutdown(taskId, millis(0)));
    must(await stopped);
    expect(must(await executor.wait(taskId)).exitCode).to.equal(137);
  });
});

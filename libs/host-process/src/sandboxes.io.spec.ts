import { readdir, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ManualClock, millis, seconds, type TaskId } from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';
import { failureOf, must, taskSpec } from '@ekiden/host/contract';
import { ProcessHost } from '../testing/process-host.js';
import { sandboxOf } from './layout.js';
import type { ProcessExecutor } from './process-executor.js';

const HOUR = seconds(3600);

describe('sandboxes', () => {
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

  async function runToEnd(spec: TaskSpec, by = executor): Promise<TaskId> {
    must(await by.prepare(spec));
    must(await by.start(spec.taskId));
    must(await by.wait(spec.taskId));
    return spec.taskId;
  }

  function kept(): Promise<string[]> {
    return readdir(join(host.dataDir, 'sandboxes')).then((names) => names.sort());
  }

  it('hold the fetched files, which a task can run', async () => {
    const script = join(host.root, 'hello.sh');
    await writeFile(script, '#!/bin/sh\necho "hello $1"\n');
    const fetch = [{ uri: script, extract: true, executable: true, cache: false }];
    const command = { kind: 'argv', value: ['./hello.sh', 'you'] } as const;
    await runToEnd(taskSpec('a', { command, fetch }));
    expect(await host.read('a')).to.equal('hello you\n');
  });

  it('are not made when a file cannot be fetched', async () => {
    const fetch = [{ uri: 'nowhere', extract: true, executable: true, cache: false }];
    const failure = failureOf(await executor.prepare(taskSpec('a', { fetch })));
    expect(failure).to.include({ kind: 'fetchFailed', uri: 'nowhere' });
    expect(await kept()).to.deep.equal([]);
    must(await executor.prepare(taskSpec('a')));
  });

  it('stay when their task is forgotten, until they are too old or too many', async () => {
    const clock = new ManualClock(millis(Date.now()));
    const sweeper = await host.open({ clock });
    for (const taskId of ['a', 'b', 'c', 'd']) {
      await runToEnd(taskSpec(taskId), sweeper);
      must(await sweeper.remove(taskId as TaskId));
      clock.advance(HOUR);
    }
    await runToEnd(taskSpec('unread'), sweeper);
    clock.advance(HOUR);
    expect(await kept()).to.deep.equal(['a', 'b', 'c', 'd', 'unread']);
    const old = await sweeper.sweep({ keepFor: millis(4.5 * HOUR), maxCount: 100 });
    expect(old).to.deep.equal(['a']);
    expect(await sweeper.sweep({ keepFor: millis(100 * HOUR), maxCount: 1 })).to.have.members([
      'b',
      'c',
    ]);
    await sweeper.sweep({ keepFor: millis(0), maxCount: 0 });
    expect(await kept()).to.deep.equal(['unread']);
    await sweeper.close();
  });

  it('and records of a task are not readable by others', async () => {
    await runToEnd(taskSpec('a', { env: { PASSWORD: 'x' } }));
    expect((await stat(host.record('a', '.'))).mode & 0o077).to.equal(0);
    expect((await stat(host.record('a', 'spec.json'))).mode & 0o077).to.equal(0);
  });

  for (const taskId of ['../x', '..', '.', 'a/b', '/etc', '', 'a b', '-rf', 'a\0b', '~', 'ü']) {
    it(`refuse ${JSON.stringify(taskId)} as a name`, async () => {
      const failure = failureOf(await executor.prepare(taskSpec(taskId)));
      expect(failure.kind).to.equal('invalid');
      expect(sandboxOf(host.dataDir, taskId as TaskId)).to.equal(undefined);
    });
  }

  it('have room for long task ids, one each', async () => {
    const long = `app_${'x'.repeat(900)}.instance-1`;
    await runToEnd(taskSpec(`${long}.a`));
    await runToEnd(taskSpec(`${long}.b`));
    expect(await kept()).to.have.length(2);
    expect(must(await executor.adopt()).map((task) => task.taskId)).to.deep.equal([
      `${long}.a`,
      `${long}.b`,
    ]);
  });

  const invalid: readonly (readonly [string, Partial<TaskSpec>])[] = [
    ['another executor', { executor: 'docker' }],
    ['no command', { command: null }],
    ['an empty command', { command: { kind: 'argv', value: [] } }],
    ['a NUL in the command', { command: { kind: 'shell', value: 'a\0b' } }],
    ['a NUL in a variable', { env: { A: 'a\0b' } }],
    ['a variable without a name', { env: { '': 'x' } }],
    ['a variable name with =', { env: { 'A=B': 'x' } }],
    ['a port that does not exist', { ports: [70_000] }],
  ];
  for (const [name, changes] of invalid) {
    it(`are not made for ${name}`, async () => {
      const failure = failureOf(await executor.prepare(taskSpec('a', changes)));
      expect(failure.kind).to.equal('invalid');
    });
  }

  describe('of a task with a user', () => {
    it('are made when it is the user of the service', async () => {
      const user = userInfo().username;
      const command = { kind: 'shell', value: 'id -un' } as const;
      await runToEnd(taskSpec('a', { user, command }));
      expect(await host.read('a')).to.equal(`${user}\n`);
    });

    it('are refused when there is no such user, or no right to become one', async () => {
      const failure = failureOf(await executor.prepare(taskSpec('a', { user: 'no-such-user' })));
      expect(failure.kind).to.equal('sandbox');
      expect(failure.message).to.contain('no-such-user');
    });

    if (process.getuid?.() === 0) {
      it('belong to that user, and so do its processes', async () => {
        const command = { kind: 'shell', value: 'id -un; id -gn; touch mine && echo ok' } as const;
        const env = { 'odd.name': 'x' };
        await runToEnd(taskSpec('a', { user: 'nobody', command, env }));
        expect(await host.read('a')).to.match(/^nobody\n.+\nok\n$/);
      });
    }
  });
});

import { expect } from 'chai';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import type { Executor, OutputRequest, TaskOutputs, TaskSpec } from '@ekiden/host';
import { must, until } from './outcomes.js';

/** A host with an executor whose tasks' output can be read. */
export interface OutputsHost {
  readonly executor: Executor & TaskOutputs;
  /** The spec of a task that runs this in `/bin/sh`. */
  spec(taskId: TaskId, shellCommand: string): TaskSpec;
  dispose(): Promise<void>;
}

/** Reads to the end, or until the signal of the request. */
export async function readAll(
  outputs: TaskOutputs,
  taskId: TaskId,
  request: Partial<OutputRequest> = {},
): Promise<string> {
  const { signal } = new AbortController();
  const asked = { stream: 'stdout', follow: false, signal, ...request } as const;
  const parts: Uint8Array[] = [];
  for await (const part of must(await outputs.readOutput(taskId, asked))) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

/** Every executor that keeps what its tasks write passes this suite. */
export function outputsContract(name: string, open: () => Promise<OutputsHost>): void {
  describe(`${name} keeps the output of tasks, which`, () => {
    let host: OutputsHost;
    const taskId = 'web.instance-1._app.1' as TaskId;

    beforeEach(async () => {
      host = await open();
    });

    afterEach(async () => {
      await host.executor.shutdown(taskId, seconds(0));
      await host.executor.remove(taskId);
      await host.dispose();
    });

    async function run(shellCommand: string): Promise<void> {
      must(await host.executor.prepare(host.spec(taskId, shellCommand)));
      must(await host.executor.start(taskId));
    }

    it('can be read as a whole or from its last lines, each stream by itself', async () => {
      await run('printf "one\\ntwo\\nthree\\n"; echo wrong >&2');
      must(await host.executor.wait(taskId));
      expect(await readAll(host.executor, taskId)).to.equal('one\ntwo\nthree\n');
      expect(await readAll(host.executor, taskId, { stream: 'stderr' })).to.equal('wrong\n');
      expect(await readAll(host.executor, taskId, { tail: 2 })).to.equal('two\nthree\n');
      expect(await readAll(host.executor, taskId, { tail: 0 })).to.equal('');
      expect(await readAll(host.executor, taskId, { tail: 99 })).to.equal('one\ntwo\nthree\n');
    });

    it('can be read when the task is forgotten', async () => {
      await run('echo last words');
      must(await host.executor.wait(taskId));
      must(await host.executor.remove(taskId));
      expect(await readAll(host.executor, taskId)).to.equal('last words\n');
      expect(await readAll(host.executor, taskId, { follow: true, tail: 1 })).to.equal(
        'last words\n',
      );
    });

    it('can be read from a moment on, also when the task is forgotten', async () => {
      await run('echo early; sleep 2; echo late');
      await until(async () => (await readAll(host.executor, taskId)) !== '', 'the first line');
      const since = millis(Date.now() + 900);
      must(await host.executor.wait(taskId));
      expect(await readAll(host.executor, taskId, { since })).to.equal('late\n');
      expect(await readAll(host.executor, taskId, { since, tail: 5 })).to.equal('late\n');
      const later = millis(Date.now() + 60_000);
      expect(await readAll(host.executor, taskId, { since: later })).to.equal('');
      must(await host.executor.remove(taskId));
      expect(await readAll(host.executor, taskId, { since })).to.equal('late\n');
    });

    it('tells when each line was written, also of those that come', async () => {
      const began = Date.now();
      await run('echo one; sleep 1; echo two');
      const whole = await readAll(host.executor, taskId, { stamped: true, follow: true });
      const lines = whole.trimEnd().split('\n');
      expect(lines.map((line) => line.replace(/^\S+ /, ''))).to.deep.equal(['one', 'two']);
      const times = lines.map((line) => Date.parse(line.split(' ')[0] ?? ''));
      expect(times[0]).to.be.within(began - 1_000, Date.now());
      expect((times[1] ?? 0) - (times[0] ?? 0)).to.be.within(400, 5_000);
      const last = await readAll(host.executor, taskId, { stamped: true, tail: 1 });
      expect(last).to.match(/^\d{4}-\d\d-\d\dT\S+Z two\n$/);
    });

    it('can be followed to the end of the task', async () => {
      await run('echo begin; sleep 0.5; echo middle; sleep 0.5; echo end');
      expect(await readAll(host.executor, taskId, { follow: true })).to.equal(
        'begin\nmiddle\nend\n',
      );
    });

    it('can be left while the task writes on', async () => {
      await run('while :; do echo tick; sleep 0.05; done');
      const controller = new AbortController();
      const { signal } = controller;
      let heard = '';
      const reading = (async (): Promise<void> => {
        const request = { stream: 'stdout', follow: true, tail: 0, signal } as const;
        for await (const part of must(await host.executor.readOutput(taskId, request))) {
          heard += Buffer.from(part).toString('utf8');
        }
      })().catch(() => undefined);
      await until(() => Promise.resolve(heard.includes('tick\ntick\n')), 'two lines');
      controller.abort();
      await reading;
    });

    it('is not to be had of a task nobody knows', async () => {
      const { signal } = new AbortController();
      const request = { stream: 'stdout', follow: false, signal } as const;
      const answer = await host.executor.readOutput('nobody' as TaskId, request);
      expect(answer.ok ? 'ok' : answer.error.kind).to.equal('unknownTask');
    });
  });
}

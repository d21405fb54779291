import { expect } from 'chai';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { must, until } from '@ekiden/host/contract';
import type { HostReach, TaskSpec } from '@ekiden/host';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import { containerSpec, DockerStage, EngineProxy, TestEngine } from '../testing/index.js';
import type { DockerExecutor } from './docker-executor.js';
import { Engine } from './engine.js';

const shell = (value: string) => ({ kind: 'shell', value }) as const;
const TASK = 'task' as TaskId;
const TEMPO = {
  pingEvery: millis(200),
  pingDeadline: millis(600),
  retryFirst: millis(50),
  retryMost: millis(200),
};

describe('An engine that goes away', () => {
  const closers: (() => Promise<void>)[] = [];
  let engine: TestEngine;
  let proxy: EngineProxy;
  let stage: DockerStage;
  let executor: DockerExecutor;
  let heard: HostReach[];

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function set(liveRestore: boolean): Promise<void> {
    engine = await TestEngine.make({ liveRestore });
    closers.push(() => engine.dispose());
    proxy = await EngineProxy.before(engine.socketPath);
    closers.push(() => proxy.close());
    const address = { kind: 'unix', socketPath: proxy.socketPath } as const;
    const behind = new Engine(address, { look: seconds(5), change: seconds(10) });
    stage = await DockerStage.make(engine.socketPath, {
      engine: behind,
      executor: { tempo: TEMPO },
    });
    closers.push(async () => {
      await engine.start();
      await stage.dispose();
    });
    executor = await stage.open();
    heard = [];
    executor.watch((reach) => heard.push(reach));
    await said('answers');
  }

  function said(...kinds: readonly HostReach['kind'][]): Promise<void> {
    const what = `heard ${kinds.join(', ')}`;
    return until(() => Promise.resolve(kindsHeard().join() === kinds.join()), what);
  }

  function kindsHeard(): readonly string[] {
    return heard.map(({ kind }) => kind);
  }

  /** A task that notes each of its starts where a removed container leaves it. */
  async function counted(): Promise<TaskSpec> {
    await mkdir(join(stage.folder, 'data'));
    const command = shell('echo started >> /data/starts; while :; do sleep 0.05; done');
    const volume = { kind: 'host', hostPath: join(stage.folder, 'data'), containerPath: '/data' };
    const volumes = [{ ...volume, kind: 'host', readOnly: false } as const];
    return containerSpec(TASK, { command }, { volumes });
  }

  async function starts(): Promise<number> {
    const text = await readFile(join(stage.folder, 'data', 'starts'), 'utf8').catch(() => '');
    return text.split('\n').length - 1;
  }

  async function run(spec: TaskSpec): Promise<void> {
    must(await executor.prepare(spec));
    must(await executor.start(spec.taskId));
    await until(async () => (await starts()) === 1, 'it has started');
  }

  it('keeps its containers with live-restore, and their ends are waited for', async () => {
    await set(true);
    await run(await counted());
    const [before] = await stage.containers();
    const waiting = executor.wait(TASK);
    await engine.kill();
    await said('answers', 'silent');
    const [, silent] = heard;
    const reason = silent?.kind === 'silent' ? silent.reason : '';
    expect(reason).to.match(/^The Docker engine at unix:\/\/.* does not answer: ./);
    await engine.start();
    await said('answers', 'silent', 'answers');
    expect(must(await executor.adopt())[0]).to.include({ taskId: TASK, phase: 'running' });
    expect((await stage.containers())[0]?.id).to.equal(before?.id);
    must(await executor.shutdown(TASK, millis(0)));
    expect(must(await waiting)).to.deep.equal({
      exitCode: 137,
      signal: 'SIGKILL',
      message: 'Command terminated with signal SIGKILL',
    });
    expect(await starts()).to.equal(1);
  });

  it('takes its containers along without live-restore, and their ends say so', async () => {
    await set(false);
    await run(await counted());
    const waiting = executor.wait(TASK);
    await engine.kill();
    await said('answers', 'silent');
    await engine.start();
    const exit = must(await waiting);
    expect(exit).to.include({ reason: 'AGENT_RESTARTED' });
    expect(exit.message).to.match(/^Ended while the Docker engine was stopped or restarted \(/);
    must(await executor.remove(TASK));
    expect(await stage.containers()).to.deep.equal([]);
  });

  it('is told from an end of its own when requests simply wait for the next engine', async () => {
    await set(false);
    await run(await counted());
    const waiting = executor.wait(TASK);
    // As with a socket that systemd holds: nobody is ever refused.
    let back: () => void = () => undefined;
    const away = new Promise<undefined>((resolve) => {
      back = () => resolve(undefined);
    });
    proxy.meddle = () => away;
    await engine.kill();
    await engine.start();
    back();
    expect(must(await waiting)).to.include({ reason: 'AGENT_RESTARTED' });
    expect(await starts()).to.equal(1);
  });

  it('does not make a start happen twice whose answer was lost', async () => {
    await set(false);
    const spec = await counted();
    must(await executor.prepare(spec));
    proxy.meddle = async ({ path }) => {
      if (!path.endsWith('/start')) return undefined;
      // Carried out, but the engine dies before it can say so.
      const id = path.split('/')[2] ?? '';
      await engine.docker.getContainer(id).start();
      await until(async () => (await starts()) === 1, 'it has started');
      await engine.kill();
      return 'cut';
    };
    const started = executor.start(TASK);
    await said('answers', 'silent');
    await engine.start();
    must(await started);
    expect(must(await executor.wait(TASK))).to.include({ reason: 'AGENT_RESTARTED' });
    expect(await starts()).to.equal(1);
    expect(proxy.asked('POST', '/start')).to.equal(1);
  });

  it('starts a container when it comes back that it had not started before', async () => {
    await set(true);
    const spec = await counted();
    must(await executor.prepare(spec));
    proxy.meddle = async ({ path }) => {
      if (!path.endsWith('/start') || proxy.asked('POST', '/start') > 1) return undefined;
      await engine.kill();
      return 'cut';
    };
    const started = executor.start(TASK);
    await said('answers', 'silent');
    await engine.start();
    expect(must(await started).startedAt).to.be.a('number');
    await until(async () => (await starts()) === 1, 'it has started');
    expect(must(await executor.adopt())[0]).to.include({ phase: 'running' });
  });

  it('finds a start done with live-restore when it comes back', async () => {
    await set(true);
    const spec = await counted();
    must(await executor.prepare(spec));
    proxy.meddle = async ({ path }) => {
      if (!path.endsWith('/start')) return undefined;
      await engine.docker.getContainer(path.split('/')[2] ?? '').start();
      await engine.kill();
      return 'cut';
    };
    const started = executor.start(TASK);
    await said('answers', 'silent');
    await engine.start();
    expect(must(await started).ipAddresses?.length).to.equal(1);
    await until(async () => (await starts()) === 1, 'it has started');
    must(await executor.shutdown(TASK, millis(0)));
    expect(must(await executor.wait(TASK)).exitCode).to.equal(137);
  });

  it('is called silent when it hangs, and answers again when it goes on', async () => {
    await set(true);
    await run(await counted());
    const pid = Number(await readFile(join(dirname(engine.socketPath), 'docker.pid'), 'utf8'));
    process.kill(pid, 'SIGSTOP');
    try {
      await said('answers', 'silent');
      // Whoever opens meanwhile need not wait for it to be closed again.
      const other = await stage.open();
      await other.close();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await said('answers', 'silent', 'answers');
    expect(must(await executor.adopt())[0]).to.include({ phase: 'running' });
    expect(await starts()).to.equal(1);
  });

  it('lets those who wait for it go when the executor is closed', async () => {
    await set(true);
    const spec = await counted();
    must(await executor.prepare(spec));
    await engine.kill();
    await said('answers', 'silent');
    const started = executor.start(TASK);
    const again = executor.prepare(containerSpec('other'));
    const adopted = await executor.adopt();
    expect(adopted.ok ? undefined : adopted.error.kind).to.equal('engineGone');
    await executor.close();
    const outcome = await started;
    expect(outcome.ok ? undefined : outcome.error.kind).to.equal('closed');
    const prepared = await again;
    expect(prepared.ok ? undefined : prepared.error.kind).to.equal('engineGone');
    expect(kindsHeard()).to.deep.equal(['answers', 'silent']);
  });

  it('leaves nothing of a container whose creation was not answered', async () => {
    await set(true);
    proxy.meddle = ({ path }) => Promise.resolve(path.endsWith('/create') ? 'cutAfter' : undefined);
    const prepared = await executor.prepare(containerSpec(TASK, { command: shell('exit 0') }));
    expect(prepared.ok ? '' : prepared.error.kind).to.equal('engineGone');
    proxy.meddle = () => Promise.resolve(undefined);
    await until(async () => (await stage.containers()).length === 0, 'an empty engine');
  });

  it('has an ended container removed whose removal was not answered', async () => {
    await set(true);
    const spec = containerSpec(TASK, { command: shell('exit 0') });
    must(await executor.prepare(spec));
    must(await executor.start(spec.taskId));
    must(await executor.wait(spec.taskId));
    proxy.meddle = ({ method }) => Promise.resolve(method === 'DELETE' ? 'cut' : undefined);
    const removed = await executor.remove(spec.taskId);
    expect(removed.ok ? '' : removed.error.kind).to.equal('engineGone');
    proxy.meddle = () => Promise.resolve(undefined);
    await until(async () => (await stage.containers()).length === 0, 'an empty engine');
  });
});

import { expect } from 'chai';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, must, until } from '@ekiden/host/contract';
import type { ContainerSpec, TaskSpec, TaskStarted } from '@ekiden/host';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import {
  busyboxImage,
  containerSpec,
  DockerStage,
  EngineProxy,
  TestEngine,
} from '../testing/index.js';
import { labelsFor } from './container-labels.js';
import type { DockerExecutor } from './docker-executor.js';
import { Engine } from './engine.js';

const shell = (value: string) => ({ kind: 'shell', value }) as const;
const SLEEPS = shell('trap "exit 143" TERM; while :; do sleep 0.05; done');

describe('Launches of containers', () => {
  let engine: TestEngine;
  let proxy: EngineProxy;
  let stage: DockerStage;
  let executor: DockerExecutor;

  before(async () => {
    engine = await TestEngine.make();
    proxy = await EngineProxy.before(engine.socketPath);
  });

  after(async () => {
    await proxy.close();
    await engine.dispose();
  });

  beforeEach(async () => {
    const behind = new Engine({ kind: 'unix', socketPath: proxy.socketPath });
    // Only events tell that something has ended: nobody looks in the time of a test.
    const tempo = { lookEvery: seconds(1_000) };
    stage = await DockerStage.make(engine.socketPath, { engine: behind, executor: { tempo } });
    executor = await stage.open();
    proxy.requests.length = 0;
  });

  afterEach(() => stage.dispose());

  async function run(
    taskId: string,
    changes: Partial<TaskSpec> = {},
    container: Partial<ContainerSpec> = {},
  ): Promise<TaskStarted> {
    const spec = containerSpec(taskId, changes, container);
    must(await executor.prepare(spec));
    return must(await executor.start(spec.taskId));
  }

  const id = (text: string): TaskId => text as TaskId;

  async function written(taskId: string): Promise<string> {
    must(await executor.wait(id(taskId)));
    return stage.output(id(taskId));
  }

  it('name it when a container was out of memory', async () => {
    const resources = { cpus: 100, mem: 8_000, disk: 0 };
    // The shell lives a little before and after: engine 20.10 misses what happens before it has begun
    // to listen, which it does when the container runs, and one in sixty where the whole of it dies.
    const greedy = 'dd if=/dev/zero of=/dev/null bs=64M; code=$?';
    const command = shell(`sleep 1; ${greedy}; sleep 1; exit $code`);
    await run('greedy', { resources, command });
    const exit = must(await executor.wait(id('greedy')));
    expect(exit).to.include({ exitCode: 137, reason: 'CONTAINER_LIMITATION_MEMORY' });
    expect(exit.message).to.match(/^Out of memory: used more than its limit of 8 MiB/);
  });

  it('fail with the image’s name and the engine’s words when it cannot be had', async () => {
    const image = 'registry.invalid/team/app:7';
    const failure = failureOf(await executor.prepare(containerSpec('imageless', {}, { image })));
    expect(failure.message).to.match(/^Image registry\.invalid\/team\/app:7 cannot be pulled: ./);
    expect(failure.message).to.contain('lookup');
    expect(failure).to.include({ kind: 'imageUnavailable', image });
    expect(await stage.containers()).to.deep.equal([]);
  });

  it('never pull an image that is there, unless they are told to', async () => {
    await run('local', { command: shell('exit 0') });
    expect(proxy.asked('POST', '/images/create')).to.equal(0);
    const forced = containerSpec('forced', {}, { forcePullImage: true });
    expect(failureOf(await executor.prepare(forced)).kind).to.equal('imageUnavailable');
    expect(proxy.asked('POST', '/images/create')).to.equal(1);
    expect(proxy.asked('POST', '/containers/create')).to.equal(1);
  });

  it('bring fetched files to where Mesos puts them, for whoever the task runs as', async () => {
    await writeFile(join(stage.folder, 'tool'), '#!/bin/sh\necho "tool $1"\n');
    await writeFile(join(stage.folder, 'data'), 'some data\n');
    const item = { extract: false, cache: false };
    await run('fetching', {
      user: 'nobody',
      command: shell('"$MESOS_SANDBOX/tool" runs; cat /mnt/mesos/sandbox/sub/data'),
      fetch: [
        { ...item, uri: 'tool', executable: true },
        { ...item, uri: 'data', executable: false, destPath: 'sub/data' },
      ],
    });
    expect(await written('fetching')).to.equal('tool runs\nsome data\n');
  });

  it('find a network of the user, and say the address in it', async () => {
    const network = await engine.docker.createNetwork({
      Name: 'apps',
      IPAM: { Config: [{ Subnet: '10.99.7.0/24' }] },
    });
    try {
      const started = await run(
        'inside',
        { command: SLEEPS },
        { network: { kind: 'user', name: 'apps' } },
      );
      expect(started.ipAddresses?.length).to.equal(1);
      expect(started.ipAddresses?.[0]).to.match(/^10\.99\.7\.\d+$/);
      await stage.dispose();
    } finally {
      await network.remove();
    }
  });

  it('say so when there is no such network, and leave nothing that runs', async () => {
    const network = { kind: 'user', name: 'nowhere' } as const;
    const spec = containerSpec('lost', {}, { network });
    must(await executor.prepare(spec));
    const failure = failureOf(await executor.start(spec.taskId));
    expect(failure.kind).to.equal('engineRefused');
    expect(failure.message).to.contain('network nowhere not found');
    must(await executor.remove(spec.taskId));
    expect(await stage.containers()).to.deep.equal([]);
  });

  it('name no address of their own in the network of the host', async () => {
    const command = shell('ip -o -4 addr show eth0');
    const started = await run('outside', { command }, { network: { kind: 'host' } });
    expect(started.ipAddresses).to.equal(undefined);
    expect(await written('outside')).to.contain(engine.address);
  });

  it('keep what is written to a volume for the next container', async () => {
    const volume = {
      kind: 'named',
      name: 'kept',
      driverOptions: {},
      containerPath: '/data',
    } as const;
    const command = shell('echo kept > /data/file');
    await run('writes', { command }, { volumes: [{ ...volume, readOnly: false }] });
    must(await executor.wait(id('writes')));
    const reads = { command: shell('cat /data/file; echo no > /data/file || echo read-only') };
    await run('reads', reads, { volumes: [{ ...volume, readOnly: true }] });
    expect(await written('reads')).to.equal('kept\nread-only\n');
    await stage.dispose();
    await engine.docker.getVolume('kept').remove();
  });

  it('name the host port that is taken, and only that', async () => {
    const port = (hostPort: number) =>
      ({ containerPort: 80, hostPort, protocols: ['tcp'] }) as const;
    await run('first', { command: SLEEPS, ports: [31_001] }, { ports: [port(31_001)] });
    const spec = containerSpec(
      'second',
      { command: SLEEPS, ports: [31_000, 31_001] },
      { ports: [port(31_000), port(31_001)] },
    );
    must(await executor.prepare(spec));
    const failure = failureOf(await executor.start(spec.taskId));
    expect(failure).to.deep.include({ kind: 'portTaken', ports: [31_001] });
  });

  it('get the host port of one that was killed a moment ago', async () => {
    const ports = [{ containerPort: 80, hostPort: 31_003, protocols: ['tcp'] }] as const;
    await run('holder-0', { command: SLEEPS, ports: [31_003] }, { ports });
    for (let n = 1; n <= 3; n += 1) {
      const before = id(`holder-${n - 1}`);
      const stopped = executor.shutdown(before, millis(0));
      expect(must(await executor.wait(before))).to.include({ exitCode: 137, signal: 'SIGKILL' });
      await run(`holder-${n}`, { command: SLEEPS, ports: [31_003] }, { ports });
      must(await stopped);
      must(await executor.remove(before));
    }
  });

  it('name the command that is not in the image', async () => {
    const spec = containerSpec('commandless', { command: { kind: 'argv', value: ['nope', '-x'] } });
    must(await executor.prepare(spec));
    const failure = failureOf(await executor.start(spec.taskId));
    expect(failure).to.include({ kind: 'commandNotFound', command: 'nope' });
  });

  it('leave a container of somebody else alone that has the name', async () => {
    const theirs = await engine.docker.createContainer({
      name: 'ekiden-named',
      Image: await busyboxImage(engine.docker),
      Cmd: ['true'],
    });
    const failure = failureOf(await executor.prepare(containerSpec('named')));
    expect(failure.message).to.equal(
      'A container named ekiden-named exists that is not of this cluster',
    );
    expect((await theirs.inspect()).State.Status).to.equal('created');
    await theirs.remove();
  });

  it('replace what an earlier term has made and never started', async () => {
    const leave = (epoch: number) =>
      engine.docker.createContainer({
        name: 'ekiden-again',
        Image: 'busybox:stable',
        Cmd: ['echo', 'old'],
        Labels: labelsFor(stage.cluster, containerSpec('again', { epoch })),
      });
    await leave(3);
    await run('again', { epoch: 4, command: shell('echo new') });
    expect(await written('again')).to.equal('new\n');
    must(await executor.remove(id('again')));

    // Found by this very executor, it is replaced as well: nobody knows how far it was made.
    await leave(4);
    const next = await stage.open();
    expect(must(await next.adopt()).map(({ phase }) => phase)).to.deep.equal(['prepared']);
    const spec = containerSpec('again', { epoch: 5, command: shell('echo newer') });
    must(await next.prepare(spec));
    must(await next.start(spec.taskId));
    must(await next.wait(spec.taskId));
    expect(await stage.output(spec.taskId)).to.equal('newer\n');
    expect(must(await next.adopt()).map(({ epoch }) => epoch)).to.deep.equal([5]);
  });

  it('do not take away what another service has started meanwhile', async () => {
    const spec = containerSpec('shared', { command: SLEEPS });
    must(await executor.prepare(spec));
    const [{ id: containerId } = { id: '' }] = await stage.containers();
    const container = engine.docker.getContainer(containerId);
    await container.start();
    must(await executor.shutdown(spec.taskId, millis(0)));
    must(await executor.remove(spec.taskId));
    expect((await container.inspect()).State.Running).to.equal(true);
  });

  it('are given up by a shutdown right behind them', async () => {
    const spec = containerSpec('hasty', { command: SLEEPS });
    const prepared = executor.prepare(spec);
    const stopped = executor.shutdown(spec.taskId, seconds(1));
    expect(failureOf(await prepared).kind).to.equal('cancelled');
    must(await stopped);
    expect(await stage.containers()).to.deep.equal([]);
    expect(proxy.asked('POST', '/containers/create')).to.equal(0);
  });

  it('are not begun any more once the executor is closed', async () => {
    const specs = Array.from({ length: 8 }, (_, n) =>
      containerSpec(`late-${n}`, { command: SLEEPS }),
    );
    for (const spec of specs) must(await executor.prepare(spec));
    let release: () => void = () => undefined;
    const held = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    proxy.meddle = ({ path }) => (path.endsWith('/start') ? held : Promise.resolve(undefined));
    const started = specs.map(({ taskId }) => executor.start(taskId));
    // Of an engine with two processors twice as many are asked for at once, to begin with.
    const sent = 4;
    try {
      await until(
        () => Promise.resolve(proxy.asked('POST', '/start') === sent),
        'starts are under way',
      );
      const closed = executor.close();
      release();
      await Promise.all([closed, ...started]);
      expect(proxy.asked('POST', '/start')).to.equal(sent);
    } finally {
      proxy.meddle = () => Promise.resolve(undefined);
      release();
    }
  });

  it('end at once, with a word, when somebody removes the container', async () => {
    await run('removed', { command: SLEEPS });
    const [{ id: containerId } = { id: '' }] = await stage.containers();
    const waiting = executor.wait(id('removed'));
    await engine.docker.getContainer(containerId).remove({ force: true });
    const exit = must(await waiting);
    // The container may still be there, dead, when it is looked at.
    expect([
      'The container was removed by somebody else',
      'Command terminated with signal SIGKILL',
    ]).to.include(exit.message);
  });

  it('are not seen by another cluster on the same engine', async () => {
    const other = await DockerStage.make(engine.socketPath);
    try {
      await run('mine', { command: SLEEPS });
      const theirs = await other.open();
      expect(must(await theirs.adopt())).to.deep.equal([]);
      const failure = failureOf(await theirs.prepare(containerSpec('mine')));
      expect(failure.kind).to.equal('engineRefused');
      must(await theirs.shutdown(id('mine'), seconds(0)));
      const [mine] = must(await executor.adopt());
      expect(mine).to.include({ taskId: 'mine', phase: 'running' });
    } finally {
      await other.dispose();
    }
  });
});

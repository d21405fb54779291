import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { must } from '@ekiden/host/contract';
import { millis, type TaskId } from '@ekiden/kernel';
import { containerSpec, DockerStage, EngineProxy } from '../testing/index.js';
import { Engine } from './engine.js';

const SOCKET = '/var/run/docker.sock';
const COUNT = 30;
/** Of an engine with one processor: the least there is. */
const AT_ONCE_MAX = 4;
const SLEEPS = { kind: 'shell', value: 'trap "exit 0" TERM; while :; do sleep 1; done' } as const;

describe('Many containers at once', () => {
  let proxy: EngineProxy;
  let stage: DockerStage;

  before(async () => {
    proxy = await EngineProxy.before(SOCKET);
    const engine = new Engine({ kind: 'unix', socketPath: proxy.socketPath });
    stage = await DockerStage.make(SOCKET, { engine, executor: { engineCpus: 1 } });
  });

  after(async () => {
    await stage.dispose();
    await proxy.close();
  });

  it('all run, with no more requests at once than serve the engine, and are all found', async () => {
    const run = randomUUID();
    const ids = Array.from({ length: COUNT }, (_, n) => `${run}-${n}` as TaskId);
    const executor = await stage.open();
    await Promise.all(
      ids.map(async (taskId) => {
        must(await executor.prepare(containerSpec(taskId, { command: SLEEPS })));
        must(await executor.start(taskId));
      }),
    );
    expect(proxy.asked('POST', '/create')).to.equal(COUNT);
    expect(proxy.asked('POST', '/start')).to.equal(COUNT);
    expect(proxy.mostAtOnce('/create')).to.be.within(1, AT_ONCE_MAX);
    expect(proxy.mostAtOnce('/start')).to.be.within(1, AT_ONCE_MAX);
    await executor.close();

    const next = await stage.open();
    const found = must(await next.adopt());
    expect(found.map(({ taskId }) => taskId).sort()).to.deep.equal([...ids].sort());
    for (const task of found) expect(task).to.include({ phase: 'running', killAsked: false });
    await Promise.all(
      ids.map(async (taskId) => {
        must(await next.shutdown(taskId, millis(0)));
        must(await next.wait(taskId));
        must(await next.remove(taskId));
      }),
    );
    expect(await stage.containers()).to.deep.equal([]);
  });
});

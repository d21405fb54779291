import { expect } from 'chai';
import { until, type TestService } from '../support/index.js';
import { containerApp, type ContainerWish } from './container-apps.js';
import { containerOf, containersOf, type Shown } from './containers.js';
import { removeContainer, useDocker } from './engines.js';

const REMOVALS = 3;

describe('A container that somebody else touches', () => {
  const { engine, service: theService } = useDocker();

  async function deployed(wish: ContainerWish = {}): Promise<TestService> {
    const service = theService();
    await service.api.ask('POST', '/v2/apps', containerApp('/web', 2, wish));
    await service.settled('/web', 2);
    return service;
  }

  /** Two that run, none of them `gone`. */
  function replaced(service: TestService, gone: Shown): Promise<readonly Shown[]> {
    return until(async () => {
      const now = await containersOf(engine().docker, service);
      const fine = now.every(({ id, state }) => id !== gone.id && state === 'running');
      return now.length === 2 && fine && now;
    }, 'another container');
  }

  async function oneOf(service: TestService): Promise<Shown> {
    const { tasks } = await service.settled('/web', 2);
    return containerOf(engine().docker, service, tasks[0]?.id ?? '');
  }

  it('removed: noticed and replaced, with the reason', async () => {
    const service = await deployed({ backoffFactor: 1 });
    for (let removal = 0; removal < REMOVALS; removal += 1) {
      const gone = await oneOf(service);
      await removeContainer(engine().docker, gone.id);
      await replaced(service, gone);
      const { lastTaskFailure } = await service.settled('/web', 2);
      expect(lastTaskFailure?.taskId).to.equal(gone.taskId);
      expect(lastTaskFailure?.message).to.equal('The container was removed by somebody else');
    }
  });

  it('stopped or killed: replaced, and the ended one is cleared away', async () => {
    const service = await deployed();
    const { docker } = engine();
    const stopped = await oneOf(service);
    await docker.getContainer(stopped.id).stop({ t: 5 });
    await replaced(service, stopped);
    const killed = await oneOf(service);
    await docker.getContainer(killed.id).kill();
    await replaced(service, killed);
    const { lastTaskFailure } = await service.settled('/web', 2);
    expect(lastTaskFailure?.taskId).to.equal(killed.taskId);
    expect(lastTaskFailure?.message).to.include('SIGKILL');
  });

  it('restarted: left as it is, or replaced; two run in the end and none is left over', async () => {
    const service = await deployed();
    const restarted = await oneOf(service);
    await engine().docker.getContainer(restarted.id).restart({ t: 5 });
    await until(async () => {
      const running = await containersOf(engine().docker, service);
      const { tasks } = await service.settled('/web', 2);
      const known = tasks.map(({ id }) => id).sort();
      return (
        running
          .map(({ taskId }) => taskId)
          .sort()
          .join() === known.join()
      );
    }, 'exactly the containers of the two tasks');
  });

  it('paused and unpaused: nothing happens', async () => {
    const service = await deployed();
    const paused = await oneOf(service);
    const container = engine().docker.getContainer(paused.id);
    await container.pause();
    await service.api.ask('PUT', '/v2/apps/web', { instances: 3 });
    const { tasks } = await service.settled('/web', 3);
    expect(tasks.map(({ id }) => id)).to.include(paused.taskId);
    await container.unpause();
    expect((await service.settled('/web', 3)).lastTaskFailure).to.equal(undefined);
  });
});

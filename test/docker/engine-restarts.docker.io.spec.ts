import { expect } from 'chai';
import type { TestEngine } from '@ekiden/host-docker/testing';
import { always, until, type TaskJson, type TestService } from '../support/index.js';
import {
  answeringApp,
  containerApp,
  journalOf,
  textAt,
  type ContainerWish,
} from './container-apps.js';
import { ContainerShop } from './container-shop.js';
import { containersOf, startsOf } from './containers.js';
import { useDocker } from './engines.js';

/** How an engine goes away. */
const ENDS = {
  'is stopped': (engine: TestEngine) => engine.stop(),
  'is killed': (engine: TestEngine) => engine.kill(),
} as const;

async function deployed(
  service: TestService,
  wish: ContainerWish = {},
): Promise<readonly string[]> {
  const app = answeringApp('/web', 2, 'echo "$MESOS_TASK_ID"', wish);
  await service.api.ask('POST', '/v2/apps', app);
  const { tasks } = await service.settled('/web', 2);
  return tasks.map(({ id }) => id).sort();
}

async function isOver(service: TestService): Promise<boolean> {
  return (await service.api.deployments()).length === 0;
}

describe('An engine with live-restore that goes away and comes back', () => {
  const { engine, service: theService } = useDocker(
    { liveRestore: true },
    { EKIDEN_AGENT_TIMEOUT_SECONDS: '1' },
  );

  const count = async (): Promise<number> => {
    return (await containersOf(engine().docker, theService())).length;
  };

  /** Until the engine has the containers of these tasks, one each, and no others. */
  async function exactly(tasks: readonly TaskJson[]): Promise<void> {
    const expected = tasks.map(({ id }) => id).sort();
    await until(async () => {
      const all = await containersOf(engine().docker, theService());
      return (
        all
          .map(({ taskId }) => taskId)
          .sort()
          .join() === expected.join()
      );
    }, 'exactly the containers of the tasks');
  }

  for (const [how, end] of Object.entries(ENDS)) {
    it(`${how}: the containers run on, answer, and are adopted`, async () => {
      const service = theService();
      const patient = {
        unreachableStrategy: { inactiveAfterSeconds: 60, expungeAfterSeconds: 90 },
      };
      const ids = await deployed(service, patient);
      const before = await startsOf(engine().docker, service);
      await end(engine());
      await until(async () => {
        const { tasks } = await service.api.app('/web');
        return tasks.every(({ state }) => state === 'TASK_UNREACHABLE');
      }, 'tasks that cannot be reached');
      const { tasks: away } = await service.api.app('/web');
      for (const { id, ports } of away) {
        expect(await textAt(engine().address, ports[0] ?? 0)).to.equal(id);
      }
      await engine().start();
      const { tasks, lastTaskFailure } = await service.settled('/web', 2);
      expect(tasks.map(({ id }) => id).sort()).to.deep.equal(ids);
      expect(lastTaskFailure).to.equal(undefined);
      await exactly(tasks);
      const now = await startsOf(engine().docker, service);
      expect([...now].sort()).to.deep.equal([...before].sort());
    });
  }

  it('together with the service: both find the same containers again', async () => {
    const service = theService();
    const ids = await deployed(service, { unreachableStrategy: 'disabled' });
    const before = await startsOf(engine().docker, service);
    await engine().kill();
    await service.kill();
    await service.start();
    await until(() => service.log.includes('does not answer yet'), 'a word about the engine');
    expect((await service.api.app('/web')).tasks.map(({ id }) => id).sort()).to.deep.equal(ids);
    await engine().start();
    await service.api.ask('PUT', '/v2/apps/web', { instances: 3 });
    const { tasks } = await service.settled('/web', 3);
    expect(tasks.map(({ id }) => id)).to.include.members([...ids]);
    await exactly(tasks);
    const now = await startsOf(engine().docker, service);
    expect([...now]).to.deep.include.members([...before]);
  });

  it('away when the service starts: its tasks are unreachable after the same time', async () => {
    const service = theService();
    await deployed(service, { unreachableStrategy: 'disabled' });
    await service.kill();
    await engine().kill();
    await service.start();
    await until(async () => {
      const { tasks } = await service.api.app('/web');
      return tasks.every(({ state }) => state === 'TASK_UNREACHABLE');
    }, 'tasks that cannot be reached');
  });

  it('in the middle of a deployment: it is finished, and nothing is doubled', async () => {
    const service = theService();
    const journal = journalOf(service, 'deployment');
    await service.api.ask('POST', '/v2/apps', containerApp('/web', 8, journal.wish));
    await until(async () => (await count()) > 2, 'some containers');
    await engine().kill();
    await engine().start();
    const { tasks } = await service.settled('/web', 8, 18_000);
    await exactly(tasks);
    const starts = journal.starts();
    expect(new Set(starts).size).to.equal(starts.length);
    await always(async () => ((await count()) === 8 ? undefined : 'another container'), 300);
  });

  it('in the middle of an upgrade: it is finished, and nothing old is left', async () => {
    const service = theService();
    await deployed(service);
    await service.api.ask('PUT', '/v2/apps/web', { env: { GENERATION: '2' } });
    await until(async () => (await count()) > 2, 'a new container');
    await engine().kill();
    await engine().start();
    const { tasks, version } = await service.settled('/web', 2);
    expect(tasks.map((task) => task.version)).to.deep.equal([version, version]);
    await exactly(tasks);
  });

  it('LDR-17: while its apps are removed and scaled: all of it is done in the end', async () => {
    const service = theService();
    await service.api.ask('POST', '/v2/apps', containerApp('/soon', 2));
    await service.api.ask('POST', '/v2/apps', containerApp('/later', 2));
    const lasting = { unreachableStrategy: 'disabled' };
    await service.api.ask('POST', '/v2/apps', containerApp('/less', 3, lasting));
    for (const [id, size] of [
      ['/soon', 2],
      ['/later', 2],
      ['/less', 3],
    ] as const) {
      await service.settled(id, size);
    }
    await service.api.ask('DELETE', '/v2/apps/soon');
    await engine().kill();
    await until(async () => {
      const { tasks } = await service.api.app('/less');
      return tasks.every(({ state }) => state === 'TASK_UNREACHABLE');
    }, 'tasks that cannot be reached');
    await service.api.ask('DELETE', '/v2/apps/later');
    await service.api.ask('PUT', '/v2/apps/less', { instances: 1 });
    await engine().start();
    await until(() => isOver(service), 'the end of the deployments');
    await exactly((await service.settled('/less', 1)).tasks);
    const ids = (await service.api.apps()).map(({ id }) => id);
    expect(ids).to.deep.equal(['/less']);
  });
});

describe('An engine without live-restore that goes away and comes back', () => {
  const { engine, service: theService } = useDocker();

  const KILLED = { docker: { parameters: [{ key: 'stop-signal', value: 'SIGKILL' }] } };

  /** The app with two tasks that run, none of them one of `ids`, and their containers alone. */
  async function replaced(service: TestService, ids: readonly string[]) {
    const isNew = ({ id, state }: TaskJson): boolean => {
      return !ids.includes(id) && state === 'TASK_RUNNING';
    };
    const app = await until(
      async () => {
        const seen = await service.api.app('/web');
        return seen.tasks.length === 2 && seen.tasks.every(isNew) && seen;
      },
      'two other tasks',
      12_000,
    );
    await until(
      async () => (await containersOf(engine().docker, service)).length === 2,
      'the new containers alone',
    );
    return app;
  }

  for (const [how, end] of Object.entries(ENDS)) {
    it(`${how}: its containers are replaced, and the last failure says why`, async () => {
      const service = theService();
      const ids = await deployed(service, KILLED);
      await end(engine());
      await engine().start();
      const { lastTaskFailure } = await replaced(service, ids);
      expect(ids).to.include(lastTaskFailure?.taskId);
      expect(lastTaskFailure?.message).to.match(
        /^Ended while the Docker engine was stopped or restarted/,
      );
    });
  }

  it('while the service is away too: replaced, and the last failure says how they ended', async () => {
    const service = theService();
    const ids = await deployed(service, KILLED);
    await service.kill();
    await engine().stop();
    await engine().start();
    await service.start();
    const { lastTaskFailure } = await replaced(service, ids);
    expect(ids).to.include(lastTaskFailure?.taskId);
    expect(lastTaskFailure?.message).to.include('SIGKILL');
  });

  it('the shop in containers is there again, and every app says what happened', async () => {
    const service = theService();
    const shop = await ContainerShop.of(service);
    await shop.bringUp();
    const before = await startsOf(engine().docker, service);
    await engine().stop();
    await engine().start();
    await until(async () => {
      const now = await containersOf(engine().docker, service);
      return now.length === shop.size && now.every(({ id }) => !before.has(id));
    }, 'other containers');
    await shop.settled();
    await until(() => shop.hasPage(), 'a page');
    for (const said of await shop.failures()) {
      expect(said ?? 'nothing').to.match(/^Ended while the Docker engine was stopped or restarted/);
    }
  });
});

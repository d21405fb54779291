import { expect } from 'chai';
import { eventsOf, sleeper, until, useService } from '../support/index.js';

describe('An app whose dependency is lost', () => {
  const running = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none', EKIDEN_ROUTER: 'none' } });

  it('is started again once that is back, where it asked for it, and says why', async () => {
    const service = running();
    const { api, home } = service;
    const upgradeStrategy = { minimumHealthCapacity: 0, maximumOverCapacity: 0 };
    const dependent = (id: string, onLost: string) =>
      sleeper(id, 1, {
        upgradeStrategy,
        dependencies: ['db'],
        dependencyRules: { db: { onLost } },
      });
    await api.ask('PUT', '/v2/groups', {
      id: '/shop',
      apps: [
        sleeper('db', 1, { backoffSeconds: 0 }),
        dependent('web', 'restart'),
        dependent('cache', 'keep'),
      ],
    });
    const taskOf = async (app: string): Promise<string> =>
      (await service.settled(`/shop/${app}`, 1)).tasks[0]?.id ?? '';
    const [db, web, cache] = [await taskOf('db'), await taskOf('web'), await taskOf('cache')];
    const events = eventsOf(service, 'status_update_event');

    const victim = home.tasks().find(({ taskId }) => taskId === db);
    process.kill(victim?.pid ?? 0, 'SIGKILL');

    const last = await until(
      () => events.find(({ taskId, taskStatus }) => taskId === web && taskStatus === 'TASK_KILLED'),
      'the end of what ran without its dependency',
    );
    expect(last.message).to.include('something that it depends on was gone and is back (/shop/db)');
    const [newDb, newWeb] = [await taskOf('db'), await taskOf('web')];
    expect([newDb === db, newWeb === web]).to.deep.equal([false, false]);
    const order = events.seen.flatMap(({ taskId, taskStatus }) =>
      taskStatus === 'TASK_RUNNING' && (taskId === newDb || taskId === newWeb) ? [taskId] : [],
    );
    expect(order).to.deep.equal([newDb, newWeb]);
    expect(await taskOf('cache')).to.equal(cache);
  });
});

import { expect } from 'chai';
import { until } from '../support/index.js';
import { containerApp, journalOf } from './container-apps.js';
import { containersOf } from './containers.js';
import { useDocker } from './engines.js';

describe('SIGKILL of the service while it works on containers', () => {
  const { engine, service: theService } = useDocker();

  const count = async (): Promise<number> => {
    return (await containersOf(engine().docker, theService())).length;
  };

  it('a deployment is finished, and each container was started once', async () => {
    const service = theService();
    const journal = journalOf(service, 'deployment');
    await service.api.ask('POST', '/v2/apps', containerApp('/web', 8, journal.wish));
    for (const some of [1, 4]) {
      await until(async () => (await count()) >= some, 'some containers');
      await service.kill();
      await service.start();
    }
    const { tasks } = await service.settled('/web', 8);
    const expected = tasks.map(({ id }) => id).sort();
    const containers = await containersOf(engine().docker, service);
    expect(containers.map(({ taskId }) => taskId).sort()).to.deep.equal(expected);
    expect([...journal.starts()].sort()).to.deep.equal(expected);
  });

  it('an upgrade and a removal are finished, and nothing is left over', async () => {
    const service = theService();
    await service.api.ask('POST', '/v2/apps', containerApp('/web', 3));
    await service.settled('/web', 3);
    await service.api.ask('PUT', '/v2/apps/web', { env: { GENERATION: '2' } });
    await until(async () => (await count()) > 3, 'a new container');
    await service.kill();
    await service.start();
    const { tasks, version } = await service.settled('/web', 3);
    expect(tasks.map((task) => task.version)).to.deep.equal([version, version, version]);
    await until(async () => (await count()) === 3, 'three containers');
    await service.api.ask('DELETE', '/v2/apps/web');
    await service.kill();
    await service.start();
    await until(async () => (await count()) === 0, 'an empty engine');
    expect(await service.api.deployments()).to.deep.equal([]);
  });
});

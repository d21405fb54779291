import { expect } from 'chai';
import { always, until, type TestService } from '../support/index.js';
import { ContainerShop } from './container-shop.js';
import { containersOf, startsOf } from './containers.js';
import { useDocker } from './engines.js';

async function open(service: TestService): Promise<ContainerShop> {
  const shop = await ContainerShop.of(service);
  await shop.bringUp();
  return shop;
}

/** Resolves when the service has found its engine, in its present life. */
async function metEngine(service: TestService): Promise<void> {
  await until(() => {
    const life = service.log.slice(service.log.lastIndexOf('"event":"listening"'));
    return life.includes('"event":"docker-host"');
  }, 'a word about the engine in the log');
}

describe('The shop in containers', () => {
  const { engine, service: theService } = useDocker({ liveRestore: true });

  async function countOf(app: string): Promise<number> {
    const all = await containersOf(engine().docker, theService());
    return all.filter(({ appId, state }) => appId.endsWith(`/${app}`) && state === 'running')
      .length;
  }

  it('comes up in the order of its dependencies, answers, and deletes clean', async () => {
    const service = theService();
    const shop = await open(service);
    const { docker } = engine();
    const containers = await containersOf(docker, service);
    const starts = await startsOf(docker, service);
    const startedAt = (app: string): string => {
      const own = containers.filter(({ appId }) => appId === `${shop.id}/${app}`);
      return own.map(({ id }) => starts.get(id) ?? '').sort()[0] ?? '';
    };
    const order = ['store', 'api', 'web'].map(startedAt);
    expect([...order].sort()).to.deep.equal(order);
    expect(startedAt('worker') > startedAt('api')).to.equal(true);

    await shop.bring('pot', 3);
    expect(await shop.ask('web')).to.include('<td>pot</td><td>3</td>');
    await until(async () => (await shop.ask('web'))?.includes('biscuit'), 'a biscuit');

    await service.api.ask('DELETE', `/v2/groups${shop.id}`);
    const isOver = async (): Promise<boolean> => (await service.api.deployments()).length === 0;
    await until(isOver, 'the end of the deployment');
    await until(async () => (await containersOf(docker, service)).length === 0, 'an empty engine');
    expect(await shop.ask('web')).to.equal(undefined);
  });

  it('scales to five and to two, and each instance takes its turns', async () => {
    const service = theService();
    const shop = await open(service);
    for (const instances of [5, 2]) {
      await service.api.ask('PUT', `/v2/apps${shop.id}/api`, { instances });
      const { tasks } = await service.settled(`${shop.id}/api`, instances);
      await until(async () => (await countOf('api')) === instances, 'its containers');
      const left = new Set(tasks.map(({ id }) => id));
      await until(async () => {
        left.delete(/^by (\S+)/.exec((await shop.ask('api')) ?? '')?.[1] ?? '');
        return left.size === 0;
      }, 'an answer of each');
    }
  });

  it('rolls out a new version: never less than the minimum, and a page at any time', async () => {
    const service = theService();
    const shop = await open(service);
    const versions = new Set<string>();
    let least = Number.POSITIVE_INFINITY;
    let over = false;
    await service.api.ask('PUT', `/v2/apps${shop.id}/web`, { env: { SHOP_VERSION: '2' } });
    const count = async (): Promise<void> => {
      while (!over) least = Math.min(least, await countOf('web'));
    };
    const ask = async (): Promise<void> => {
      while (!over) versions.add(/version (\d)<br>/.exec((await shop.ask('web')) ?? '')?.[1] ?? '');
    };
    const watching = Promise.all([count(), ask()]);
    await service.settled(`${shop.id}/web`, 2).finally(() => {
      over = true;
    });
    await watching;
    expect(least).to.equal(2);
    expect([...versions].sort()).to.deep.equal(['1', '2']);
    expect(await shop.ask('web')).to.include('version 2<br>');

    await service.api.ask('PUT', `/v2/apps${shop.id}/api`, { env: { SHOP_VERSION: '2' } });
    await service.settled(`${shop.id}/api`, 2);
    expect(await shop.ask('web')).to.match(/figures by \S+api\S+, version 2/);
  });

  it('outlives its engine and SIGKILL of the service: the same containers all the time', async () => {
    const service = theService();
    const shop = await open(service);
    const { docker } = engine();
    const before = [...(await startsOf(docker, service))].sort();
    expect(before).to.have.length(shop.size);
    for (const end of ['stop', 'kill'] as const) {
      await engine()[end]();
      expect(await shop.hasPage()).to.equal(true);
      await engine().start();
      await shop.settled();
      // An engine that starts lays its ports anew: for a moment a health check may find none.
      await until(() => shop.hasPage(), 'a page');
    }
    await service.kill();
    expect(await shop.hasPage()).to.equal(true);
    await service.start();
    await metEngine(service);
    await until(() => shop.hasPage(), 'a page');
    await shop.settled();
    await always(async () => {
      const now = [...(await startsOf(docker, service))].sort();
      return now.join() === before.join() ? undefined : `other containers: ${now.join()}`;
    }, 500);
    expect(new Set(await shop.failures())).to.deep.equal(new Set([undefined]));
  });

  it('serves a page at any time while the service is killed and comes back', async () => {
    const service = theService();
    const shop = await open(service);
    const problems: string[] = [];
    let answers = 0;
    let over = false;
    const ask = async (): Promise<void> => {
      while (!over) {
        if (await shop.hasPage()) answers += 1;
        else problems.push(`no page after ${answers}`);
      }
    };
    const asking = ask();
    await service.kill();
    await service.start();
    await metEngine(service);
    const before = answers;
    await until(() => answers > before + 10, 'pages after the start');
    over = true;
    await asking;
    expect(problems).to.deep.equal([]);
  });

  it('serves on when the service starts while the engine is away', async () => {
    const service = theService();
    const shop = await open(service);
    await service.kill();
    await engine().kill();
    expect(await shop.hasPage()).to.equal(true);
    await service.start();
    await always(async () => ((await shop.hasPage()) ? undefined : 'no page'), 1_000);
  });
});

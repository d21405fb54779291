import { expect } from 'chai';
import { until, useStage, type TestService } from '../support/index.js';
import { Reader, ShopStage, everyTaskOf, idsOf, tasksOf, PATIENCE_MS } from './shop-stage.js';

interface Deployment {
  readonly state: string;
}

/** Until a deployment is in a state. */
async function reaches(service: TestService, id: string, wanted: string): Promise<void> {
  await until(
    async () => {
      const { body } = await service.api.ask('GET', `/v2/deployments/${id}`);
      if ((body as Deployment).state === wanted) return true;
      throw new Error(JSON.stringify(body));
    },
    `a deployment that is ${wanted}`,
    PATIENCE_MS,
  );
}

/** Tasks of the shop's api, of whatever generation. */
async function everyApi(service: TestService): Promise<readonly string[]> {
  return idsOf(await everyTaskOf(service), 'api');
}

describe('One app of the shop that is rolled out blue/green by itself', () => {
  const stage = useStage();

  it('is followed by an untouched web at the address it was told, past the retirement of blue', async () => {
    const service = await stage.start();
    const shop = await ShopStage.of(service);
    const { before } = shop;
    const reader = new Reader(shop.web);
    const { body } = await service.api.ask('PUT', '/v2/apps/shop/api', {
      env: { SHOP_VERSION: '2' },
      rollout: {
        strategy: 'blueGreen',
        blueGreen: { promotion: 'manual', holdSeconds: 1 },
        drainSeconds: 2,
      },
    });
    const { deploymentId: id } = body as { readonly deploymentId: string };
    await reaches(service, id, 'awaitingPromotion');
    expect(await everyApi(service)).to.have.length(4);
    await reader.more(50);
    expect(reader.series).to.deep.equal(['1 1']);

    await service.api.ask('POST', `/v2/deployments/${id}/promote`);
    await until(() => reader.series.at(-1) === '1 2', 'pages with figures of the second version');
    await until(async () => (await everyApi(service)).length === 2, 'the retirement of blue');
    expect(await everyApi(service)).to.not.have.members([...idsOf(before, 'api')]);
    await reader.more(50);
    await reader.end();
    expect(reader.problems).to.deep.equal([]);
    // The old figures until the switch, the new ones ever after.
    expect(reader.series).to.deep.equal(['1 1', '1 2']);
    const after = await tasksOf(service);
    for (const app of ['store', 'web', 'worker']) {
      expect(idsOf(after, app)).to.deep.equal(idsOf(before, app));
    }
  }).timeout(PATIENCE_MS);
});

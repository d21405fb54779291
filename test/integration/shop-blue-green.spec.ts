import { expect } from 'chai';
import { until, useStage } from '../support/index.js';
import { Poller, Reader, ShopStage, ended, idsOf, tasksOf, PATIENCE_MS } from './shop-stage.js';

describe('The shop as a group that is rolled out blue/green', () => {
  const stage = useStage();

  it('is switched as a whole after its smoke test, and undone at once', async () => {
    const service = await stage.start();
    const shop = await ShopStage.of(service, { promotion: 'automatic', holdSeconds: 60 });
    const { before } = shop;
    const reader = new Reader(shop.web);
    const polled = new Poller(service);
    const id = await shop.deploy();
    await ended(service, id);
    const after = await tasksOf(service);
    expect(idsOf(after, 'store')).to.deep.equal(idsOf(before, 'store'));
    for (const app of ['web', 'worker']) {
      expect(idsOf(after, app)).to.not.have.members([...idsOf(before, app)]);
    }
    await until(() => reader.series.at(-1) === '2 2', 'pages of the second version');

    await service.api.ask('POST', `/v2/deployments/${id}/undo`);
    await until(
      async () => String(idsOf(await tasksOf(service), 'web')) === String(idsOf(before, 'web')),
      'the old web',
    );
    await until(() => reader.series.at(-1) === '1 1', 'pages of the first version');
    await reader.end();
    await polled.end();
    expect(reader.problems).to.deep.equal([]);
    // One change of the routes each way: never a page of both, never back and forth.
    expect(reader.series).to.deep.equal(['1 1', '2 2', '1 1']);
    expect(polled.mixed).to.deep.equal([]);
    expect(polled.looks).to.be.greaterThan(20);
    expect(idsOf(await tasksOf(service), 'store')).to.deep.equal(idsOf(before, 'store'));
    // The second worker takes no job before the promotion.
    expect([...polled.early]).to.deep.equal([]);
  }).timeout(PATIENCE_MS);
});

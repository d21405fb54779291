import { expect } from 'chai';
import { sleeper, until, useService } from '../support/index.js';

/** What is said of scenario LIM-01: a group larger than any Marathon took. */
const APPS = 2_000;
const AT_ONCE = 100;

describe('Many writes', () => {
  const running = useService();

  it('LIM-01: two thousand apps leave room for one more', async () => {
    const { api } = running();
    const apps = Array.from({ length: APPS }, (_, n) => sleeper(`a-${n}`, 0));
    await api.ask('PUT', '/v2/groups//many', { apps });
    await until(async () => (await api.deployments()).length === 0, 'the end of the deployment');
    await api.ask('POST', '/v2/apps', sleeper('/many/one-more', 1));
    await running().settled('/many/one-more', 1);
    expect((await api.apps()).length).to.equal(APPS + 1);
    await api.ask('DELETE', '/v2/groups//many');
  });

  it('LIM-02: a hundred at once in one group are all accepted, and none is lost', async () => {
    const { api } = running();
    const ids = Array.from({ length: AT_ONCE }, (_, n) => `/side/a-${n}`);
    const answers = await Promise.all(
      ids.map((id) => api.send('POST', '/v2/apps', sleeper(id, 0))),
    );
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([201]));
    const there = (await api.apps()).map(({ id }) => id).filter((id) => id.startsWith('/side/'));
    expect(there.sort()).to.deep.equal([...ids].sort());
  });

  it('LIM-03: of a hundred at once for one id the first is accepted, the others are told of it', async () => {
    const { api } = running();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, () => api.send('POST', '/v2/apps', sleeper('/same', 0))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).to.deep.equal([201, ...Array.from({ length: AT_ONCE - 1 }, () => 409)]);
  });

  it('LIM-04: a group of five hundred is scaled by two, and small requests are answered meanwhile', async () => {
    const { api } = running();
    // Suspended apps stay so; the one with an instance shows that the factor arrives.
    const apps = Array.from({ length: 500 }, (_, n) => sleeper(`a-${n}`, n === 0 ? 1 : 0));
    await api.ask('PUT', '/v2/groups//wide', { apps });
    await running().settled('/wide/a-0', 1);
    const scaling = api.ask('PUT', '/v2/groups//wide', { scaleBy: 2 });
    const meanwhile = Promise.all(
      Array.from({ length: 20 }, () => api.ask('GET', '/v2/apps/wide/a-0')),
    );
    await Promise.all([scaling, meanwhile]);
    await running().settled('/wide/a-0', 2);
    await api.ask('DELETE', '/v2/groups//wide');
  });

  it('SCL-28: a million instances that find no place hold up nobody else', async () => {
    const { api } = running();
    const nowhere = { constraints: [['hostname', 'CLUSTER', 'no-such-host']] };
    for (const [index, strategy] of ['rolling', 'serial', 'blueGreen'].entries()) {
      const million = sleeper(`/million/${index}`, 1_000_000, {
        ...nowhere,
        rollout: { strategy },
      });
      await api.ask('POST', '/v2/apps?dryRun=true', million);
      await api.ask('POST', '/v2/apps', million);
      await api.ask('POST', '/v2/apps', sleeper(`/beside/${index}`, 1));
      await running().settled(`/beside/${index}`, 1);
    }
    await api.ask('DELETE', '/v2/groups//million?force=true');
    await until(async () => (await api.deployments()).length === 0, 'the end of the deployment');
  });
});

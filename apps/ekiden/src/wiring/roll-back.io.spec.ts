import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { openDatabase } from '@ekiden/store';
import { testDatabases } from '../../../../libs/store/testing/index.js';
import { VersionPruner } from '../adapters/persistence/version-pruner.js';
import { readSettings } from '../settings/index.js';
import { choosePort } from './choose-port.js';
import { startService } from './start-service.js';

describe('rolling back to versions that are kept', () => {
  let url: string;
  let close: () => Promise<void>;
  let prune: () => Promise<void>;

  before(async function () {
    this.timeout(60_000);
    const place = await testDatabases.create();
    const port = await choosePort(0, '127.0.0.1');
    const dataDir = await mkdtemp(join(tmpdir(), 'ekiden-versions-'));
    const outcome = readSettings({
      args: [`--http-port=${port}`, `--data-dir=${dataDir}`, '--simulated-agents=1'],
      env: { DATABASE_URL: place.url },
      workingDirectory: dataDir,
      machineName: 'node1',
    });
    if (outcome.kind !== 'settings') throw new Error(`settings: ${outcome.kind}`);
    const service = await startService(outcome.settings, pino({ level: 'silent' }));
    await service.listening;
    url = `http://127.0.0.1:${port}`;
    const database = await openDatabase({ at: { url: place.url }, entities: [], migrations: [] });
    const pruner = new VersionPruner(database);
    prune = async () => {
      while ((await pruner.step({ versions: 3, roots: 3 })).more);
    };
    close = async () => {
      await database.close();
      await service.stop();
      await place.drop();
      await rm(dataDir, { recursive: true });
    };
  });

  after(() => close());

  async function ask(method: string, path: string, body?: object) {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async function versionsOf(app: string): Promise<readonly string[]> {
    return (await ask('GET', `/v2/apps${app}/versions`)).body['versions'] as string[];
  }

  async function create(id: string): Promise<void> {
    const app = { id, cmd: 'sleep 1000', cpus: 0.01, mem: 16, instances: 0, labels: { n: '1' } };
    expect((await ask('POST', '/v2/apps', app)).status).to.equal(201);
  }

  async function relabel(id: string, to: number): Promise<void> {
    const body = { labels: { n: String(to) } };
    expect((await ask('PUT', `/v2/apps${id}?force=true`, body)).status).to.equal(200);
  }

  async function labelOf(app: string): Promise<unknown> {
    const { body } = await ask('GET', `/v2/apps${app}`);
    return (body['app'] as { labels: { n: string } }).labels.n;
  }

  it('works for the oldest kept version of an app and no older one', async () => {
    await create('/solo');
    for (const n of [2, 3, 4, 5]) await relabel('/solo', n);
    const all = await versionsOf('/solo');
    expect(all).to.have.length(5);
    await prune();
    const kept = await versionsOf('/solo');
    expect(kept).to.deep.equal(all.slice(0, 3));

    const gone = all[4] ?? '';
    expect((await ask('GET', `/v2/apps/solo/versions/${gone}`)).body).to.deep.equal({
      message: `App '/solo' does not exist in version ${gone}`,
    });
    const refused = await ask('PUT', '/v2/apps/solo?force=true', { version: gone });
    expect(refused.status).to.equal(404);
    expect(await labelOf('/solo')).to.equal('5');

    const back = await ask('PUT', '/v2/apps/solo?force=true', { version: kept[2] });
    expect(back.status).to.equal(200);
    expect(await labelOf('/solo')).to.equal('3');
  });

  it('works for the oldest kept version of a group and no older one', async () => {
    await create('/team/web');
    for (const n of [2, 3, 4]) await relabel('/team/web', n);
    const all = (await ask('GET', '/v2/groups/team/versions')).body as unknown as string[];
    expect(all).to.have.length(4);
    await prune();
    const kept = (await ask('GET', '/v2/groups/team/versions')).body as unknown as string[];
    expect(kept).to.deep.equal(all.slice(0, 3));

    const gone = all[3] ?? '';
    const refused = await ask('PUT', '/v2/groups/team?force=true', { version: gone });
    expect([refused.status, refused.body['message']]).to.deep.equal([
      422,
      `Group /team not available in version ${gone}`,
    ]);
    expect((await ask('GET', `/v2/groups/team/versions/${gone}`)).status).to.equal(404);

    const back = await ask('PUT', '/v2/groups/team?force=true', { version: kept[2] });
    expect(back.status).to.equal(200);
    expect(await labelOf('/team/web')).to.equal('2');
  });

  it('forgets the versions of an app with the app', async () => {
    await create('/brief');
    const [first = ''] = await versionsOf('/brief');
    expect((await ask('DELETE', '/v2/apps/brief')).status).to.equal(200);
    expect((await ask('GET', '/v2/apps/brief/versions')).status).to.equal(404);
    await create('/brief');
    expect(await versionsOf('/brief')).to.have.length(1);
    expect((await ask('PUT', '/v2/apps/brief', { version: first })).status).to.equal(404);
  });
});

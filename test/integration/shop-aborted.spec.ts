import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { until, useStage, type AppJson, type TestService } from '../support/index.js';
import { Poller, Reader, ShopStage, tasksOf, PATIENCE_MS } from './shop-stage.js';

/** Addresses that the router of a service listens on, in the system's own words. */
function listening({ home }: TestService): readonly string[] {
  const record = readFileSync(join(home.dir, 'router', 'router.json'), 'utf8');
  const { pid } = JSON.parse(record) as { readonly pid: number };
  const fds = `/proc/${pid}/fd`;
  const own = new Set(readdirSync(fds).map((fd) => linkOf(join(fds, fd))));
  return readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && own.has(`socket:[${inode}]`))
    .map(([, address = '']) => address)
    .sort();
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed meanwhile
  }
}

/**
 * All that there is of the shop and what belongs to it. Not the histories, which are only added to,
 * and not what tasks that are over wrote (docs/logs.md).
 */
async function traces(service: TestService): Promise<Readonly<Record<string, string>>> {
  const { api, home } = service;
  const body = async (path: string): Promise<unknown> => (await api.ask('GET', path)).body;
  const all = {
    tasks: await tasksOf(service),
    tasksOfEveryGeneration: await body('/v2/tasks?generation=all'),
    processes: home.tasks().map(({ taskId }) => taskId),
    apps: (await api.apps()).map(withoutDates),
    volumes: await body('/v2/volumes'),
    routes: listening(service),
    queue: await body('/v2/queue'),
    deployments: await api.deployments(),
    files: [home.dir, join(home.dir, 'volumes')].map(namesIn),
  };
  return Object.fromEntries(
    Object.entries(all).map(([what, found]) => [
      what,
      JSON.stringify(Array.isArray(found) ? found.map((one) => JSON.stringify(one)).sort() : found),
    ]),
  );
}

/** Going back is a write as any other, so it has a date of its own; what runs keeps its own. */
function withoutDates({ version: _version, ...app }: AppJson): object {
  return { ...app, versionInfo: { ...app.versionInfo, lastScalingAt: '' } };
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

describe('A rollout of the shop that is aborted', () => {
  const stage = useStage();

  it('leaves no trace: tasks, processes, versions, routes, volumes and files are as before', async () => {
    const service = await stage.start();
    const shop = await ShopStage.of(service, { promotion: 'manual', holdSeconds: 60 });
    const before = await traces(service);
    const reader = new Reader(shop.web);
    const polled = new Poller(service);
    const id = await shop.deploy();
    await until(
      async () => {
        const { body } = await service.api.ask('GET', `/v2/deployments/${id}`);
        return JSON.stringify(body).includes('awaitingPromotion');
      },
      'a second version that waits for its promotion',
      PATIENCE_MS,
    );
    const beside = await traces(service);
    expect(beside['tasks']).to.equal(before['tasks']);
    expect(beside['processes']).to.not.equal(before['processes']);
    expect(beside['routes']).to.not.equal(before['routes']);

    await service.api.ask('POST', `/v2/deployments/${id}/abort`);
    await until(
      async () => {
        const now = await traces(service);
        const other = Object.keys(before).filter((what) => now[what] !== before[what]);
        if (other.length === 0) return true;
        throw new Error(other.map((what) => `${what}: ${now[what] ?? ''}`).join('; '));
      },
      'everything as it was',
      PATIENCE_MS / 2,
    );
    await reader.end();
    await polled.end();
    expect(reader.problems).to.deep.equal([]);
    expect(reader.series).to.deep.equal(['1 1']);
    expect(polled.mixed).to.deep.equal([]);
    expect([...polled.early]).to.deep.equal([]);
  }).timeout(PATIENCE_MS);
});

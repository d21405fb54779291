import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { lives, sleeper, until, useStage, type TestService } from '../support/index.js';

interface UnknownJson {
  readonly id: string;
  readonly appId: string;
  readonly state: string;
}

async function unknown({ api }: TestService): Promise<readonly UnknownJson[]> {
  return ((await api.ask('GET', '/v2/unknown-tasks')).body as { tasks: UnknownJson[] }).tasks;
}

/** With owners and modes: the server runs under an account of its own. */
function copy(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}

async function runningIds({ api }: TestService, id: string): Promise<readonly string[]> {
  return (await api.tasks(id)).map((task) => task.id);
}

describe('An old database dump restored under running tasks', () => {
  const stage = useStage();

  it('kills none of them; each is adopted or removed by an operator', async function older() {
    this.timeout(60_000);
    // A router of the lost history takes no older routes until it is ended, and what is drained waits.
    const service = await stage.start({ env: { EKIDEN_ROUTER: 'none' } });
    const { api, home } = service;
    const cluster = join(home.dir, 'postgres');
    const dump = join(home.dir, 'dump');
    await api.ask('POST', '/v2/apps', sleeper('/kept', 1));
    await service.settled('/kept', 1);
    await service.stop();
    copy(cluster, dump);

    await service.start();
    const ported = { portDefinitions: [{ port: 0 }] };
    await api.ask('POST', '/v2/apps', sleeper('/web', 1, ported));
    await api.ask('POST', '/v2/apps', sleeper('/gone', 1));
    await service.settled('/web', 1);
    await service.settled('/gone', 1);
    const [web = ''] = await runningIds(service, '/web');
    const processes = home.tasks();
    expect(processes).to.have.length(3);
    await service.stop();
    rmSync(cluster, { recursive: true });
    copy(dump, cluster);

    await service.start();
    await service.settled('/kept', 1);
    const found = await until(async () => {
      const tasks = await unknown(service);
      return tasks.length === 2 && tasks;
    }, 'two unknown tasks');
    expect(found.map(({ appId, state }) => `${appId} ${state}`).sort()).to.deep.equal([
      '/gone unknown',
      '/web unknown',
    ]);
    expect(processes.filter(lives)).to.have.length(3);

    const early = await api.send('POST', `/v2/unknown-tasks/${web}/adopt`);
    expect([early.status, early.text]).to.deep.equal([409, early.text]);
    expect(early.text).to.match(/there is no app \/web/);
    await api.ask('POST', '/v2/apps', sleeper('/web', 0, ported));
    await service.settled('/web', 0);
    await api.ask('PUT', '/v2/apps/web', { instances: 1, cmd: 'exec sleep 2000' });
    await service.settled('/web', 1);
    expect((await api.why('/web')).reasons.join()).to.match(/newer than this database/);
    await api.ask('POST', `/v2/unknown-tasks/${web}/adopt`);
    await service.settled('/web', 1);
    expect(await runningIds(service, '/web')).to.deep.equal([web]);

    const victim = found.find(({ appId }) => appId === '/gone')?.id ?? '';
    await api.ask('DELETE', `/v2/unknown-tasks/${victim}`);
    await until(async () => (await unknown(service)).length === 0, 'no unknown task');
    expect(processes.filter(lives).map(({ taskId }) => taskId)).to.not.include(victim);
    expect(processes.filter(lives)).to.have.length(2);
  });
});

import { expect } from 'chai';
import { EngineProxy, type SeenRequest } from '@ekiden/host-docker/testing';
import { testDatabases } from '../../libs/store/testing/index.js';
import { until, useStage, type TestService } from '../support/index.js';
import { containerApp } from './container-apps.js';
import { containersOf } from './containers.js';
import { settingsFor, useEngine } from './engines.js';

const INSTANCES = 6;

/** What a request to an engine changes there, if anything. */
function changes({ method }: SeenRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

describe('A leader that was frozen in the middle of a start', () => {
  const stage = useStage();
  const engine = useEngine();
  const proxies: EngineProxy[] = [];

  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  });

  /** Settings of a service that sees the engine through a socket of its own. */
  async function through(
    database: string,
  ): Promise<{ readonly proxy: EngineProxy; readonly env: Readonly<Record<string, string>> }> {
    const { socketPath, address, hostAddress } = engine();
    const proxy = await EngineProxy.before(socketPath);
    proxies.push(proxy);
    const place = { url: `unix://${proxy.socketPath}`, address, hostAddress };
    const { env } = settingsFor([place], { DATABASE_URL: database, EKIDEN_LEASE_SECONDS: '2' });
    return { proxy, env };
  }

  it('begins no request to the engine once its lease has ended', async () => {
    const { url } = await testDatabases.create();
    const [old, next] = [await through(url), await through(url)];
    const leader = await stage.start({ env: old.env });
    const standby = stage.service({ env: next.env });
    await standby.launch();

    // The third container is on its way when the leader stops moving, two are being started.
    let created = 0;
    const frozen = new Promise<void>((resolve) => {
      old.proxy.meddle = (seen) => {
        if (seen.method === 'POST' && seen.path.endsWith('/create')) created += 1;
        if (created === 3) {
          created += 1;
          process.kill(leader.pid, 'SIGSTOP');
          resolve();
        }
        return Promise.resolve(undefined);
      };
    });
    await leader.api.ask('POST', '/v2/apps', containerApp('/web', INSTANCES));
    await frozen;
    // Asking it would be asking the frozen one until then.
    await until(() => standby.logged('"elected"').length > 0, 'the other one to lead', 15_000);
    await standby.settled('/web', INSTANCES);
    const begun = old.proxy.requests.length;

    process.kill(leader.pid, 'SIGCONT');
    await until(
      async () =>
        leads(await standby.api.ask('GET', '/v2/leader')) ===
        leads(await leader.api.send('GET', '/v2/leader')),
      'the frozen one to follow',
      15_000,
    );
    expect(old.proxy.requests.slice(begun).filter(changes)).to.deep.equal([]);
    await once(standby);
  });

  /** Every instance has one container, and nothing else is left on the engine. */
  async function once(service: TestService): Promise<void> {
    const { tasks } = await service.settled('/web', INSTANCES);
    const all = await containersOf(engine().docker, service);
    const running = all.filter(({ state }) => state === 'running').map(({ taskId }) => taskId);
    expect(running.sort()).to.deep.equal(tasks.map(({ id }) => id).sort());
  }
});

function leads({ body }: { readonly body: unknown }): string | undefined {
  return (body as { readonly leader?: string } | undefined)?.leader;
}

import { expect } from 'chai';
import { EngineProxy, type SeenRequest } from '@ekiden/host-docker/testing';
import { testDatabases } from '../../libs/store/testing/index.js';
import { until, useStage, type TestService } from '../support/index.js';
import { containerApp } from './container-apps.js';
import { containersOf } from './containers.js';
import { settingsFor, useEngine } from './engines.js';

const INSTANCES = 4;

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
  ): Promise<{ readonly env: Readonly<Record<string, string>> }> {
    const { socketPath, address, hostAddress } = engine();
    const proxy = await EngineProxy.before(socketPath);
    proxies.push(proxy);
    const place = { url: `unix://${proxy.socketPath}`, address, hostAddress };
    return settingsFor([place], { DATABASE_URL: database, EKIDEN_LEASE_SECONDS: '4' });
  }

  let leader: TestService;
  let standby: TestService;

  beforeEach('start a leader and a standby', async () => {
    const { url } = await testDatabases.create();
    leader = await stage.start(await through(url));
    standby = stage.service(await through(url));
    await standby.launch();
  });

  it('LDR-19: begins no request to the engine once its lease has ended', async () => {
    const [old] = proxies as [EngineProxy, EngineProxy];
    // Two are created and being started, two are being created; none of the four gets an answer.
    const asked = { create: 0, start: 0 };
    let answerAll: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answerAll = resolve;
    });
    old.meddle = async (seen) => {
      if (seen.path.endsWith('/start')) asked.start += 1;
      else if (seen.path.endsWith('/create')) asked.create += 1;
      else return undefined;
      if (seen.path.endsWith('/start') || asked.create > 2) await answered;
      return undefined;
    };
    await leader.api.ask('POST', '/v2/apps', containerApp('/web', INSTANCES));
    // So it waits, and has nothing half written when it stops moving: what it asks for after that
    // it begins after that.
    await until(
      () => asked.create === INSTANCES && asked.start === 2,
      'all that it asks for before it is answered',
    );
    process.kill(leader.pid, 'SIGSTOP');
    answerAll();
    // Asking it would be asking the frozen one until then.
    await until(() => standby.logged('"elected"').length > 0, 'the other one to lead', 20_000);
    await standby.settled('/web', INSTANCES, 30_000);
    const begun = old.requests.length;

    process.kill(leader.pid, 'SIGCONT');
    await until(
      async () =>
        leads(await standby.api.ask('GET', '/v2/leader')) ===
        leads(await leader.api.send('GET', '/v2/leader')),
      'the frozen one to follow',
      20_000,
    );
    expect(old.requests.slice(begun).filter(changes)).to.deep.equal([]);
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

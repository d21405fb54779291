import { expect } from 'chai';
import {
  startFreshLoad,
  startLoad,
  type Load,
  type LoadResult,
} from '../../apps/ekiden/testing/load.js';
import { until, useStage, QUICK_CHECK, type AppBody, type TestService } from '../support/index.js';

const LONG = process.env['EKIDEN_TEST_LONG'] === '1';
/** How long an answer to `/long` takes. */
const LONG_MS = LONG ? 5_000 : 1_500;
/** How long the service is away. */
const AWAY_MS = LONG ? 60_000 : 2_000;
const INSTANCES = 4;

/**
 * A server that ends at once when it is told to, whatever it is doing. `/long` answers half at once
 * and the rest later; after `/ill` it is not healthy any more.
 */
const SERVER = `
let ill = false;
require('http').createServer((q, r) => {
  if (q.url === '/ill') ill = true;
  if (q.url === '/health' && ill) r.writeHead(500);
  if (q.url !== '/long') return r.end(process.env.VERSION);
  r.write('half');
  setTimeout(() => r.end(), ${LONG_MS});
}).listen(process.env.PORT0)`.replace(/\s+/g, ' ');

function web(servicePort: number, version: string, instances = INSTANCES): AppBody {
  return {
    id: '/web',
    cmd: `exec node -e "${SERVER}"`,
    env: { VERSION: version },
    instances,
    cpus: 0.05,
    mem: 32,
    backoffSeconds: 0,
    portDefinitions: [{ port: servicePort, name: 'http' }],
    healthChecks: [{ protocol: 'HTTP', path: '/health', portIndex: 0, ...QUICK_CHECK }],
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 },
  };
}

/** Keep-alive and new connections, short and long answers, all at once. */
class AllKinds {
  private readonly loads: ReadonlyMap<string, Load>;
  private readonly directP99: number;

  /** `directP99`: without a router in between, in milliseconds. */
  constructor(url: string, directP99: number) {
    this.directP99 = directP99;
    this.loads = new Map([
      ['kept', startLoad({ url, connections: 8 })],
      ['new', startFreshLoad({ url, connections: 2 })],
      ['long', startLoad({ url: `${url}/long`, connections: 8 })],
    ]);
  }

  /** What happened so far is told; nothing may have been lost. */
  async lostNothing(during: string): Promise<void> {
    for (const [kind, load] of this.loads) {
      const result = await load.stop();
      const added = kind === 'kept' ? `, ${result.p99 - this.directP99} ms more than without` : '';
      console.log(`      ${during}, ${kind}: ${inWords(result)}${added}`);
      expect([result.errors, result.bad], `${during}, ${kind}`).to.deep.equal([0, 0]);
      expect(result.requests).to.be.greaterThan(0);
    }
  }
}

function inWords({ requests, errors, bad, p99 }: LoadResult): string {
  return `${requests} requests, ${errors + bad} lost, p99 ${p99} ms`;
}

describe('Under load through the service port no request is lost', () => {
  const stage = useStage();
  let service: TestService;
  let url: string;
  let servicePort: number;

  beforeEach(async () => {
    service = await stage.start();
    await service.api.ask('PUT', '/v2/apps/web', web(0, 'v1'));
    const { portDefinitions } = await service.allWell('/web', INSTANCES, 20_000);
    servicePort = portDefinitions[0]?.port ?? 0;
    url = `http://127.0.0.1:${servicePort}`;
    await until(async () => (await said()) === 'v1', 'an answer through the service port');
  });

  /** What one instance takes for the same load, asked without a router. */
  async function direct(): Promise<number> {
    const [first] = (await service.api.app('/web')).tasks;
    const load = startLoad({ url: `http://127.0.0.1:${first?.ports[0] ?? 0}`, connections: 8 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    return (await load.stop()).p99;
  }

  async function said(): Promise<string> {
    return (await fetch(url)).text();
  }

  it('UPG-01: while every instance is replaced, and while some are taken away', async () => {
    const load = new AllKinds(url, await direct());
    await service.api.ask('PUT', '/v2/apps/web', web(servicePort, 'v2'));
    await service.allWell('/web', INSTANCES, 40_000);
    expect(await said()).to.equal('v2');
    await service.api.ask('PUT', '/v2/apps/web', { instances: 1 });
    await service.allWell('/web', 1, 20_000);
    await until(() => service.home.tasks().length === 1, 'three that have ended', 40_000);
    await load.lostNothing('update and scale-down');
  }).timeout(90_000);

  it('while a version is switched to all at once, undone, and let in step by step', async () => {
    const hold = { promotion: 'automatic', holdSeconds: 60 };
    const load = new AllKinds(url, await direct());
    const blueGreen = { strategy: 'blueGreen', blueGreen: hold };
    const switched = await deploy({ ...web(servicePort, 'v2'), rollout: blueGreen });
    expect(await said()).to.equal('v2');
    await service.api.ask('POST', `/v2/deployments/${switched}/undo`);
    await until(async () => (await said()) === 'v1', 'the old version', 30_000);
    await service.allWell('/web', INSTANCES, 30_000);
    const steps = [
      { weight: 25, pauseSeconds: 1 },
      { weight: 50, pauseSeconds: 1 },
    ];
    const canary = { strategy: 'canary', canary: { steps }, blueGreen: { holdSeconds: 0 } };
    await deploy({ ...web(servicePort, 'v3'), rollout: canary });
    await until(async () => (await said()) === 'v3', 'the new version alone', 30_000);
    await load.lostNothing('switch, undo and canary');
  }).timeout(120_000);

  /** Resolves when the deployment is no longer listed; returns its id. */
  async function deploy(app: AppBody): Promise<string> {
    const { body } = await service.api.ask('PUT', '/v2/apps/web', app);
    await service.allWell('/web', INSTANCES, 60_000);
    return (body as { readonly deploymentId: string }).deploymentId;
  }

  it('while an instance is killed because it is ill, and while the service is away', async () => {
    const load = new AllKinds(url, await direct());
    const [sick] = (await service.api.app('/web')).tasks;
    await fetch(`http://127.0.0.1:${sick?.ports[0] ?? 0}/ill`);
    await until(
      async () => {
        const { tasks, tasksHealthy } = await service.api.app('/web');
        const isThere = tasks.some(({ id }) => id === sick?.id);
        return !isThere && tasksHealthy === INSTANCES;
      },
      'another in its place',
      30_000,
    );
    await service.stop();
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    await service.start();
    await service.allWell('/web', INSTANCES, 20_000);
    await load.lostNothing('kill by health and restart of the service');
  }).timeout(AWAY_MS + 90_000);
});

import { get } from 'node:http';
import { expect } from 'chai';
import {
  startFreshLoad,
  startLoad,
  type Load,
  type LoadResult,
} from '../../apps/ekiden/testing/load.js';
import {
  freePort,
  freePorts,
  greeter,
  until,
  useStage,
  type AppBody,
  type TestService,
} from '../support/index.js';

const ROUTER = { EKIDEN_ROUTER: 'haproxy' };

const CHECK = {
  protocol: 'HTTP',
  path: '/',
  portIndex: 0,
  intervalSeconds: 1,
  gracePeriodSeconds: 10,
  timeoutSeconds: 2,
};

function web(port: number, version: string, instances = 2): AppBody {
  return greeter('/web', instances, {
    portDefinitions: [{ port, protocol: 'tcp', name: 'http' }],
    healthChecks: [CHECK],
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 },
    env: { VERSION: version },
  });
}

async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 200;
}

/** What is answered to somebody who asks for a host by its name. */
function statusOf(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
  });
}

async function put(service: TestService, app: AppBody): Promise<void> {
  const { status } = await service.api.send('PUT', `/v2/apps${app.id}`, app);
  expect(status).to.be.oneOf([200, 201]);
}

async function lossless(loads: readonly Load[]): Promise<void> {
  const results = await Promise.all(loads.map((load) => load.stop()));
  process.stdout.write(`      ${results.map(inWords).join('; ')}\n`);
  for (const { errors, bad, lost } of results) {
    expect([errors, bad, ...lost]).to.deep.equal([0, 0]);
  }
  for (const { requests } of results) expect(requests).to.be.greaterThan(100);
}

function inWords({ requests, errors, bad, p99 }: LoadResult): string {
  return `${requests} requests, ${errors + bad} failed, p99 ${p99} ms`;
}

describe('through HAProxy', () => {
  const stage = useStage();

  describe('an app', () => {
    let service: TestService;
    let port: number;

    beforeEach('bring it up', async function bringUp() {
      this.timeout(30_000);
      service = await stage.start({ env: ROUTER });
      port = await freePort();
      await put(service, web(port, '1'));
      await service.allWell('/web', 2);
      await until(() => answers(port), 'an answer through HAProxy');
    });

    it('is found at the port that a label of marathon-lb asks for as well', async () => {
      const labelled = await freePort();
      const labels = { HAPROXY_GROUP: 'external', HAPROXY_0_PORT: String(labelled) };
      await put(service, { ...web(port, '1'), labels });
      await until(() => answers(labelled), 'an answer at the port of the label', 20_000);
      expect(await answers(port)).to.equal(true);
    });

    it('UPG-01: is updated without a lost request, though the service is killed in the middle', async () => {
      const url = `http://127.0.0.1:${port}/`;
      const loads = [startLoad({ url, connections: 4 }), startFreshLoad({ url, connections: 2 })];
      await put(service, web(port, '2'));
      await service.kill();
      await service.start();
      const app = await service.allWell('/web', 2, 18_000);
      expect(app.env).to.deep.equal({ VERSION: '2' });
      await lossless(loads);
    });
  });

  describe('apps of marathon-lb', () => {
    it('are found by their labels where they are of a group that is served', async () => {
      const [vhosts = 0, outer = 0, inner = 0] = await freePorts(3);
      const service = await stage.start({
        env: { ...ROUTER, EKIDEN_HAPROXY_GROUPS: 'external', EKIDEN_VHOST_PORT: String(vhosts) },
      });
      const ports = new Map<string, number>();
      for (const [name, port] of [
        ['external', outer],
        ['internal', inner],
      ] as const) {
        const servicePort = await freePort();
        ports.set(name, servicePort);
        const labels = {
          HAPROXY_GROUP: name,
          HAPROXY_0_VHOST: `${name}.example.com`,
          HAPROXY_0_PORT: String(port),
        };
        await put(service, { ...web(servicePort, '1', 1), id: `/${name}`, labels });
        await service.allWell(`/${name}`, 1);
        await until(() => answers(servicePort), `an answer of ${name}`);
      }
      await until(() => answers(outer), 'an answer at the port of the label');
      expect(await statusOf(vhosts, 'external.example.com')).to.equal(200);
      expect(await statusOf(vhosts, 'internal.example.com')).to.not.equal(200);
      expect(await answers(inner)).to.equal(false);
      expect(await answers(ports.get('internal') ?? 0)).to.equal(true);
    });

    it('BG-01: of one deployment group take over from each other without a lost request', async () => {
      const service = await stage.start({ env: ROUTER });
      const [main = 0, alternative = 0] = await freePorts(2);
      const labels = {
        HAPROXY_DEPLOYMENT_GROUP: 'web',
        HAPROXY_DEPLOYMENT_ALT_PORT: String(alternative),
        HAPROXY_0_PORT: String(main),
      };
      const rollout = { strategy: 'rolling', drainSeconds: 5 };
      const pair = (colour: string, port: number): AppBody => {
        return { ...web(port, colour, 2), id: `/web-${colour}`, labels, rollout };
      };
      await put(service, pair('blue', main));
      await service.allWell('/web-blue', 2);
      await until(() => answers(main), 'an answer of blue');
      const url = `http://127.0.0.1:${main}/`;
      const loads = [startLoad({ url, connections: 4 }), startFreshLoad({ url, connections: 2 })];
      await put(service, pair('green', alternative));
      await service.allWell('/web-green', 2);
      await service.api.send('PUT', '/v2/apps/web-blue', { instances: 1 });
      await service.allWell('/web-blue', 1);
      await service.api.send('DELETE', '/v2/apps/web-blue');
      await until(
        async () => (await service.api.send('GET', '/v2/apps/web-blue')).status === 404,
        'blue is gone',
      );
      await until(async () => (await service.api.deployments()).length === 0, 'no deployment');
      expect(await answers(alternative)).to.equal(true);
      await lossless(loads);
    });
  });

  it('a missing HAProxy is named, and tasks run all the same', async () => {
    const env = { ...ROUTER, EKIDEN_HAPROXY: '/nowhere/haproxy' };
    const service = await stage.start({ env });
    await put(service, web(await freePort(), '1', 1));
    await service.allWell('/web', 1);
    await until(
      () => service.logged('/nowhere/haproxy cannot be run: there is no such file').length > 0,
      'a reason in the log',
    );
  });
});

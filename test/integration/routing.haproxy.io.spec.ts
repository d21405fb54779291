import { createServer } from 'node:net';
import { expect } from 'chai';
import {
  startFreshLoad,
  startLoad,
  type Load,
  type LoadResult,
} from '../../apps/ekiden/testing/load.js';
import { greeter, until, useStage, type AppBody, type TestService } from '../support/index.js';

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

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 200;
}

async function put(service: TestService, app: AppBody): Promise<void> {
  const { status } = await service.api.send('PUT', `/v2/apps${app.id}`, app);
  expect(status).to.be.oneOf([200, 201]);
}

async function lossless(loads: readonly Load[]): Promise<void> {
  const results = await Promise.all(loads.map((load) => load.stop()));
  process.stdout.write(`      ${results.map(inWords).join('; ')}\n`);
  for (const { errors, bad } of results) expect([errors, bad]).to.deep.equal([0, 0]);
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

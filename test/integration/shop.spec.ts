import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { freePorts, until, useStage, type TestService } from '../support/index.js';

const GROUP = new URL('../../examples/shop/group.json', import.meta.url);

interface ShopApp {
  readonly id: string;
  readonly instances?: number;
  readonly portDefinitions: readonly { readonly port: number; readonly name: string }[];
}

interface Shop {
  readonly id: string;
  readonly apps: readonly ShopApp[];
}

/** The example as it is, but on ports that are free here, whatever else runs on this machine. */
async function shopOnFreePorts(): Promise<{ shop: Shop; portOf: (app: string) => number }> {
  const shop = JSON.parse(readFileSync(GROUP, 'utf8')) as Shop;
  const ports = await freePorts(shop.apps.length);
  const apps = shop.apps.map((app, at) => ({
    ...app,
    portDefinitions: [{ name: 'http', port: ports[at] ?? 0 }],
  }));
  const portOf = (id: string): number =>
    apps.find((app) => app.id === id)?.portDefinitions[0]?.port ?? 0;
  return { shop: { ...shop, apps }, portOf };
}

async function textOf(port: number, path = '/'): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`port ${port}: ${response.status} ${text}`);
  return text;
}

async function bringUp(service: TestService, shop: Shop): Promise<void> {
  await service.api.ask('POST', '/v2/groups', shop);
  for (const { id, instances = 1 } of shop.apps) await service.settled(`/shop/${id}`, instances);
}

async function startOf(service: TestService, app: string): Promise<readonly string[]> {
  const { body } = await service.api.ask('GET', `/v2/apps/shop/${app}/tasks`);
  const { tasks } = body as { readonly tasks: readonly { readonly stagedAt: string }[] };
  return tasks.map(({ stagedAt }) => stagedAt).sort();
}

/** One client on one connection, asking again and again. */
class SteadyClient {
  answers = 0;
  readonly problems: string[] = [];
  readonly connections = new Set<number | undefined>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly port: number;
  private over = false;

  constructor(port: number) {
    this.port = port;
  }

  async run(): Promise<void> {
    while (!this.over) await this.ask();
    this.agent.destroy();
  }

  stop(): void {
    this.over = true;
  }

  private ask(): Promise<void> {
    return new Promise((resolve) => {
      const options = { port: this.port, host: '127.0.0.1', path: '/stock', agent: this.agent };
      const request = get(options, (response) => {
        this.connections.add(request.socket?.localPort);
        if (response.statusCode !== 200) this.problems.push(`status ${response.statusCode ?? 0}`);
        response.resume();
        response.once('end', () => {
          this.answers += 1;
          resolve();
        });
      });
      request.once('error', (error) => {
        this.problems.push(error.message);
        resolve();
      });
    });
  }
}

describe('The shop of the examples', () => {
  const stage = useStage();

  it('comes up in the order of its dependencies and serves through its service ports', async () => {
    const service = await stage.start();
    const { shop, portOf } = await shopOnFreePorts();
    await bringUp(service, shop);

    const page = await until(() => textOf(portOf('web')), 'a page');
    expect(page).to.contain('<td>tea</td><td>7</td>');
    await fetch(`http://127.0.0.1:${portOf('api')}/stock/pot`, { method: 'PUT', body: '3' });
    expect(await textOf(portOf('web'))).to.contain('<td>pot</td><td>3</td>');
    expect(JSON.parse(await textOf(portOf('store')))).to.include({ pot: '3' });
    await until(
      async () => (await textOf(portOf('worker'))).includes('"articles":3'),
      'a worker that has seen the new article',
    );

    const [store] = await startOf(service, 'store');
    const [api] = await startOf(service, 'api');
    const [web] = await startOf(service, 'web');
    const [worker] = await startOf(service, 'worker');
    expect([store, api, web].sort()).to.deep.equal([store, api, web]);
    expect([api, worker].sort()).to.deep.equal([api, worker]);
  });

  it('serves on, over the same connections, while the service is killed and comes back', async () => {
    const service = await stage.start();
    const { shop, portOf } = await shopOnFreePorts();
    await bringUp(service, shop);
    await until(() => textOf(portOf('web')), 'a page');

    const client = new SteadyClient(portOf('api'));
    const ran = client.run();
    await until(() => client.answers > 20, 'a busy client');
    await service.kill();
    expect(await textOf(portOf('web'))).to.contain('<td>tea</td>');
    await service.start();
    const before = client.answers;
    await until(() => client.answers > before + 20, 'a client that is served on');
    client.stop();
    await ran;
    expect(client.problems).to.deep.equal([]);
    expect(client.connections.size).to.equal(1);

    await service.api.ask('PUT', '/v2/apps/shop/web', { instances: 1 });
    await service.settled('/shop/web', 1);
    expect(await textOf(portOf('web'))).to.contain('<td>tea</td>');
    await service.api.ask('DELETE', '/v2/groups/shop');
    await until(
      () =>
        textOf(portOf('web')).then(
          () => false,
          () => true,
        ),
      'a closed port',
    );
  });
});

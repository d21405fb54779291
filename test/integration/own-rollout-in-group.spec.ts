import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  checkedServer,
  environmentOf,
  Load,
  until,
  useStage,
  type AppBody,
  type TestService,
} from '../support/index.js';

const PATIENCE_MS = 60_000;
/** Where those of a group with a rollout find each other. */
const SCOPE_PORTS = (process.env['EKIDEN_SCOPE_PORTS'] ?? '21000-29999').split('-').map(Number) as [
  number,
  number,
];

/**
 * Says who it is, and then what the one it depends on says: `web 1, api 1, store 1`. It finds that
 * one where Ekiden has told it to.
 */
const LINK = `
import { createServer } from 'node:http';
const { NAME, VERSION, NEXT, PORT0 } = process.env;
const { [\`SERVICE_\${NEXT}_HOST\`]: host, [\`SERVICE_\${NEXT}_PORT\`]: port } = process.env;
const server = createServer(async (request, response) => {
  if (request.url === '/health') return response.end();
  try {
    const next = NEXT === undefined ? [] : [await (await fetch(\`http://\${host}:\${port}/\`)).text()];
    response.end([\`\${NAME} \${VERSION}\`, ...next].join(', '));
  } catch (error) {
    response.writeHead(502).end(String(error.cause ?? error));
  }
}).listen(Number(PORT0), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

interface Details {
  readonly state: string;
  readonly rollouts?: readonly {
    readonly scope: string;
    readonly phase: string;
    readonly previews: readonly { readonly app: string; readonly port: number }[];
  }[];
}

/** `/shop`: web on api on store, under blue/green; api has a rollout of its own. */
class Chain {
  readonly service: TestService;
  private readonly file: string;

  private constructor(service: TestService) {
    this.service = service;
    this.file = join(service.home.dir, 'link.mjs');
    writeFileSync(this.file, LINK);
  }

  static async of(service: TestService): Promise<Chain> {
    const chain = new Chain(service);
    await service.api.ask('PUT', '/v2/groups', chain.shop('1', '1'));
    for (const app of ['store', 'api', 'web']) await service.allWell(`/shop/${app}`, 2, 30_000);
    const port = await chain.port();
    const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text();
    await until(async () => (await ask()) === 'web 1, api 1, store 1', 'the first version');
    return chain;
  }

  async port(): Promise<number> {
    return (await this.service.api.app('/shop/web')).portDefinitions[0]?.port ?? 0;
  }

  shop(web: string, api: string): object {
    const own = { strategy: 'blueGreen', drainSeconds: 1 };
    return {
      id: '/shop',
      rollout: { ...own, blueGreen: { promotion: 'manual', holdSeconds: 60 } },
      apps: [
        this.link('store', '1', {}),
        this.link('api', api, {
          dependencies: ['store'],
          rollout: { ...own, blueGreen: { promotion: 'automatic', holdSeconds: 60 } },
        }),
        this.link('web', web, { dependencies: ['api'] }),
      ],
    };
  }

  async deploy(web: string, api: string): Promise<string> {
    const { body } = await this.service.api.ask('PUT', '/v2/groups', this.shop(web, api));
    return (body as { readonly deploymentId: string }).deploymentId;
  }

  /** Waits for a phase of one of the rollouts of a deployment; returns all of them. */
  reaches(id: string, scope: string, phase: string): Promise<NonNullable<Details['rollouts']>> {
    return until(
      async () => {
        const { body } = await this.service.api.ask('GET', `/v2/deployments/${id}`);
        const { rollouts = [] } = body as Details;
        if (rollouts.some((one) => one.scope === scope && one.phase === phase)) return rollouts;
        throw new Error(JSON.stringify(body));
      },
      `${scope} to be ${phase}`,
      PATIENCE_MS / 2,
    );
  }

  /** Ids of the tasks that clients see. */
  async tasks(app: string): Promise<readonly string[]> {
    return (await this.service.api.tasks(`/shop/${app}`)).map(({ id }) => id).sort();
  }

  /** Where processes of an app were told to find another, whatever their version. */
  told(app: string, variable: string): readonly string[] {
    const own = this.service.home.tasks().filter(({ taskId }) => taskId.startsWith(`shop_${app}.`));
    return own.map(({ pid }) => environmentOf(pid).get(variable) ?? 'nothing').sort();
  }

  private link(
    name: string,
    version: string,
    more: { dependencies?: string[]; rollout?: object },
  ): AppBody {
    const [next] = more.dependencies ?? [];
    const env = {
      ...{ NAME: name, VERSION: version },
      ...(next === undefined ? {} : { NEXT: next.toUpperCase() }),
    };
    return checkedServer(name, 2, { cmd: `exec node ${this.file}`, env, ...more });
  }
}

/** What was answered, in the order in which it came first. */
class Answers {
  last = '';
  /** Of requests that were begun when what comes later had been answered already. */
  readonly fallenBack: string[] = [];
  private readonly expected: readonly string[];
  /** When each was seen first. */
  private readonly since = new Map<string, number>();

  /** `expected`: one after the other, as the routes change. */
  constructor(expected: readonly string[]) {
    this.expected = expected;
  }

  get inOrder(): readonly string[] {
    return [...this.since.keys()];
  }

  /** Answers come in any order where a route changes; what counts is when they were asked for. */
  add(body: string, begun: number): void {
    this.last = body;
    if (!this.since.has(body)) this.since.set(body, performance.now());
    for (const later of this.expected.slice(this.expected.indexOf(body) + 1)) {
      if ((this.since.get(later) ?? Infinity) < begun) {
        this.fallenBack.push(`${body} after ${later}`);
      }
    }
  }
}

describe('A group under blue/green with an app that has a rollout of its own', () => {
  const stage = useStage();
  let load: Load | undefined;

  afterEach(() => load?.stop());

  it('goes by the nearest: the app is switched by itself, then the others, each step for the whole chain', async () => {
    const service = await stage.start();
    const chain = await Chain.of(service);
    const [store, web] = [await chain.tasks('store'), await chain.tasks('web')];
    const forth = ['web 1, api 1, store 1', 'web 1, api 2, store 1', 'web 2, api 2, store 1'];
    let seen = new Answers(forth);
    load = new Load(await chain.port(), {
      onAnswer: (body, begun) => {
        seen.add(body, begun);
      },
    });
    const id = await chain.deploy('2', '2');

    // The group waits for somebody; its api does not, for its own rollout says so.
    await chain.reaches(id, '/shop/api', 'holding');
    const rollouts = await chain.reaches(id, '/shop', 'awaitingPromotion');
    expect(rollouts.map(({ scope, phase }) => `${scope} ${phase}`)).to.deep.equal([
      '/shop awaitingPromotion',
      '/shop/api holding',
    ]);
    await until(() => seen.last === 'web 1, api 2, store 1', 'the new api behind the old web');
    const [preview] = rollouts.flatMap(({ previews }) => previews);
    const previewed = await (await fetch(`http://127.0.0.1:${preview?.port ?? 0}/`)).text();
    expect(previewed).to.equal('web 2, api 2, store 1');

    // Each generation of the web has an address of its own for api, among the ports for that.
    const told = chain.told('web', 'SERVICE_API_PORT');
    expect(told.map((port) => told.filter((one) => one === port).length)).to.deep.equal([
      2, 2, 2, 2,
    ]);
    for (const port of told) expect(Number(port)).to.be.within(...SCOPE_PORTS);

    await service.api.ask('POST', `/v2/deployments/${id}/promote`);
    await until(() => seen.last === 'web 2, api 2, store 1', 'the new web', 20_000);
    await chain.reaches(id, '/shop', 'holding');
    expect(seen.inOrder).to.deep.equal(forth);
    expect(seen.fallenBack).to.deep.equal([]);

    // Both go back in one route change: what a new web had begun by then may meet the old api.
    const back = ['web 2, api 2, store 1', 'web 2, api 1, store 1', 'web 1, api 1, store 1'];
    seen = new Answers(back);
    await service.api.ask('POST', `/v2/deployments/${id}/undo`);
    await until(() => seen.last === 'web 1, api 1, store 1', 'the way back', 20_000);
    const { requests, lost } = await load.stop();
    expect(lost, `of ${requests} requests`).to.deep.equal([]);
    expect(back).to.include.members(seen.inOrder);
    expect(seen.fallenBack).to.deep.equal([]);
    expect(await chain.tasks('web')).to.deep.equal(web);
    expect(await chain.tasks('store')).to.deep.equal(store);
  }).timeout(PATIENCE_MS);
});

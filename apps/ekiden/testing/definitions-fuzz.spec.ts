import { expect } from 'chai';
import fc from 'fast-check';
import { testRun } from '@ekiden/testkit';
import { isPod, type PodDefinition } from '../src/core/app/index.js';
import type { StateView } from '../src/core/turn/index.js';
import { fuzzRequests, namesPlace, type FuzzRequest } from './fuzz/index.js';
import { HttpWorld, type Answered } from './http-world.js';

const WRITES_PER_RUN = 4;
const RUNS = (testRun.long ? 20_000 : 1_000) / WRITES_PER_RUN;

interface Detail {
  readonly path: string;
  readonly errors: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

describe('Nearly sound definitions', () => {
  let world: HttpWorld;
  const seen = { accepted: 0, refused: 0 };

  before(async () => {
    const features = new Set(['external_volumes', 'gpu_resources', 'secrets'] as const);
    world = await HttpWorld.open({
      apps: { defaultRole: '*', bridgeName: 'mesos-bridge', features },
      unknownDependency: 'warn',
    });
  });

  after(() => world.close());

  it('are taken whole or refused whole, at places of theirs, and shown as they can be sent', async function fuzz() {
    this.timeout(600_000);
    const writes = fc.array(fuzzRequests(), {
      minLength: WRITES_PER_RUN,
      maxLength: WRITES_PER_RUN,
    });
    await fc.assert(
      fc.asyncProperty(writes, async (requests) => {
        world.reset();
        for (const request of requests) await write(request);
      }),
      { numRuns: RUNS },
    );
    // of both there have to be enough for this to mean anything
    const share = seen.accepted / (seen.accepted + seen.refused);
    expect(share, JSON.stringify(seen)).to.be.within(0.15, 0.85);
  });

  async function write(request: FuzzRequest): Promise<void> {
    const before = everythingOf(world.view);
    const whole = await wholeOf(request);
    const answer = await world.ask(request.method, request.url, request.document);
    const story = `${request.method} ${request.url} ${JSON.stringify(request.document)}\n${answer.text}`;
    expect(answer.status, story).to.be.lessThan(500);
    if (answer.status >= 400) {
      seen.refused += 1;
      expectUnchanged(before, world.view, story);
      expectPlaces(whole, answer, story);
    } else {
      seen.accepted += 1;
      await expectTheSameAgain(story);
    }
  }

  /** With what a partial update leaves as it is: that may no longer fit what it changes. */
  async function wholeOf({ method, url, document }: FuzzRequest): Promise<unknown> {
    if (method === 'POST') return document;
    const own = /^\/v2\/apps(\/[^?]+)/.exec(url)?.[1];
    const merged = async (part: unknown): Promise<unknown> => {
      if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
      const id = own ?? (part as Fields)['id'];
      const { body } = await world.ask('GET', `/v2/apps${String(id)}`);
      return { ...(body as { readonly app?: Fields }).app, ...part };
    };
    return Array.isArray(document) ? Promise.all(document.map(merged)) : merged(document);
  }

  function expectPlaces(whole: unknown, { status, body }: Answered, story: string): void {
    const { details } = body as { readonly details?: readonly Detail[] | string };
    if (status !== 422 || !Array.isArray(details)) return;
    for (const { path } of details as readonly Detail[]) {
      expect(namesPlace(whole, path), `${path}\n${story}`).to.equal(true);
    }
  }

  /** What GET shows can be sent back, as an update, as a whole and in its group: nothing changes. */
  async function expectTheSameAgain(story: string): Promise<void> {
    for (const spec of [...world.view.root.apps.values()]) {
      if (isPod(spec)) {
        await expectTheSamePod(spec, story);
        continue;
      }
      const { id, version } = spec;
      const shown = (await world.ask('GET', `/v2/apps${id}`)).body as { readonly app: Fields };
      for (const query of ['', '&partialUpdate=false']) {
        const answer = await world.ask('PUT', `/v2/apps${id}?force=true${query}`, shown.app);
        const told = `${story}\nPUT ${id}${query} ${JSON.stringify(shown.app)}\n${answer.text}`;
        expect(answer.status, told).to.equal(200);
        expect(world.view.root.apps.get(id)?.version, told).to.equal(version);
        expectNoSteps(answer, told);
      }
    }
    const apps = [...world.view.root.apps.values()];
    const root = (await world.ask('GET', '/v2/groups')).body;
    const answer = await world.ask('PUT', '/v2/groups?force=true', root);
    const told = `${story}\nPUT ${JSON.stringify(root)}\n${answer.text}`;
    expect(answer.status, told).to.equal(200);
    expectNoSteps(answer, told);
    const after = [...world.view.root.apps.values()];
    expect(after.length === apps.length && after.every((app) => apps.includes(app)), told).to.equal(
      true,
    );
  }

  async function expectTheSamePod({ id, version }: PodDefinition, story: string): Promise<void> {
    const shown = (await world.ask('GET', `/v2/pods${id}`)).body;
    const answer = await world.ask('PUT', `/v2/pods${id}?force=true`, shown);
    const told = `${story}\nPUT ${id} ${JSON.stringify(shown)}\n${answer.text}`;
    expect(answer.status, told).to.equal(200);
    expect(answer.body, told).to.deep.equal(shown);
    expect(world.view.root.apps.get(id)?.version, told).to.equal(version);
  }

  function expectNoSteps({ body }: Answered, told: string): void {
    const { deploymentId } = body as { readonly deploymentId: string };
    expect(world.view.deployments.get(deploymentId)?.plan.steps ?? [], told).to.deep.equal([]);
  }
});

type Everything = readonly (readonly unknown[])[];

function everythingOf({ root, instances, deployments }: StateView): Everything {
  return [
    [root.version],
    [...root.apps.values()],
    [...root.groups.values()],
    [...instances.values()],
    [...deployments.values()],
  ];
}

/** Rows never change, they are replaced. */
function expectUnchanged(before: Everything, view: StateView, story: string): void {
  everythingOf(view).forEach((rows, table) => {
    const known = before[table] ?? [];
    const same = rows.length === known.length && rows.every((row, at) => row === known[at]);
    expect(same, story).to.equal(true);
  });
}

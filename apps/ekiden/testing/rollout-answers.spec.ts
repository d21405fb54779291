import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import { useHttpWorld } from './http-world.js';

type Fields = Readonly<Record<string, unknown>>;

const WEB = { id: '/shop/web', cmd: 'sleep 100', instances: 2, cpus: 0.1, mem: 16 };
const API = { ...WEB, id: '/shop/api' };
const BLUE_GREEN = { strategy: 'blueGreen', blueGreen: { previewInstances: 1 } };

describe('A deployment with two generations, as it is told of', () => {
  const world = useHttpWorld({}, ['cpus:4;mem:4096;ports:[31000-31999]']);

  beforeEach(async () => {
    const apps = [API, { ...WEB, dependencies: ['api'] }];
    await put('/v2/groups/shop', { rollout: BLUE_GREEN, apps });
  });

  it('awaits promotion, says what of, and until when', async () => {
    const id = await put('/v2/apps//shop/api', { cmd: 'sleep 200' });
    const shown = await show(id);
    expect(shown['state']).to.equal('awaitingPromotion');
    const [rollout] = shown['rollouts'] as readonly Fields[];
    const { since, promotionDeadline, previews, ...facts } = rollout ?? {};
    expect(facts).to.deep.equal({
      scope: '/shop',
      strategy: 'blueGreen',
      phase: 'awaitingPromotion',
      twins: [
        { id: '/shop/api', instances: 2, serving: 1, kept: 2 },
        { id: '/shop/web', instances: 2, serving: 1, kept: 2 },
      ],
      replaced: [],
    });
    expect(previews).to.have.length(2);
    const limit = Date.parse(String(promotionDeadline)) - Date.parse(String(since));
    expect(limit).to.equal(3_600_000);
    expect(shown['waitingOn']).to.deep.equal([
      {
        kind: 'promotion',
        id: '/shop',
        instances: 0,
        message: '/shop: the new version is there; promote it, or abort the deployment',
        since,
        until: promotionDeadline,
      },
    ]);
  });

  it('shows the rollouts of a stored version of a group to those who ask', async () => {
    const { body } = await world().ask('GET', '/v2/groups//shop/versions');
    const [version = ''] = body as readonly string[];
    const url = `/v2/groups//shop/versions/${version}`;
    expect((await world().ask('GET', url)).body).to.not.have.property('rollout');
    const shown = await world().ask('GET', `${url}?embed=group.rollout&embed=apps.rollout`);
    expect(shown.body).to.have.nested.property('rollout.strategy', 'blueGreen');
    expect(shown.body).to.have.property('apps').with.length(2);
  });

  it('holds once promoted, and is over when the hold is', async () => {
    const id = await put('/v2/apps//shop/api', { cmd: 'sleep 200' });
    const promoted = await world().ask('POST', `/v2/deployments/${id}/promote`);
    expect(promoted.status, promoted.text).to.equal(200);
    const holding = await show(id);
    expect(holding['state']).to.equal('holding');
    const [rollout] = holding['rollouts'] as readonly Fields[];
    expect(rollout).to.include({ phase: 'holding' });
    const held =
      Date.parse(String(rollout?.['holdUntil'])) - Date.parse(String(rollout?.['since']));
    expect(held).to.equal(300_000);
    expect((await world().ask('GET', '/v2/deployments')).body).to.deep.equal([]);
    world().advance(seconds(300));
    expect(await show(id)).to.have.property('state', 'succeeded');
  });

  it('shows tasks of the live generation, and every one to those who ask', async () => {
    const id = await put('/v2/apps//shop/api', { cmd: 'sleep 200' });
    for (const url of ['/v2/tasks', '/v2/apps//shop/api/tasks', '/v2/apps//shop/*/tasks']) {
      expect(await generations(url), url).to.deep.equal([]);
    }
    expect(await generations('/v2/apps//shop/api/tasks?generation=all')).to.deep.equal([
      'live',
      'live',
      'preview',
    ]);
    for (const url of ['/v2/apps?embed=apps.tasks', '/v2/apps//shop/api?embed=app.tasks']) {
      expect(await embedded(url), url).to.deep.equal([]);
      expect(await embedded(`${url}&generation=all`), url).to.include('preview');
    }
    const inGroup = '/v2/groups//shop?embed=group.apps&embed=group.apps.tasks&generation=all';
    expect(await embedded(inGroup)).to.include('preview');
    const live = await ids('/v2/tasks');
    const all = await ids('/v2/tasks?generation=all');
    expect(live).to.have.length(4);
    expect(all).to.have.length(6).and.include.members(live);
    await world().ask('POST', `/v2/deployments/${id}/promote`);
    expect(await generations('/v2/apps//shop/api/tasks?generation=all')).to.deep.equal([
      'live',
      'live',
      'warm',
      'warm',
    ]);
    expect(await ids('/v2/tasks'))
      .to.have.length(4)
      .and.not.include.members(live);
    const { body } = await world().ask('GET', '/v2/apps//shop/api');
    expect((body as { readonly app: Fields }).app).to.include({ tasksRunning: 2, tasksStaged: 0 });
    const wrong = await world().ask('GET', '/v2/tasks?generation=blue');
    expect(wrong.status).to.equal(422);
  });

  it('says at which gate a canary is, and goes on when told', async () => {
    const url = '/v2/apps//shop/web?strategy=canary';
    const id = await put(url, { cmd: 'sleep 200' });
    const gated = await show(id);
    expect(gated['state']).to.equal('awaitingPromotion');
    expect((gated['rollouts'] as readonly Fields[])[0]).to.include({
      strategy: 'canary',
      phase: 'starting',
      step: 0,
      steps: 1,
      weight: 10,
    });
    expect((gated['waitingOn'] as readonly Fields[])[0]?.['message']).to.equal(
      '/shop: 10 % of what comes goes to the new version; promote it to go on, or abort',
    );
    await world().ask('POST', `/v2/deployments/${id}/promote`);
    expect(await show(id)).to.have.property('state', 'holding');
  });

  it('cannot be promoted where there is nothing to promote', async () => {
    const id = await put('/v2/apps//shop/web?strategy=serial', { cmd: 'sleep 200' });
    expect((await show(id))['inPlace']).to.deep.equal([
      { scope: '/shop', strategy: 'serial', apps: ['/shop/web'] },
    ]);
    const answer = await world().ask('POST', `/v2/deployments/${id}/promote`);
    expect(answer.status).to.equal(409);
    expect((await world().ask('POST', '/v2/deployments/none/promote')).status).to.equal(404);
  });

  async function put(url: string, body: unknown): Promise<string> {
    const answer = await world().ask('PUT', url, body);
    expect(answer.status, answer.text).to.equal(200);
    return (answer.body as { readonly deploymentId: string }).deploymentId;
  }

  async function show(id: string): Promise<Fields> {
    const { status, body, text } = await world().ask('GET', `/v2/deployments/${id}`);
    expect(status, text).to.equal(200);
    return body as Fields;
  }

  async function tasks(url: string): Promise<readonly Fields[]> {
    const { status, body, text } = await world().ask('GET', url);
    expect(status, text).to.equal(200);
    return (body as { readonly tasks: readonly Fields[] }).tasks;
  }

  async function ids(url: string): Promise<readonly unknown[]> {
    return (await tasks(url)).map((task) => task['id']);
  }

  /** Generations that tasks inside apps name, wherever in the answer. */
  async function embedded(url: string): Promise<readonly string[]> {
    const { status, text } = await world().ask('GET', url);
    expect(status, text).to.equal(200);
    return [...text.matchAll(/"generation":"(\w+)"/g)].map(([, name]) => name ?? '');
  }

  async function generations(url: string): Promise<readonly unknown[]> {
    const found = (await tasks(url)).map((task) => task['generation']);
    return found.filter((one) => one !== undefined).sort();
  }
});

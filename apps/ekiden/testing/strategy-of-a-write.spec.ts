import { expect } from 'chai';
import { useHttpWorld, type Answered } from './http-world.js';

interface Detail {
  readonly path: string;
  readonly errors: readonly string[];
}

const SLEEP = { cmd: 'sleep 60' };
const WEB = { ...SLEEP, id: '/shop/web' };

describe('The strategy of a write', () => {
  const world = useHttpWorld();

  const NEW = { ...WEB, cmd: 'sleep 61' };
  const OWN = { ...SLEEP, id: '/shop/own', rollout: { strategy: 'serial' } };

  /** Put, and its deployment ended as if all were there. */
  async function given(url: string, body: unknown): Promise<void> {
    const put = await world().ask('PUT', url, body);
    expect(put.status, put.text).to.be.lessThan(300);
    for (const { id } of world().view.deployments.by('status', 'running')) {
      await world().ask('DELETE', `/v2/deployments/${id}?force=true`);
    }
  }

  /** `strategy of scope: twins | in place` of the rollouts of the latest deployment. */
  function latest(): string[] {
    const [plan] = [...world().view.deployments.values()]
      .map((one) => one.plan)
      .sort((a, b) => b.version - a.version);
    return [
      ...(plan?.rollouts ?? []).map(
        ({ scope, settings, twins }) => `${settings.strategy} of ${scope}: ${twins.join(' ')} |`,
      ),
      ...(plan?.inPlace ?? []).map(
        ({ scope, settings, apps }) => `${settings.strategy} of ${scope}: | ${apps.join(' ')}`,
      ),
    ];
  }

  /** What is there at first, what is asked for, and what comes of it. */
  const cases: readonly (readonly [string, object, string, unknown, readonly string[]])[] = [
    ['plain JSON', {}, '/v2/apps//shop/web', NEW, ['blueGreen of /shop/web: /shop/web |']],
    ['a list', {}, '/v2/apps', [NEW], ['blueGreen of /shop/web: /shop/web |']],
    [
      'an app in a group with a rollout',
      { rollout: { strategy: 'rolling' } },
      '/v2/apps//shop/web',
      NEW,
      ['blueGreen of /shop: /shop/web |'],
    ],
    [
      'a group: rollouts of apps in it are nearer',
      {},
      '/v2/groups/shop',
      { apps: [NEW, { ...OWN, cmd: 'sleep 61' }] },
      ['blueGreen of /shop: /shop/web |', 'serial of /shop/own: | /shop/own'],
    ],
    [
      'an app with a rollout of its own',
      {},
      '/v2/apps//shop/own',
      { cmd: 'sleep 61' },
      ['blueGreen of /shop/own: /shop/own |'],
    ],
  ];

  for (const [name, group, url, body, expected] of cases) {
    it(`counts for ${name}`, async () => {
      await given('/v2/groups/shop', { ...group, apps: [WEB, OWN] });
      const answer = await world().ask('PUT', `${url}?force=true&strategy=bluegreen`, body);
      expect(answer.status, answer.text).to.equal(200);
      expect(latest()).to.deep.equal(expected);
      // it is not remembered
      const { text } = await world().ask(
        'GET',
        '/v2/groups?embed=group.rollout&embed=apps.rollout',
      );
      expect(text).to.not.contain('blueGreen","p');
    });
  }

  it('is that of what it takes along, too, whatever was under way there', async () => {
    const api = { ...SLEEP, id: '/shop/api', dependencies: ['/shop/web'] };
    await given('/v2/groups/shop', { rollout: { strategy: 'serial' }, apps: [WEB, api] });
    await world().ask('PUT', '/v2/apps//shop/api', { cmd: 'sleep 61' });
    expect(latest()).to.deep.equal(['serial of /shop: | /shop/api']);
    const answer = await world().ask('PUT', '/v2/apps//shop/web?force=true&strategy=canary', NEW);
    expect(answer.status, answer.text).to.equal(200);
    expect(latest()).to.deep.equal(['canary of /shop: /shop/api /shop/web |']);
  });

  it('is shown by a dry run', async () => {
    await given('/v2/groups/shop', { apps: [WEB, OWN] });
    const answer = await world().ask('PUT', '/v2/groups/shop?strategy=canary&dryRun=true', {
      apps: [NEW, OWN],
    });
    const missing = '0 of 1 fit; no agent takes tasks';
    expect(answer.body).to.deep.include({
      placements: [{ step: 1, id: '/shop/web', starts: 1, fit: 0, agents: [], missing }],
      steps: [
        { actions: [{ action: 'RestartApplication', app: '/shop/web' }] },
        { actions: [{ action: 'ScaleApplication', app: '/shop/web' }] },
      ],
      rollouts: [
        {
          scope: '/shop',
          strategy: 'canary',
          twins: ['/shop/web'],
          replaced: [],
          inPlace: [],
          missing,
        },
      ],
      warnings: [
        "nothing listens on service ports here (EKIDEN_ROUTER=none): the new version of '/shop' gets no preview and no share of the requests before it is live",
        "'/shop/web' has neither a health check nor a readiness check, so the canary rollout of '/shop' takes whatever starts for good (give it a health check)",
        'the whole new version under \'/shop\' does not fit beside the old one: 0 of 1 fit; no agent takes tasks (it waits for room; add agents, make room, or replace in place ("rolling"))',
      ],
    });
  });

  it('is refused where it is none, or cannot be', async () => {
    await given('/v2/groups/shop', { apps: [WEB] });
    const unknown = await world().ask('PUT', '/v2/apps//shop/web?strategy=sideways', NEW);
    expect(unknown.status).to.equal(422);
    expect(detailsOf(unknown)[0]).to.deep.equal({
      path: '/strategy',
      errors: ['got sideways, expected one of: [rolling, blueGreen, canary, serial]'],
    });
    const single = { labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } };
    const upgradeStrategy = { minimumHealthCapacity: 0, maximumOverCapacity: 0 };
    await given('/v2/apps//shop/one', { ...SLEEP, ...single, upgradeStrategy });
    const twice = await world().ask('PUT', '/v2/apps//shop/one?strategy=blueGreen&force=true', {
      cmd: 'sleep 61',
    });
    expect(twice.status).to.equal(422);
    expect(detailsOf(twice)[0]?.errors.join()).to.contain('must never run twice');
  });
});

function detailsOf({ body }: Answered): readonly Detail[] {
  return (body as { readonly details?: readonly Detail[] }).details ?? [];
}

import { expect } from 'chai';
import { useHttpWorld, type Answered } from './http-world.js';

interface Detail {
  readonly path: string;
  readonly errors: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const SLEEP = { cmd: 'sleep 60' };
const WEB = { ...SLEEP, id: '/shop/web' };
const BLUE_GREEN = { strategy: 'blueGreen', hooks: [] };

/** What the defaults make of `{}`. */
const COMPLETE = {
  strategy: 'rolling',
  progressDeadlineSeconds: 600,
  onFailure: 'pause',
  twin: true,
  drainSeconds: 30,
  blueGreen: { promotion: 'manual', promotionDeadlineSeconds: 3600, holdSeconds: 300 },
  canary: { steps: [{ weight: 10, gate: 'manual' }] },
  abortOn: { windowSeconds: 60, minRequests: 100, errorPercentOverOld: 5 },
  serial: { order: 'descending' },
  hooks: [],
};

const CALL = { url: 'http://smoke.example.com/' };

/** What is wrong with a rollout of an app, by path. */
const REFUSED: readonly (readonly [string, object, object, string, string])[] = [
  ['an unknown strategy', {}, { strategy: 'sideways' }, '/rollout/strategy', ''],
  [
    'a canary without steps',
    {},
    { strategy: 'canary', canary: { steps: [] } },
    '/rollout/canary/steps',
    'must not be empty: strategy canary goes by them',
  ],
  [
    'weights that do not grow',
    {},
    {
      canary: {
        steps: [
          { weight: 50, gate: 'manual' },
          { weight: 50, gate: 'manual' },
        ],
      },
    },
    '/rollout/canary/steps(1)/weight',
    'must be more than that of the step before (50)',
  ],
  [
    'a weight of 0',
    {},
    { canary: { steps: [{ weight: 0 }] } },
    '/rollout/canary/steps(0)/weight',
    '',
  ],
  [
    'a weight above 100',
    {},
    { canary: { steps: [{ weight: 101 }] } },
    '/rollout/canary/steps(0)/weight',
    '',
  ],
  [
    'a step with both a pause and a gate',
    {},
    { canary: { steps: [{ weight: 10, pauseSeconds: 1, gate: 'manual' }] } },
    '/rollout/canary/steps(0)',
    'must not have both of: pauseSeconds, gate',
  ],
  [
    'a step below 100 that waits for nothing',
    {},
    { canary: { steps: [{ weight: 10 }] } },
    '/rollout/canary/steps(0)',
    'must have one of: pauseSeconds, gate; only a last step of 100 goes on by itself',
  ],
  [
    'a hook that does nothing',
    {},
    { hooks: [{ at: 'beforeStart' }] },
    '/rollout/hooks(0)',
    'must have exactly one of: http, command',
  ],
  [
    'a hook that does two things',
    {},
    { hooks: [{ at: 'beforeStart', http: CALL, command: ['a'] }] },
    '/rollout/hooks(0)',
    'must have exactly one of: http, command',
  ],
  [
    'a hook of no program',
    {},
    { hooks: [{ at: 'beforeStart', command: [] }] },
    '/rollout/hooks(0)/command',
    'must name a program',
  ],
  [
    'a hook that calls a file',
    {},
    { hooks: [{ at: 'afterReady', http: { url: 'file:///etc/passwd' } }] },
    '/rollout/hooks(0)/http/url',
    'must be an http or https URL',
  ],
  [
    'a hook at a promotion that never comes',
    {},
    { strategy: 'serial', hooks: [{ at: 'beforePromote', http: CALL }] },
    '/rollout/hooks(0)/at',
    'beforePromote never comes with strategy serial',
  ],
  [
    'more than 20 hooks',
    {},
    { hooks: Array.from({ length: 21 }, () => ({ at: 'beforeStart', http: CALL })) },
    '/rollout/hooks',
    '',
  ],
  [
    'no preview at all',
    {},
    { blueGreen: { previewInstances: 0 } },
    '/rollout/blueGreen/previewInstances',
    '',
  ],
  [
    'two generations of what never runs twice',
    {},
    { strategy: 'canary', twin: false, canary: { steps: [{ weight: 100 }] } },
    '/rollout/twin',
    'must not be false with strategy canary, which runs two versions side by side',
  ],
  [
    'two generations of data',
    {
      container: {
        type: 'MESOS',
        volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }],
      },
      role: 'shop',
    },
    { strategy: 'blueGreen' },
    '/rollout/strategy',
    'must not be blueGreen: the app has persistent volumes, and data is there once. Use serial or rolling',
  ],
  [
    'two generations of a single instance',
    {
      labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' },
      upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
    },
    { strategy: 'blueGreen' },
    '/rollout/strategy',
    'must not be blueGreen: the app must never run twice (MARATHON_SINGLE_INSTANCE_APP). Use serial or rolling',
  ],
  [
    'two generations on one port of the host',
    { requirePorts: true, portDefinitions: [{ port: 12_000 }] },
    { strategy: 'blueGreen' },
    '/rollout/strategy',
    'must not be blueGreen: the app has the fixed host port 12000. Use serial or rolling',
  ],
  [
    'two generations on ports of the host that are still to be chosen',
    { requirePorts: true },
    { strategy: 'canary' },
    '/rollout/strategy',
    'must not be canary: the app gets a fixed host port by requirePorts. Use serial or rolling',
  ],
];

describe('A rollout', () => {
  const world = useHttpWorld();

  for (const [name, fields, rollout, path, text] of REFUSED) {
    it(`is refused: ${name}`, async () => {
      const answer = await world().ask('POST', '/v2/apps', { ...WEB, ...fields, rollout });
      expect(answer.status, answer.text).to.equal(422);
      const errors = detailsOf(answer).find((detail) => detail.path === path)?.errors;
      expect(errors, answer.text).to.be.an('array');
      if (text !== '') expect(errors, answer.text).to.include(text);
      const empty = await world().ask('GET', '/v2/apps');
      expect(empty.body).to.deep.equal({ apps: [] });
    });
  }

  it('is refused with everything that is wrong with it at once', async () => {
    const rollout = {
      strategy: 'canary',
      canary: { steps: [{ weight: 20, gate: 'manual' }, { weight: 10 }] },
      hooks: [{ at: 'beforeStop' }, { at: 'afterStop', http: { url: 'ftp://x' } }],
    };
    const group = { id: '/shop', rollout, apps: [{ ...WEB, rollout }] };
    const answer = await world().ask('POST', '/v2/groups', group);
    const own = ['canary/steps(1)/weight', 'canary/steps(1)', 'hooks(0)', 'hooks(1)/http/url'];
    const paths = own.flatMap((path) => [`/rollout/${path}`, `/apps(0)/rollout/${path}`]);
    expect(
      detailsOf(answer).map(({ path }) => path),
      answer.text,
    ).to.have.members(paths);
  });

  it('is shown, with its defaults, to those who ask for it', async () => {
    await world().ask('PUT', '/v2/groups/shop', {
      rollout: BLUE_GREEN,
      apps: [{ ...WEB, rollout: {} }],
    });
    for (const url of ['/v2/apps', '/v2/apps//shop/web', '/v2/groups', '/v2/groups/shop/apps']) {
      expect((await world().ask('GET', url)).text, url).to.not.contain('rollout');
    }
    for (const url of ['/v2/apps', '/v2/apps//shop/web', '/v2/groups', '/v2/groups/shop/apps']) {
      const { text } = await world().ask('GET', `${url}?embed=apps.rollout`);
      expect(text, url).to.contain(`"rollout":${JSON.stringify(COMPLETE)}`);
      expect(text, url).to.not.contain('blueGreen","p');
    }
    const { body } = await world().ask('GET', '/v2/groups/shop?embed=group.rollout');
    const shop = body as Fields & { readonly apps: readonly Fields[] };
    expect(shop['rollout']).to.deep.equal({ ...COMPLETE, ...BLUE_GREEN });
    expect(shop.apps[0]).to.have.property('id', '/shop/web');
    expect(shop.apps[0]).to.not.have.property('rollout');
  });

  it('stays where a write says nothing of it, and goes where one says null', async () => {
    await world().ask('PUT', '/v2/groups/shop', {
      rollout: BLUE_GREEN,
      apps: [{ ...WEB, rollout: {} }],
    });
    await world().ask('PUT', '/v2/apps//shop/web?force=true', { instances: 2 });
    await world().ask('PUT', '/v2/apps//shop/web?force=true&partialUpdate=false', WEB);
    await world().ask('PUT', '/v2/groups/shop?force=true', { apps: [WEB], env: {} });
    expect(await rolloutsOf()).to.deep.equal({ app: 'rolling', group: 'blueGreen' });
    await world().ask('PUT', '/v2/apps//shop/web?force=true', { rollout: null });
    expect(await rolloutsOf()).to.deep.equal({ app: undefined, group: 'blueGreen' });
    await world().ask('PUT', '/v2/groups/shop?force=true', {
      rollout: null,
      apps: [{ ...WEB, rollout: { strategy: 'serial' } }],
    });
    expect(await rolloutsOf()).to.deep.equal({ app: 'serial', group: undefined });
    await world().ask('PUT', '/v2/groups/shop?force=true', { apps: [{ ...WEB, rollout: null }] });
    expect(await rolloutsOf()).to.deep.equal({ app: undefined, group: undefined });
  });

  it('is replaced as a whole', async () => {
    await world().ask('POST', '/v2/apps', {
      ...WEB,
      rollout: { strategy: 'serial', drainSeconds: 5 },
    });
    await world().ask('PUT', '/v2/apps//shop/web?force=true', {
      rollout: { onFailure: 'rollback' },
    });
    const { text } = await world().ask('GET', '/v2/apps//shop/web?embed=app.rollout');
    expect(text).to.contain(JSON.stringify({ ...COMPLETE, onFailure: 'rollback' }));
  });

  it('changes nothing that runs: a new version, and a deployment without steps', async () => {
    await world().ask('PUT', '/v2/groups/shop', { apps: [{ ...WEB, instances: 0 }] });
    const before = world().view.root.apps.get('/shop/web' as never);
    for (const [url, body] of [
      ['/v2/apps//shop/web', { rollout: BLUE_GREEN }],
      ['/v2/groups/shop', { rollout: BLUE_GREEN }],
    ] as const) {
      const answer = await world().ask('PUT', `${url}?force=true`, body);
      expect(answer.status, answer.text).to.equal(200);
      const { deploymentId } = answer.body as { readonly deploymentId: string };
      const deployment = world().view.deployments.get(deploymentId);
      expect(deployment?.status).to.equal('succeeded');
    }
    const after = world().view.root.apps.get('/shop/web' as never);
    expect(after?.version).to.not.equal(before?.version);
    expect(after?.versionInfo).to.deep.equal(before?.versionInfo);
  });

  it('is no part of the root group', async () => {
    const answer = await world().ask('PUT', '/v2/groups', { rollout: BLUE_GREEN });
    expect(answer.status).to.equal(422);
    expect(detailsOf(answer)).to.deep.include({
      path: '/rollout',
      errors: ['is not for the root: give it to the groups and apps in it'],
    });
  });

  it('is one of pods as well', async () => {
    const pod = {
      id: '/shop/cart',
      containers: [
        { name: 'a', resources: { cpus: 0.1, mem: 32 }, exec: { command: { shell: 'x' } } },
      ],
    };
    const created = await world().ask('POST', '/v2/pods', { ...pod, rollout: BLUE_GREEN });
    expect(created.status, created.text).to.equal(201);
    const replaced = await world().ask('PUT', '/v2/pods//shop/cart?force=true', {
      ...pod,
      scaling: { kind: 'fixed', instances: 2 },
    });
    expect(replaced.status, replaced.text).to.equal(200);
    expect((await world().ask('GET', '/v2/pods')).text).to.not.contain('rollout');
    for (const url of ['/v2/pods', '/v2/pods//shop/cart']) {
      expect((await world().ask('GET', `${url}?embed=pods.rollout`)).text).to.contain(
        '"blueGreen"',
      );
    }
    await world().ask('PUT', '/v2/pods//shop/cart?force=true', { ...pod, rollout: null });
    expect((await world().ask('GET', '/v2/pods?embed=pods.rollout')).text).to.not.contain(
      'rollout',
    );
  });

  async function rolloutsOf(): Promise<{ readonly app: unknown; readonly group: unknown }> {
    const { body } = await world().ask(
      'GET',
      '/v2/groups/shop?embed=group.rollout&embed=apps.rollout',
    );
    const shop = body as Fields & { readonly apps: readonly Fields[] };
    const strategy = (of: unknown): unknown => (of as { strategy?: unknown } | undefined)?.strategy;
    return { app: strategy(shop.apps[0]?.['rollout']), group: strategy(shop['rollout']) };
  }
});

function detailsOf({ body }: Answered): readonly Detail[] {
  return (body as { readonly details?: readonly Detail[] }).details ?? [];
}

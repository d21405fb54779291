import { runSteps } from '@ekiden/kernel';
import { expect } from 'chai';
import type { AppWire } from '../app/index.js';
import { lintPlan, verbOf, type DeploymentPlan } from '../deployment/index.js';
import {
  AUTOMATIC,
  BLUE_GREEN,
  SERIAL,
  app,
  changed,
  planned,
  type Apps,
  type Groups,
} from './sample-plan.js';

const DATA: AppWire = {
  role: 'shop',
  container: {
    type: 'MESOS',
    volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 10 } }],
  },
};

function planOf(from: Apps, to: Apps, groups: Groups): DeploymentPlan {
  const result = planned(from, to, groups);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  expect(runSteps(lintPlan(result.value.plan))).to.deep.equal([]);
  return result.value.plan;
}

/** `Restart /a, /b` per step; `Promote /shop: /a, /b`. */
function text({ steps }: DeploymentPlan): string[] {
  return steps.map(({ actions, promotes }) => {
    const apps = actions.map((action) => `${verbOf(action)} ${action.app}`).sort();
    return promotes === undefined ? apps.join(', ') : `${promotes}: ${apps.join(', ')}`;
  });
}

const SHOP: Apps = {
  '/shop/db': app({ ...DATA }),
  '/shop/api': app({}, '/shop/db'),
  '/shop/web': app({}, '/shop/api'),
  '/shop/worker': app({ rollout: { twin: false } }, '/shop/api'),
};

function inShop(id: string): AppWire {
  return SHOP[id] ?? app();
}

interface Case {
  readonly name: string;
  readonly from: Apps;
  readonly to: Apps;
  readonly groups?: Groups;
  readonly steps: readonly string[];
  /** Per scope: twins, and after `/` what is replaced. */
  readonly twins?: Readonly<Record<string, string>>;
  /** Per scope: apps that stay with one generation. */
  readonly inPlace?: Readonly<Record<string, string>>;
}

const GROUPS: Groups = { '/shop': { rollout: BLUE_GREEN } };

const CASES: readonly Case[] = [
  {
    name: 'no rollout anywhere: as ever',
    from: SHOP,
    to: { ...SHOP, '/shop/api': changed(inShop('/shop/api')) },
    groups: {},
    steps: ['Restart /shop/api'],
  },
  {
    name: 'a changed app and who depends on it, not what it depends on',
    from: SHOP,
    to: { ...SHOP, '/shop/api': changed(inShop('/shop/api')) },
    steps: ['Restart /shop/api', 'Restart /shop/web', '/shop: Scale /shop/api, Scale /shop/web'],
    twins: { '/shop': '/shop/api /shop/web' },
  },
  {
    name: 'what never runs twice is replaced after the promotion',
    from: SHOP,
    to: {
      ...SHOP,
      '/shop/api': changed(inShop('/shop/api')),
      '/shop/worker': changed(inShop('/shop/worker')),
    },
    steps: [
      'Restart /shop/api',
      'Restart /shop/web',
      '/shop: Scale /shop/api, Scale /shop/web',
      'Restart /shop/worker',
    ],
    twins: { '/shop': '/shop/api /shop/web / /shop/worker' },
    inPlace: { '/shop/worker': '/shop/worker' },
  },
  {
    name: 'it alone changed: nothing is twinned',
    from: SHOP,
    to: { ...SHOP, '/shop/worker': changed(inShop('/shop/worker')) },
    steps: ['Restart /shop/worker'],
    inPlace: { '/shop/worker': '/shop/worker' },
  },
  {
    name: 'scaling alone twins nothing',
    from: SHOP,
    to: { ...SHOP, '/shop/api': { ...SHOP['/shop/api'], instances: 3 } },
    steps: ['Scale /shop/api'],
  },
  {
    name: 'a scaled dependant is twinned with what changed',
    from: SHOP,
    to: {
      ...SHOP,
      '/shop/api': changed(inShop('/shop/api')),
      '/shop/web': { ...SHOP['/shop/web'], instances: 3 },
    },
    steps: ['Restart /shop/api', 'Restart /shop/web', '/shop: Scale /shop/api, Scale /shop/web'],
    twins: { '/shop': '/shop/api /shop/web' },
  },
  {
    name: 'its own rollout wins: data is upgraded in its place',
    from: { ...SHOP, '/shop/db': app({ ...DATA, rollout: SERIAL }) },
    to: {
      ...SHOP,
      '/shop/db': changed(app({ ...DATA, rollout: SERIAL })),
      '/shop/web': changed(inShop('/shop/web')),
    },
    steps: ['Restart /shop/db', 'Restart /shop/web', '/shop: Scale /shop/web'],
    twins: { '/shop': '/shop/web' },
    inPlace: { '/shop/db': '/shop/db' },
  },
  {
    name: 'the closest group wins',
    from: { '/shop/x/a': app(), '/shop/b': app({}, '/shop/x/a') },
    to: { '/shop/x/a': changed(app()), '/shop/b': app({}, '/shop/x/a') },
    groups: { ...GROUPS, '/shop/x': { rollout: { strategy: 'rolling' } } },
    steps: ['Restart /shop/x/a'],
    inPlace: { '/shop/x': '/shop/x/a' },
  },
  {
    name: 'a first deployment goes level by level',
    from: {},
    to: { '/shop/a': app(), '/shop/b': app({}, '/shop/a') },
    steps: ['Start /shop/a, Start /shop/b', 'Scale /shop/a', 'Scale /shop/b'],
    inPlace: { '/shop': '/shop/a /shop/b' },
  },
  {
    name: 'a new app that twins need comes before them, one that needs them is of them',
    from: { '/shop/api': app() },
    to: {
      '/shop/api': changed(app({}, '/shop/cache')),
      '/shop/cache': app(),
      '/shop/front': app({}, '/shop/api'),
    },
    steps: [
      'Start /shop/cache, Start /shop/front',
      'Scale /shop/cache',
      'Restart /shop/api',
      'Restart /shop/front',
      '/shop: Scale /shop/api, Scale /shop/front',
    ],
    twins: { '/shop': '/shop/api /shop/front' },
    inPlace: { '/shop': '/shop/cache' },
  },
  {
    name: 'who depends on it from outside comes after the promotion',
    from: { ...SHOP, '/desk/till': app({}, '/shop/api'), '/desk/lamp': app() },
    to: {
      ...SHOP,
      '/shop/api': changed(inShop('/shop/api')),
      '/desk/till': changed(app({}, '/shop/api')),
      '/desk/lamp': changed(app()),
    },
    steps: [
      'Restart /desk/lamp',
      'Restart /shop/api',
      'Restart /shop/web',
      '/shop: Scale /shop/api, Scale /shop/web',
      'Restart /desk/till',
    ],
    twins: { '/shop': '/shop/api /shop/web' },
  },
  {
    name: 'what a twin needs from outside comes before the promotion, whatever it depends on',
    from: {
      '/shop/a': app(),
      '/desk/m': app({}, '/shop/a'),
      '/shop/z': app({}, '/desk/m'),
    },
    to: {
      '/shop/a': changed(app()),
      '/desk/m': changed(app({}, '/shop/a')),
      '/shop/z': changed(app({}, '/desk/m')),
    },
    steps: [
      'Restart /shop/a',
      'Restart /desk/m',
      'Restart /shop/z',
      '/shop: Scale /shop/a, Scale /shop/z',
    ],
    twins: { '/shop': '/shop/a /shop/z' },
  },
  {
    name: 'a scope that depends on another is promoted after it',
    from: { '/shop/a': app(), '/desk/b': app({}, '/shop/a') },
    to: { '/shop/a': changed(app()), '/desk/b': changed(app({}, '/shop/a')) },
    groups: { '/shop': { rollout: BLUE_GREEN }, '/desk': { rollout: AUTOMATIC } },
    steps: ['Restart /shop/a', '/shop: Scale /shop/a', 'Restart /desk/b', '/desk: Scale /desk/b'],
    twins: { '/desk': '/desk/b', '/shop': '/shop/a' },
  },
  {
    name: 'what is replaced after a promotion holds up nothing that this needs',
    from: {
      '/shop/mail': app({ rollout: { twin: false } }),
      '/db': app({ rollout: BLUE_GREEN }, '/shop/mail'),
      '/shop/api': app({}, '/db'),
    },
    to: {
      '/shop/mail': changed(app({ rollout: { twin: false } })),
      '/db': changed(app({ rollout: BLUE_GREEN }, '/shop/mail')),
      '/shop/api': changed(app({}, '/db')),
    },
    steps: [
      'Restart /db',
      '/db: Scale /db',
      'Restart /shop/api',
      '/shop: Scale /shop/api',
      'Restart /shop/mail',
    ],
    twins: { '/db': '/db', '/shop': '/shop/api / /shop/mail' },
    inPlace: { '/shop/mail': '/shop/mail' },
  },
  {
    name: 'what needs a twin by way of what stays as it is comes after the promotion all the same',
    from: {
      '/shop/load': app(),
      '/store': app({}, '/shop/load'),
      '/shop/index': app({}, '/shop/load', '/store'),
      '/shop/data': app({ rollout: SERIAL }, '/store'),
    },
    to: {
      '/shop/load': changed(app()),
      '/store': app({}, '/shop/load'),
      '/shop/index': changed(app({}, '/shop/load', '/store')),
      '/shop/data': changed(app({ rollout: SERIAL }, '/store')),
    },
    steps: [
      'Restart /shop/load',
      'Restart /shop/index',
      '/shop: Scale /shop/index, Scale /shop/load',
      'Restart /shop/data',
    ],
    twins: { '/shop': '/shop/index /shop/load' },
    inPlace: { '/shop/data': '/shop/data' },
  },
  {
    name: 'of two scopes that wait for each other one waits',
    from: {
      '/shop/a': app(),
      '/desk/b': app({}, '/shop/a'),
      '/desk/c': app(),
      '/shop/d': app({}, '/desk/c'),
    },
    to: {
      '/shop/a': changed(app()),
      '/desk/b': changed(app({}, '/shop/a')),
      '/desk/c': changed(app()),
      '/shop/d': changed(app({}, '/desk/c')),
    },
    groups: { '/shop': { rollout: AUTOMATIC }, '/desk': { rollout: AUTOMATIC } },
    steps: [
      'Restart /desk/c, Restart /shop/a',
      'Restart /shop/d',
      '/shop: Scale /shop/a, Scale /shop/d',
      'Restart /desk/b',
      '/desk: Scale /desk/b, Scale /desk/c',
    ],
    twins: { '/desk': '/desk/b /desk/c', '/shop': '/shop/a /shop/d' },
  },
  {
    name: 'of two that do not, the one that waits for nobody is first',
    from: { '/a/x': app(), '/b/x': app() },
    to: { '/a/x': changed(app()), '/b/x': changed(app()) },
    groups: { '/a': { rollout: BLUE_GREEN }, '/b': { rollout: AUTOMATIC } },
    steps: ['Restart /a/x, Restart /b/x', '/b: Scale /b/x', '/a: Scale /a/x'],
    twins: { '/a': '/a/x', '/b': '/b/x' },
  },
  {
    name: 'what is removed goes once its scope is promoted',
    from: { ...SHOP, '/shop/old': app() },
    to: { ...SHOP, '/shop/web': changed(inShop('/shop/web')) },
    steps: ['Restart /shop/web', '/shop: Scale /shop/web', 'Stop /shop/old'],
    twins: { '/shop': '/shop/web' },
  },
  {
    name: 'an app may be a scope of its own',
    from: { '/web': app({ rollout: BLUE_GREEN }), '/front': app({}, '/web') },
    to: { '/web': changed(app({ rollout: BLUE_GREEN })), '/front': app({}, '/web') },
    groups: {},
    steps: ['Restart /web', '/web: Scale /web'],
    twins: { '/web': '/web' },
  },
];

describe('A plan with two generations', () => {
  for (const { name, from, to, groups = GROUPS, steps, twins = {}, inPlace = {} } of CASES) {
    it(name, () => {
      const plan = planOf(from, to, groups);
      expect(text(plan)).to.deep.equal(steps);
      const planned = (plan.rollouts ?? []).map((one) => [
        one.scope,
        [...one.twins, ...(one.replaced.length > 0 ? ['/', ...one.replaced] : [])].join(' '),
      ]);
      expect(Object.fromEntries(planned)).to.deep.equal(twins);
      const kept = (plan.inPlace ?? []).map(({ scope, apps }) => [scope, apps.join(' ')]);
      expect(Object.fromEntries(kept)).to.deep.equal(inPlace);
    });
  }

  it('is refused where a changed app cannot run twice, with the way out', () => {
    const result = planned(SHOP, { ...SHOP, '/shop/db': changed(inShop('/shop/db')) }, GROUPS);
    expect(result.ok ? undefined : result.error).to.deep.equal({
      document: 'to',
      violations: [
        {
          path: '/apps//shop/db',
          message:
            "'/shop/db' has changed and cannot run twice, as blueGreen of the rollout of '/shop' " +
            'would have it: it has persistent volumes, and data is there once. Give it a rollout ' +
            'of its own: {"strategy": "serial"}, or {"twin": false}',
        },
      ],
    });
  });

  it('gives a dependant that has not changed a configuration of its own, and keeps its definition', () => {
    const plan = planOf(SHOP, { ...SHOP, '/shop/api': changed(inShop('/shop/api')) }, GROUPS);
    const web = plan.changes.find(({ id }) => id === '/shop/web');
    const { version, versionInfo, ...before } = web?.before ?? {};
    const { version: next, versionInfo: nextInfo, ...after } = web?.after ?? {};
    expect(after).to.deep.equal(before);
    expect([next, nextInfo?.lastConfigChangeAt]).to.deep.equal([plan.version, plan.version]);
    expect(versionInfo?.lastConfigChangeAt).to.be.lessThan(
      version === undefined ? 0 : plan.version,
    );
    expect(nextInfo?.lastScalingAt).to.equal(versionInfo?.lastScalingAt);
  });
});

import { expect } from 'chai';
import { planTrees, type TreePlan } from '../src/definitions.js';

type Fields = Readonly<Record<string, unknown>>;

function app(id: string, fields: Fields = {}): Fields {
  return { id, cmd: 'sleep 60', cpus: 0.1, mem: 16, ...fields };
}

function root(...apps: readonly Fields[]): Fields {
  return { id: '/', apps };
}

function pod(id: string, instances = 1): Fields {
  const container = {
    name: 'main',
    exec: { command: { shell: 'sleep 60' } },
    resources: { cpus: 0.1, mem: 16 },
  };
  return { id, containers: [container], scaling: { kind: 'fixed', instances } };
}

function planOf(from: unknown, to: unknown): TreePlan {
  const verdict = planTrees(from, to);
  if (!verdict.sound) throw new Error(JSON.stringify(verdict));
  return verdict.plan;
}

/** `scale /a + scale /b`, a line per step. */
function inWords({ steps }: TreePlan): readonly string[] {
  return steps.map(({ actions }) =>
    actions
      .map(({ action, app: id, pod: podId }) => {
        const verb = action.replace(/(?:Application|Pod)$/, '').toLowerCase();
        return `${verb} ${id ?? podId ?? ''}`;
      })
      .sort()
      .join(' + '),
  );
}

interface Case {
  readonly name: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly steps: readonly string[];
}

const CHAIN = [
  app('/c'),
  app('/b', { dependencies: ['/c'] }),
  app('/a', { dependencies: ['/b'] }),
] as const;

const DEP_08 = {
  mongo: app('/mongo', { instances: 4 }),
  srv: app('/srv', { instances: 4, dependencies: ['/mongo'] }),
  independent: app('/independent'),
};

const CASES: readonly Case[] = [
  { name: 'has no steps between nothing and nothing', from: {}, to: {}, steps: [] },
  {
    name: 'DEP-06: marks new apps first, then starts them level by level',
    from: {},
    to: {
      groups: [{ id: 'test', groups: [{ id: 'database', apps: [app('a')] }] }],
      apps: [
        app('/b', { dependencies: ['/test/database/a'] }),
        app('/c', { dependencies: ['/test/database/a'] }),
        app('/d', { dependencies: ['/b'] }),
      ],
    },
    steps: [
      'start /b + start /c + start /d + start /test/database/a',
      'scale /test/database/a',
      'scale /b + scale /c',
      'scale /d',
    ],
  },
  {
    name: 'DEP-08: stops, marks, restarts and starts in the order of what depends on what',
    from: root(DEP_08.mongo, DEP_08.srv, DEP_08.independent, app('/to-stop')),
    to: root(
      { ...DEP_08.mongo, cmd: 'sleep 61', instances: 8 },
      { ...DEP_08.srv, cmd: 'sleep 61', instances: 10 },
      { ...DEP_08.independent, cmd: 'sleep 61', instances: 3 },
      app('/to-start', { instances: 2, dependencies: ['/srv'] }),
    ),
    steps: [
      'stop /to-stop',
      'start /to-start',
      'restart /independent + restart /mongo',
      'restart /srv',
      'scale /to-start',
    ],
  },
  {
    name: 'DEP-09: starts what is independent side by side',
    from: {},
    to: root(...['/a', '/b', '/c', '/d'].map((id) => app(id, { instances: 10 }))),
    steps: [
      'start /a + start /b + start /c + start /d',
      'scale /a + scale /b + scale /c + scale /d',
    ],
  },
  {
    name: 'DEP-11: stops dependants before what they depend on',
    from: root(app('/db'), app('/app', { dependencies: ['/db'] })),
    to: root(),
    steps: ['stop /app', 'stop /db'],
  },
  {
    name: 'DEP-13: leaves what has not changed between two that have',
    from: root(...CHAIN),
    to: root({ ...CHAIN[0], cmd: 'sleep 61' }, CHAIN[1], { ...CHAIN[2], cmd: 'sleep 61' }),
    steps: ['restart /c', 'restart /a'],
  },
  {
    name: 'DEP-18: restarts an app of which only the arguments have changed',
    from: root({ id: '/a', args: ['sleep', '60'], container: { docker: { image: 'busybox' } } }),
    to: root({ id: '/a', args: ['sleep', '61'], container: { docker: { image: 'busybox' } } }),
    steps: ['restart /a'],
  },
  {
    name: 'DEP-19: only scales what is changed and shall not run',
    from: root(app('/a', { instances: 3 })),
    to: root(app('/a', { cmd: 'sleep 61', instances: 0 })),
    steps: ['scale /a'],
  },
  {
    name: 'holds pods as well as apps, and stops those that are left out',
    from: { ...root(app('/a')), pods: [pod('/p'), pod('/q')] },
    to: { ...root(app('/a')), pods: [pod('/p', 3), pod('/r')] },
    steps: ['stop /q', 'start /r', 'scale /p + scale /r'],
  },
  {
    name: 'stops what the target, which is a state and no change, does not speak of',
    from: {
      ...root(app('/a'), app('/b', { dependencies: ['/a'] })),
      pods: [pod('/p')],
      groups: [{ id: 'g', apps: [app('c')], pods: [pod('/g/q')] }],
    },
    to: {},
    steps: ['stop /b', 'stop /a + stop /g/c + stop /g/q + stop /p'],
  },
  {
    name: 'keeps what the target names of a group it speaks of, and nothing else of it',
    from: {
      groups: [{ id: 'g', dependencies: ['/h'], apps: [app('c')], pods: [pod('/g/q')] }],
      apps: [app('/h')],
    },
    to: { groups: [{ id: 'g', apps: [app('c', { instances: 2 })] }], apps: [app('/h')] },
    steps: ['stop /g/q', 'scale /g/c'],
  },
];

describe('The plan from one tree to another', () => {
  for (const { name, from, to, steps } of CASES) {
    it(name, () => {
      expect(inWords(planOf(from, to))).to.deep.equal(steps);
    });
  }

  it('DEP-07: comes with the levels of everything in the target', () => {
    const to = root(
      app('/a', { dependencies: ['/b', '/c'] }),
      app('/b', { dependencies: ['/c'] }),
      app('/c', { dependencies: ['/d'] }),
      app('/d'),
      app('/e'),
    );
    expect(planOf(to, to)).to.deep.equal({
      steps: [],
      levels: [
        { level: 1, ids: ['/d', '/e'] },
        { level: 2, ids: ['/c'] },
        { level: 3, ids: ['/b'] },
        { level: 4, ids: ['/a'] },
      ],
      warnings: [],
    });
  });

  it('is of the group that both documents name, as it was shown or as it would be sent', () => {
    const version = '2026-01-01T00:00:00.000Z';
    const shown = { id: '/shop', version, dependencies: [], apps: [app('/shop/web')], groups: [] };
    const wanted = { id: 'shop', apps: [app('web', { instances: 2 })] };
    expect(inWords(planOf(shown, wanted))).to.deep.equal(['scale /shop/web']);
  });

  it('takes what a group depends on beside it for given, and says so', () => {
    const { warnings } = planOf({}, { id: '/shop', apps: [app('web', { dependencies: ['/db'] })] });
    expect(warnings).to.deep.equal(["'/shop/web' depends on '/db', which does not exist"]);
  });

  it('DEP-04: is refused for a cycle, which is named', () => {
    const to = root(app('/a', { dependencies: ['/b'] }), app('/b', { dependencies: ['/a'] }));
    const verdict = planTrees({}, to);
    expect(verdict).to.deep.include({ sound: false, document: 'to' });
    expect(JSON.stringify(verdict)).to.include('/a -> /b -> /a');
  });

  it('is refused for every rule that either document breaks, with its place', () => {
    const broken = { groups: [{ id: 'g', apps: [app('a', { cpus: 'x' })], pods: [{ id: 'p' }] }] };
    const faults = (verdict: ReturnType<typeof planTrees>) =>
      verdict.sound ? [] : [verdict.document, ...verdict.violations.map(({ path }) => path)];
    expect(faults(planTrees(broken, {}))).to.deep.equal(['from', '/groups(0)/apps(0)/cpus']);
    const pods = { groups: [{ id: 'g', pods: [{ id: 'p' }, { ...pod('q'), containers: 'x' }] }] };
    expect(faults(planTrees({}, pods))).to.deep.equal([
      'to',
      '/groups(0)/pods(0)/containers',
      '/groups(0)/pods(1)/containers',
    ]);
  });
});

import { Table, millis, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import type { AppDefinition, AppWire, CanaryStep, PathId, Rollout } from '../app/index.js';
import { sampleApp, sampleContext } from '../app/sample-app.js';
import type { Deployment, RolloutPhase, RolloutProgress } from '../deployment/index.js';
import type { Generation, Instance, InstanceId } from '../instance/index.js';
import { sampleInstance } from '../instance/sample-instance.js';
import { appVersionKey, emptyRows } from '../turn/index.js';
import { weighted } from './generations.js';
import { RouteBook, type RoutedState } from './route-book.js';
import type { Backend, Route } from './route-table.js';
import { ill, well } from './sample-routes.js';

const WEB = '/shop/web' as PathId;
const DEPLOYMENT = 'd-1';
const OLD = 1_000;
const NEXT = 2_000;

const ROLLOUT: Rollout = {
  strategy: 'blueGreen',
  progressDeadlineSeconds: 600,
  onFailure: 'pause',
  twin: true,
  drainSeconds: 10,
  blueGreen: {
    previewInstances: null,
    promotion: 'manual',
    promotionDeadlineSeconds: 3_600,
    holdSeconds: 300,
  },
  canary: { steps: [] },
  serial: { order: 'descending' },
  hooks: [],
};

interface Scene {
  readonly phase: RolloutPhase;
  readonly old?: number;
  readonly next?: number;
  readonly canary?: readonly CanaryStep[];
  readonly progress?: Partial<RolloutProgress>;
  readonly wire?: AppWire;
  readonly wireBefore?: AppWire;
  /** Those whose names begin with one of these fail their checks, the others pass them. */
  readonly ill?: readonly string[];
}

const PORTS: AppWire = { portDefinitions: [{ port: 10_001, name: 'http' }] };
const SWAPPED: ReadonlySet<RolloutPhase> = new Set(['promoted', 'holding', 'over']);

function definition(wire: AppWire, version: number): AppDefinition {
  const made = sampleApp(wire, sampleContext({ id: WEB }));
  const versionInfo = { lastConfigChangeAt: millis(version), lastScalingAt: millis(version) };
  return { ...made, version: millis(version), versionInfo };
}

function instance(of: AppDefinition, name: string, generation?: Generation): Instance {
  const fields = {
    id: name as InstanceId,
    appId: of.id,
    appVersion: of.version,
    configVersion: of.version,
    ...(generation === undefined ? {} : { generation }),
  };
  return sampleInstance(name, fields, { ...TASK, id: name as TaskId });
}

const TASK = { host: 'node1', hostPorts: [31_001], ipAddresses: ['127.0.0.1'] };

function sceneOf(scene: Scene): RoutedState {
  const { phase, old = 2, next = 2, canary = [], wire = PORTS } = scene;
  const rows = emptyRows();
  const before = definition(scene.wireBefore ?? wire, OLD);
  const app = definition(wire, NEXT);
  rows.apps.put(app.id, app);
  for (const one of [before, app]) rows.appVersions.put(appVersionKey(one.id, one.version), one);
  const marks: readonly (Generation | undefined)[] = SWAPPED.has(phase)
    ? ['warm', undefined]
    : [undefined, 'preview'];
  for (let i = 0; i < old; i += 1) {
    const one = instance(before, `old${i}`, marks[0]);
    rows.instances.put(one.id, one);
  }
  for (let i = 0; i < next; i += 1) {
    const one = instance(app, `next${i}`, marks[1]);
    rows.instances.put(one.id, one);
  }
  const settings: Rollout = {
    ...ROLLOUT,
    strategy: canary.length > 0 ? 'canary' : 'blueGreen',
    canary: { steps: canary },
  };
  const twins = [{ id: WEB, next: millis(NEXT), keep: old, previewPorts: [20_001] }];
  const deployment: Deployment = {
    id: DEPLOYMENT,
    plan: {
      id: DEPLOYMENT,
      parent: millis(OLD),
      version: millis(NEXT),
      steps: [],
      changes: [{ id: WEB, before, after: app }],
      groupChanges: [],
      sentenced: {},
      warnings: [],
      rollouts: [{ scope: WEB, settings, twins: [WEB], replaced: [] }],
    },
    status: phase === 'holding' ? 'succeeded' : 'running',
    step: 0,
    announced: true,
    startedAt: millis(0),
    progressAt: millis(0),
    rollouts: [{ scope: WEB, phase, since: millis(0), twins, ...scene.progress }],
  };
  const { ill: failing } = scene;
  for (const one of failing === undefined ? [] : [...rows.instances.values()]) {
    const isIll = failing?.some((name) => one.id.startsWith(name)) === true;
    rows.instances.put(one.id, isIll ? ill(one) : well(one, true));
  }
  rows.deployments.put(deployment.id, deployment);
  const root = { version: millis(0), groups: rows.groups, apps: rows.apps };
  const { instances, appVersions, deployments } = rows;
  return { root, instances, appVersions, deployments, addresses: new Table() };
}

function routesOf(scene: Scene): readonly Route[] {
  const book = new RouteBook('127.0.0.1');
  book.update(sceneOf(scene), []);
  return book.routing().routes;
}

/** `<kind> <port>: <task>*<weight> ...; <deployment>: <task>*<weight> ...` */
function inWords(route: Route): string {
  const list = (backends: readonly Backend[]): string =>
    backends.map(({ taskId, weight }) => `${taskId}*${weight}`).join(' ');
  const previews = (route.previews ?? []).map(
    (one) => `; ${one.deployment}: ${list(one.backends)}`,
  );
  return `${route.kind} ${route.listen.port}: ${list(route.backends)}${previews.join('')}`;
}

const BLUE_GREEN: readonly (readonly [RolloutPhase, readonly string[]])[] = [
  [
    'starting',
    ['service 10001: old0*1 old1*1; d-1: next0*1 next1*1', 'preview 20001: next0*1 next1*1'],
  ],
  [
    'awaitingPromotion',
    ['service 10001: old0*1 old1*1; d-1: next0*1 next1*1', 'preview 20001: next0*1 next1*1'],
  ],
  [
    'growing',
    ['service 10001: old0*1 old1*1; d-1: next0*1 next1*1', 'preview 20001: next0*1 next1*1'],
  ],
  [
    'switching',
    [
      'service 10001: next0*1 next1*1 old0*0 old1*0; d-1: next0*1 next1*1',
      'preview 20001: next0*1 next1*1',
    ],
  ],
  ['promoted', ['service 10001: next0*1 next1*1 old0*0 old1*0']],
  ['holding', ['service 10001: next0*1 next1*1 old0*0 old1*0']],
  // What is still warm has no claim any more: it is left.
  ['over', ['service 10001: next0*1 next1*1']],
];

describe('routes of two generations', () => {
  for (const [phase, expected] of BLUE_GREEN) {
    it(`while ${phase}`, () => {
      expect(routesOf({ phase }).map(inWords)).to.deep.equal(expected);
    });
  }

  it('of a tcp port have no previews, but for a port of their own', () => {
    const wire: AppWire = { ports: [10_001] };
    expect(routesOf({ phase: 'starting', wire }).map(inWords)).to.deep.equal([
      'service 10001: old0*1 old1*1',
      'preview 20001: next0*1 next1*1',
    ]);
  });

  it('keep the ports of the live version until the switch', () => {
    const wires = {
      wire: { portDefinitions: [{ port: 10_009, name: 'http' }] },
      wireBefore: PORTS,
    };
    const ports = (phase: RolloutPhase): readonly number[] =>
      routesOf({ phase, ...wires }).flatMap((one) =>
        one.kind === 'service' ? [one.listen.port] : [],
      );
    expect(ports('growing')).to.deep.equal([10_001]);
    expect(ports('switching')).to.deep.equal([10_009]);
    expect(ports('holding')).to.deep.equal([10_009]);
  });

  const STEPS: readonly CanaryStep[] = [{ weight: 10, pauseSeconds: 60 }, { weight: 50 }];
  const CANARY: readonly (readonly [string, Partial<RolloutProgress>, number, number, string])[] = [
    ['before the first weight', { step: 0 }, 4, 1, 'old0*1 old1*1 old2*1 old3*1'],
    [
      'at the first weight',
      { step: 0, stepSince: millis(1) },
      4,
      1,
      'next0*4 old0*9 old1*9 old2*9 old3*9',
    ],
    ['before the second weight', { step: 1 }, 2, 1, 'next0*2 old0*9 old1*9'],
    ['at the second weight', { step: 1, stepSince: millis(1) }, 2, 1, 'next0*2 old0*1 old1*1'],
    ['past the last weight', { step: 2 }, 2, 2, 'next0*1 next1*1 old0*1 old1*1'],
    ['without a new one that serves', { step: 1, stepSince: millis(1) }, 2, 0, 'old0*1 old1*1'],
    ['without an old one that serves', { step: 0, stepSince: millis(1) }, 0, 1, 'next0*1'],
  ];
  const AT_TENTH: Scene = {
    phase: 'starting',
    canary: STEPS,
    progress: { step: 0, stepSince: millis(1) },
  };
  for (const [name, progress, old, next, expected] of CANARY) {
    it(`of a canary ${name}`, () => {
      const [service] = routesOf({ phase: 'starting', old, next, canary: STEPS, progress });
      expect(service && inWords({ ...service, previews: [] })).to.equal(
        `service 10001: ${expected}`,
      );
    });
  }

  /** Who fails its checks, and the weights at the stable port. */
  const ILL: readonly (readonly [Scene, readonly string[], string])[] = [
    [{ phase: 'starting' }, ['old'], 'old0*1 old1*1'],
    [{ phase: 'promoted' }, ['next0'], 'next1*1 old0*0 old1*0'],
    [{ phase: 'promoted' }, ['next'], 'next0*1 next1*1 old0*0 old1*0'],
    [AT_TENTH, ['next'], 'old0*1 old1*1'],
    [AT_TENTH, ['old'], 'next0*1 next1*1'],
    [AT_TENTH, ['old', 'next'], 'next0*1 next1*1 old0*9 old1*9'],
  ];
  for (const [scene, failing, expected] of ILL) {
    const share = scene.canary === undefined ? scene.phase : 'at a tenth';
    it(`lead to ${expected} ${share}, while ${failing.join(' and ')} fail their checks`, () => {
      const wire: AppWire = { ...PORTS, healthChecks: [{ protocol: 'HTTP', path: '/health' }] };
      const [service] = routesOf({ ...scene, wire, ill: failing });
      expect(service && inWords({ ...service, previews: [] })).to.equal(
        `service 10001: ${expected}`,
      );
    });
  }

  it('drain for as long as the rollout says', () => {
    const scene = sceneOf({ phase: 'starting' });
    const { groups } = emptyRows();
    const state = { ...scene, root: { ...scene.root, groups } };
    const book = new RouteBook('127.0.0.1');
    book.update(state, []);
    expect(book.routing().routes[0]?.drain).to.equal(30_000);
    const group = { id: '/shop' as PathId, dependencies: [], enforceRole: false };
    groups.put(group.id, { ...group, rollout: ROLLOUT });
    expect(book.update(state, [])).to.equal(true);
    expect(book.routing().routes[0]?.drain).to.equal(10_000);
    groups.put(group.id, group);
    expect(book.update(state, [])).to.equal(true);
    expect(book.routing().routes[0]?.drain).to.equal(30_000);
  });

  it('share by the weight, whatever the counts', () => {
    const backend = (name: string): Backend => ({
      host: 'h',
      port: 1,
      weight: 1,
      taskId: name as TaskId,
    });
    const count = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 99 }), (olds, nexts, share) => {
        const old = Array.from({ length: olds }, (_, i) => backend(`old${i}`));
        const next = Array.from({ length: nexts }, (_, i) => backend(`next${i}`));
        const all = weighted(old, next, share);
        const sum = (kind: string): number =>
          all
            .filter(({ taskId }) => taskId.startsWith(kind))
            .reduce((total, { weight }) => total + weight, 0);
        expect(sum('next') * (100 - share)).to.equal(sum('old') * share);
        expect(all.every(({ weight }) => Number.isInteger(weight) && weight > 0)).to.equal(true);
        expect(all).to.have.length(olds + nexts);
      }),
    );
  });

  it('follow every move of a rollout without being begun anew', () => {
    const phases: readonly RolloutPhase[] = [
      'reserving',
      'starting',
      'growing',
      'switching',
      'promoted',
      'holding',
      'over',
    ];
    const book = new RouteBook('127.0.0.1');
    const first = sceneOf({ phase: 'reserving' });
    book.update(first, []);
    for (const phase of phases) {
      const state = sceneOf({ phase });
      const { root, appVersions } = first;
      const changes = [...state.instances.values()].map((one) => [one.id, one] as const);
      book.update({ ...state, root, appVersions }, changes);
      expect(book.routing().routes.map(inWords)).to.deep.equal(routesOf({ phase }).map(inWords));
    }
  });
});

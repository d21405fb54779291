import { setImmediate as immediate } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { isPod, safePath, type AppDefinition, type PathId } from '../../core/app/index.js';
import { treeOf } from '../../core/group/index.js';
import type { Condition, InstanceId } from '../../core/instance/index.js';
import { DEFAULT_SETTINGS, type StateView } from '../../core/turn/index.js';
import { FakeService, NOW, definition, instance, running } from '../fake-service.spec.js';
import { CART } from './sample-pod.spec.js';
import {
  APP_EMBEDS,
  LIST_EMBEDS,
  embedsOf,
  isPlaced,
  presentAppInfo,
  presentDeployment,
  presentDetails,
  presentGroup,
  presentPod,
  presentPodStatus,
  presentTask,
  servicePortsOf,
} from './presenters/index.js';

const CONDITIONS: readonly Condition[] = ['Scheduled', 'Staging', 'Running', 'Failed'];
const READY: AppDefinition['readinessChecks'] = [
  {
    name: 'readinessCheck',
    protocol: 'HTTP',
    path: '/',
    portName: 'default',
    intervalSeconds: 30,
    timeoutSeconds: 10,
    httpStatusCodesForReady: [200],
    preserveLastResponse: false,
  },
];

interface AppPlan {
  readonly group: string;
  readonly label: string;
  /** Instances in each condition. */
  readonly counts: readonly number[];
  readonly deploys: boolean;
}

/** Some have more tasks than are made in one go. */
const plans: fc.Arbitrary<readonly AppPlan[]> = fc.array(
  fc.record({
    group: fc.constantFrom('/a', '/a/b', '/c'),
    label: fc.string(),
    counts: fc.array(
      fc.oneof({ weight: 5, arbitrary: fc.nat(3) }, { arbitrary: fc.nat(250), weight: 1 }),
      {
        minLength: CONDITIONS.length,
        maxLength: CONDITIONS.length,
      },
    ),
    deploys: fc.boolean(),
  }),
  { maxLength: 8 },
);

const OUTCOMES = ['running', 'queued', 'succeeded', 'failed'] as const;

/** Some plans have more actions than are made in one go. */
function deploy(service: FakeService, spec: AppDefinition, counts: readonly number[]): void {
  OUTCOMES.forEach((status, at) => {
    const { plan } = running(spec);
    const others = Array.from({ length: counts[at] ?? 0 }, (_, n) => {
      return { kind: 'ScaleApplication', app: `/other/${n}` as PathId } as const;
    });
    const steps = [...plan.steps, { actions: others }];
    const step = status === 'running' ? 2 : 1;
    const given = { id: `${status} ${spec.id}`, status, step, plan: { ...plan, steps } };
    service.rows.deployments.put(given.id, running(spec, given));
  });
}

function fill(service: FakeService, apps: readonly AppPlan[]): void {
  service.reset();
  for (const group of ['/a', '/a/b', '/c']) service.putGroup(group);
  apps.forEach(({ group, label, counts, deploys }, n) => {
    const ready = deploys ? { readinessChecks: READY } : {};
    const app = service.put(definition(`${group}/app-${n}`, { labels: { label }, ...ready }));
    const pod = { ...CART, id: `${group}/pod-${n}` as PathId, labels: { label } };
    service.put(pod);
    for (const spec of [app, pod]) {
      if (deploys) deploy(service, spec, counts);
      CONDITIONS.forEach((condition, at) => {
        for (let k = 0; k < (counts[at] ?? 0); k += 1) {
          const id = `${safePath(spec.id)}.instance-${at}-${k}` as InstanceId;
          const { task, ...rest } = instance(spec, condition);
          const placed = condition === 'Scheduled' || task === undefined ? {} : { task };
          service.rows.instances.put(id, { ...rest, ...placed, id });
        }
      });
    }
  });
}

const specsOf = (state: StateView) => [...state.root.apps.values()];
const appsOf = (state: StateView) => specsOf(state).filter((spec) => !isPod(spec));
const podsOf = (state: StateView) => specsOf(state).filter(isPod);

function tasksOf(state: StateView): unknown[] {
  return appsOf(state).flatMap((app) =>
    state.instances
      .by('app', app.id)
      .filter(isPlaced)
      .map((one) => presentTask(one, app, servicePortsOf(app))),
  );
}

function detailsOf(state: StateView, wanted: readonly string[]): unknown[] {
  const moment = { now: NOW, settings: DEFAULT_SETTINGS };
  return [...state.deployments.values()]
    .filter(({ status }) => wanted.includes(status))
    .map((one) => presentDetails(one, state, moment));
}

/** What the presenters give for each list as a whole. */
const LISTS: Readonly<Record<string, (state: StateView) => unknown>> = {
  '/v2/apps': (state) => {
    const embeds = embedsOf([], LIST_EMBEDS);
    return { apps: appsOf(state).map((app) => presentAppInfo(app, state, embeds, NOW)) };
  },
  '/v2/apps?embed=apps.tasks&embed=apps.taskStats': (state) => {
    const embeds = embedsOf(['apps.tasks', 'apps.taskStats'], LIST_EMBEDS);
    return { apps: appsOf(state).map((app) => presentAppInfo(app, state, embeds, NOW)) };
  },
  '/v2/apps//a/*': (state) => {
    const embeds = embedsOf([], APP_EMBEDS);
    const below = appsOf(state).filter(({ id }) => id.startsWith('/a/'));
    return { '*': below.map((app) => presentAppInfo(app, state, embeds, NOW)) };
  },
  '/v2/tasks': (state) => ({ tasks: tasksOf(state) }),
  '/v2/tasks?status=running': (state) => ({
    tasks: tasksOf(state).filter((one) => (one as { state: string }).state === 'TASK_RUNNING'),
  }),
  '/v2/deployments': (state) =>
    state.deployments.by('status', 'running').map((one) => presentDeployment(one, state)),
  '/v2/deployments?status=queued': (state) => detailsOf(state, ['queued']),
  '/v2/deployments?status=finished': (state) => detailsOf(state, ['succeeded', 'failed']),
  '/v2/pods': (state) => podsOf(state).map(presentPod),
  '/v2/pods/::status': (state) => podsOf(state).map((pod) => presentPodStatus(pod, state)),
  '/v2/groups?embed=group.groups&embed=group.apps&embed=group.pods&embed=group.apps.tasks': (
    state,
  ) => {
    const embeds = embedsOf(['group.apps.tasks'], []);
    return presentGroup('/' as PathId, {
      tree: treeOf(state.root),
      version: state.root.version,
      embeds: { apps: true, pods: true, groups: true, rollout: false },
      presentApp: (app) => presentAppInfo(app, state, embeds, NOW),
      presentPod: (pod) => presentPodStatus(pod, state),
    });
  },
};

function stateOf(service: FakeService): StateView {
  const state = service.state();
  if (state === undefined) throw new Error('no state');
  return state;
}

describe('lists, however long', () => {
  const service = new FakeService();
  let server: NestFastifyApplication;

  before(async () => {
    server = await service.serve();
  });

  after(() => server.close());

  for (const [url, present] of Object.entries(LISTS)) {
    it(`of ${url} have the bytes that the presenters give`, async () => {
      await fc.assert(
        fc.asyncProperty(plans, async (apps) => {
          fill(service, apps);
          const answer = await server.inject({ url });
          expect(answer.body).to.equal(JSON.stringify(present(stateOf(service))));
        }),
        { numRuns: 15 },
      );
    });
  }

  it('show one committed state although turns go on while they are sent', async () => {
    const plan = { group: '/a', label: '', counts: [0, 300, 300, 300], deploys: false };
    for (const url of ['/v2/tasks', '/v2/apps?embed=apps.tasks']) {
      fill(service, [plan, plan, plan, plan]);
      const before = (await server.inject({ url })).body;
      service.turn += 1;
      const answering = server.inject({ url });
      await immediate();
      for (const one of [...service.rows.instances.values()]) {
        service.rows.instances.put(one.id, { ...one, condition: 'Failed' });
      }
      service.turn += 1;
      const begun = (await answering).body;
      const after = (await server.inject({ url })).body;
      expect([before, after]).to.include(begun);
      expect(after).to.not.equal(before);
    }
  });

  it('are not made again for a client that has them', async () => {
    const plan = { group: '/a', label: '', counts: [0, 300, 300, 300], deploys: false };
    fill(service, [plan, plan]);
    const { headers } = await server.inject({ url: '/v2/tasks' });
    const known = { 'if-none-match': String(headers['etag']) };
    const again = await server.inject({ url: '/v2/tasks', headers: known });
    expect([again.statusCode, again.body]).to.deep.equal([304, '']);
    service.turn += 1;
    const later = await server.inject({ url: '/v2/tasks', headers: known });
    expect(later.statusCode).to.equal(200);
    expect(later.headers['etag']).to.not.equal(headers['etag']);
  });

  it('are answered to HEAD without being made', async () => {
    const plan = { group: '/a', label: '', counts: [0, 300, 300, 300], deploys: false };
    fill(service, [plan, plan]);
    const answer = await server.inject({ method: 'HEAD', url: '/v2/tasks' });
    expect([answer.statusCode, answer.body]).to.deep.equal([200, '']);
  });
});

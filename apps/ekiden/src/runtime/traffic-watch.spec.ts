import { expect } from 'chai';
import { ManualClock, err, millis, ok, type Result, type TaskId } from '@ekiden/kernel';
import { ManualTimers } from '../../../../libs/host/testing/manual-timers.js';
import { sleeper } from '../../testing/group-world.js';
import { FakeRouter } from '../../testing/fake-router.js';
import { RolloutWorld } from '../../testing/rollout-world.js';
import type { Rollout } from '../core/app/index.js';
import type { WorldCommand } from '../core/turn/index.js';
import type { BackendTraffic, RouterUnavailable } from '../ports/index.js';
import { TrafficWatch } from './traffic-watch.js';

const STRANGER = 'somebody-else' as TaskId;

class CountingRouter extends FakeRouter {
  asked = 0;
  answer: () => Promise<Result<readonly BackendTraffic[], RouterUnavailable>> = () =>
    Promise.resolve(ok([]));

  traffic(): Promise<Result<readonly BackendTraffic[], RouterUnavailable>> {
    this.asked += 1;
    return this.answer();
  }
}

function counts(taskId: TaskId): BackendTraffic {
  return { taskId, requests: 7, errors: 1, seconds: 0.5 };
}

/** `/shop/web` that is rolled out anew, a router, and the watch between them. */
class Stage {
  readonly world = new RolloutWorld({ settings: { hasRouter: true } });
  readonly clock = new ManualClock();
  readonly timers = new ManualTimers(this.clock);
  readonly reports: WorldCommand[] = [];
  readonly watch: TrafficWatch;

  constructor(readonly router: FakeRouter = new CountingRouter()) {
    this.watch = new TrafficWatch({
      router,
      clock: this.clock,
      timers: this.timers,
      log: () => undefined,
      report: (command) => this.reports.push(command) > 0,
    });
    this.world.create('/shop/web', sleeper('/shop/web', { instances: 1 }));
  }

  upgrade(rollout: Partial<Rollout> = { strategy: 'canary' }): this {
    const steps = [{ weight: 50, gate: 'manual' }] as const;
    this.world.setRollout('/shop', { canary: { steps }, ...rollout });
    this.world.update('/shop/web', { cmd: 'sleep 200' });
    return this;
  }

  async publish(): Promise<this> {
    this.watch.publish(this.world.view);
    return this.quiet();
  }

  async pass(ms: number): Promise<this> {
    this.timers.advance(millis(ms));
    return this.quiet();
  }

  tasks(): readonly TaskId[] {
    const all = [...this.world.instances('/shop/web'), ...this.world.beside('/shop/web')];
    return all.flatMap(({ task }) => task?.id ?? []);
  }

  private async quiet(): Promise<this> {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    return this;
  }
}

describe('the watch over what comes to whom', () => {
  it('asks nobody while nothing is judged by it', async () => {
    const router = new CountingRouter();
    const stage = await new Stage(router).publish();
    await stage.pass(60_000);
    expect([router.asked, stage.timers.pending]).to.deep.equal([0, 0]);
    await stage.upgrade({ strategy: 'rolling' }).publish();
    expect(router.asked).to.equal(0);
  });

  it('asks once a second while a rollout is, and tells of both of its versions', async () => {
    const router = new CountingRouter();
    const stage = new Stage(router).upgrade();
    const tasks = stage.tasks();
    expect(tasks).to.have.length(2);
    router.answer = () => Promise.resolve(ok([...tasks, STRANGER].map(counts)));
    await stage.publish();
    await stage.publish();
    expect(router.asked).to.equal(1);
    expect(stage.reports).to.deep.equal([{ kind: 'trafficSeen', tasks: tasks.map(counts) }]);
    await stage.pass(999);
    expect(router.asked).to.equal(1);
    await stage.pass(1);
    expect(router.asked).to.equal(2);
  });

  it('makes one call at a time, and fewer where they take long', async () => {
    const router = new CountingRouter();
    let answer: (result: Result<readonly BackendTraffic[], RouterUnavailable>) => void = () =>
      undefined;
    router.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const stage = await new Stage(router).upgrade().publish();
    await stage.pass(2_000);
    await stage.publish();
    expect(router.asked).to.equal(1);
    answer(ok([]));
    await stage.pass(0);
    await stage.pass(19_999);
    expect(router.asked).to.equal(1);
    await stage.pass(1);
    expect(router.asked).to.equal(2);
  });

  it('says why there are no figures', async () => {
    const router = new CountingRouter();
    router.answer = () => Promise.resolve(err({ kind: 'unreachable', reason: 'no such file' }));
    const lost = await new Stage(router).upgrade().publish();
    const blind = await new Stage(new FakeRouter()).upgrade().publish();
    const reasons = [lost, blind].map(({ reports }) => reports);
    expect(reasons).to.deep.equal([
      [
        {
          kind: 'trafficSeen',
          tasks: [],
          missing: 'the router did not say what it has counted: no such file',
        },
      ],
      [{ kind: 'trafficSeen', tasks: [], missing: 'the router does not count' }],
    ]);
  });

  it('ends with the rollout, and with the term', async () => {
    const router = new CountingRouter();
    const stage = await new Stage(router).upgrade().publish();
    const [deployment] = stage.world.view.deployments.by('status', 'running');
    stage.world.send({ kind: 'cancelDeployment', id: deployment?.id ?? '', force: false });
    await stage.publish();
    await stage.pass(10_000);
    expect([router.asked, stage.timers.pending]).to.deep.equal([1, 0]);
    await stage.upgrade().publish();
    stage.watch.leave();
    await stage.pass(10_000);
    expect([router.asked, stage.timers.pending]).to.deep.equal([2, 0]);
  });
});

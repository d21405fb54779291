import { expect } from 'chai';
import { ManualClock, millis, type Change, type TaskId } from '@ekiden/kernel';
import { ManualTimers } from '../../../../libs/host/testing/manual-timers.js';
import { FakeRouter } from '../../testing/fake-router.js';
import { SmallWorld, type SmallWorldOptions } from '../../testing/small-world.js';
import type { PathId } from '../core/app/index.js';
import type { Instance, InstanceId } from '../core/instance/index.js';
import type { WorldCommand } from '../core/turn/index.js';
import type { LeaderTerm, LogEntry } from '../ports/index.js';
import { RouteKeeper } from './route-keeper.js';

/** More than a turn would name, but nothing less. */
function changesOf({ view }: SmallWorld): readonly Change<InstanceId, Instance>[] {
  return [...view.instances.values()].map((instance) => [instance.id, instance]);
}

/** A world, a router, and the keeper between them. */
class Stage {
  readonly world: SmallWorld;
  readonly router = new FakeRouter();
  readonly clock = new ManualClock();
  readonly timers = new ManualTimers(this.clock);
  readonly log: LogEntry[] = [];
  readonly reports: WorldCommand[] = [];
  /** Addresses that were kept, each time they were others. */
  readonly kept: (readonly string[])[] = [];
  readonly keeper: RouteKeeper;

  constructor(settings: SmallWorldOptions['settings'] = {}, recalled: readonly string[] = []) {
    this.world = new SmallWorld({ settings });
    this.keeper = this.keeperOf(recalled);
  }

  private keeperOf(recalled: readonly string[]): RouteKeeper {
    return new RouteKeeper({
      router: this.router,
      serviceAddress: '127.0.0.1',
      scopes: {
        recalled,
        keep: (addresses) => {
          this.kept.push(addresses);
          return Promise.resolve();
        },
      },
      clock: this.clock,
      timers: this.timers,
      log: (entry) => this.log.push(entry),
      report: (command) => this.reports.push(command) > 0,
    });
  }

  /** Everything of the app is to be killed; returns one of its tasks. */
  killAll(): TaskId {
    const [instance] = this.world.instances('/web');
    const tasks = { by: 'app', app: '/web' as PathId } as const;
    this.world.send({ kind: 'killTasks', tasks, scale: false, wipe: false, force: false });
    if (instance?.task === undefined) throw new Error('/web has no task');
    return instance.task.id;
  }

  /** What was reported comes to the core. */
  take(): void {
    this.world.hear(...this.reports.splice(0));
  }

  enter(epoch = 1, stillHeld = (): boolean => true): this {
    const term: LeaderTerm = {
      epoch,
      stillHeld,
      lost: new Promise(() => undefined),
      resign: () => Promise.resolve(),
    };
    this.keeper.enter(term);
    return this;
  }

  async publish(): Promise<void> {
    this.keeper.publish(this.world.view, changesOf(this.world));
    await this.quiet();
  }

  /** Until all that follows without time passing has happened. */
  async quiet(): Promise<void> {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  }

  async pass(ms: number): Promise<void> {
    this.timers.advance(millis(ms));
    await this.quiet();
  }

  /** Backends per port that the router knows. */
  shown(): Record<number, number> {
    const routes = this.router.table?.routes ?? [];
    return Object.fromEntries(routes.map((route) => [route.listen.port, route.backends.length]));
  }

  /** What the router was told to listen on, table by table. */
  addresses(): readonly string[] {
    return this.router.tables.map(({ routes }) => {
      return [...new Set(routes.map(({ listen }) => listen.address))].join(' ');
    });
  }

  /** Hosts say where their containers find service ports. */
  learn(servicesFromContainers: string): void {
    const loopback = '127.0.0.1';
    const ways = { hostPorts: loopback, servicesFromHost: loopback, servicesFromContainers };
    for (const agent of this.world.agents) {
      this.world.hear({ kind: 'agentRegistered', agent, addresses: ways });
    }
  }

  events(): readonly string[] {
    return this.log.map(({ event, level }) => `${level} ${event}`);
  }
}

const WEB = { cmd: 'sleep 100', instances: 2, cpus: 0.1, ports: [10_101] };

describe('the keeper of routes', () => {
  it('tells the router what a committed turn has changed, and nothing when nothing has', async () => {
    const stage = new Stage().enter();
    await stage.publish();
    expect(stage.router.tables).to.have.length(1);
    stage.world.create('/web', WEB);
    await stage.publish();
    expect(stage.shown()).to.deep.equal({ 10_101: 2 });
    expect(stage.router.table?.generation).to.equal(stage.world.view.turn);
    stage.world.create('/silent', { cmd: 'sleep 100', cpus: 0.1, ports: [] });
    await stage.publish();
    expect(stage.router.tables).to.have.length(2);
  });

  it('keeps open what containers were told of before, until their hosts have answered', async () => {
    const stage = new Stage({}, ['127.0.0.1', '172.17.0.1']);
    stage.world.create('/web', WEB);
    stage.enter();
    await stage.publish();
    await stage.pass(1_000);
    stage.learn('172.17.0.1');
    await stage.publish();
    await stage.pass(60_000);
    expect(new Set(stage.addresses())).to.deep.equal(new Set(['127.0.0.1 172.17.0.1']));
    expect(stage.kept).to.deep.equal([]);
  });

  it('closes after a minute what no host speaks of any more, and keeps what they say', async () => {
    const stage = new Stage({}, ['127.0.0.1', '172.17.0.1']);
    stage.world.create('/web', WEB);
    stage.enter();
    await stage.publish();
    stage.learn('172.30.0.1');
    await stage.publish();
    await stage.pass(60_000);
    await stage.pass(5_000);
    expect([...new Set(stage.addresses())]).to.deep.equal([
      '127.0.0.1 172.17.0.1',
      '127.0.0.1 172.17.0.1 172.30.0.1',
      '127.0.0.1 172.30.0.1',
    ]);
    expect(stage.kept.at(-1)).to.deep.equal(['127.0.0.1', '172.30.0.1']);
  });

  it('makes one call of many turns that pass during a call', async () => {
    const stage = new Stage().enter();
    stage.world.create('/web', WEB);
    stage.keeper.publish(stage.world.view, changesOf(stage.world));
    for (const instances of [3, 4, 5]) {
      stage.world.update('/web', { instances });
      stage.keeper.publish(stage.world.view, changesOf(stage.world));
    }
    await stage.quiet();
    expect(stage.router.tables).to.have.length(2);
    expect(stage.shown()).to.deep.equal({ 10_101: 5 });
  });

  it('tries again until it is acknowledged, with the newest state', async () => {
    const stage = new Stage().enter();
    stage.router.down = 'no answer';
    stage.world.create('/web', WEB);
    await stage.publish();
    await stage.pass(250);
    await stage.pass(500);
    expect(stage.router.tables).to.have.length(3);
    stage.world.update('/web', { instances: 3 });
    await stage.publish();
    stage.router.down = undefined;
    await stage.pass(1_000);
    expect(stage.shown()).to.deep.equal({ 10_101: 3 });
    expect(stage.events()).to.deep.equal(['warn router', 'info router']);
  });

  it('names every port while the router cannot be told, for those who ask why', async () => {
    const stage = new Stage().enter();
    stage.world.create('/web', WEB);
    stage.router.down = 'there is no such file';
    await stage.publish();
    const reason = 'the router cannot be told: there is no such file';
    expect(stage.keeper.closedPorts()).to.deep.equal([
      { port: 10_101, address: '127.0.0.1', reason },
    ]);
    stage.router.down = undefined;
    await stage.pass(250);
    expect(stage.keeper.closedPorts()).to.deep.equal([]);
  });

  it('begins every term by telling all, even if nothing has changed', async () => {
    const stage = new Stage().enter(1);
    stage.world.create('/web', WEB);
    await stage.publish();
    stage.keeper.leave();
    stage.enter(2);
    await stage.publish();
    expect(stage.router.tables.map(({ epoch }) => epoch)).to.deep.equal([1, 2]);
  });

  it('repeats itself from time to time, for a router that was restarted', async () => {
    const stage = new Stage().enter();
    stage.world.create('/web', WEB);
    await stage.publish();
    await stage.pass(5_000);
    await stage.pass(5_000);
    expect(stage.router.tables).to.have.length(3);
  });

  it('is silent between terms and when its lease has run out', async () => {
    const stage = new Stage();
    await stage.publish();
    stage.enter(1, () => false);
    await stage.publish();
    // Other work gets its turn meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    stage.keeper.leave();
    await stage.pass(60_000);
    expect(stage.router.tables).to.deep.equal([]);
    expect(stage.timers.pending).to.equal(0);
  });

  it('outlives a fault of ours, and tells everything afterwards', async () => {
    const stage = new Stage().enter();
    stage.router.fault = new Error('a bug');
    stage.world.create('/web', WEB);
    await stage.publish();
    stage.router.fault = undefined;
    await stage.pass(250);
    expect(stage.shown()).to.deep.equal({ 10_101: 2 });
    expect(stage.events()).to.deep.equal(['error routes-fault']);
  });

  it('says once which routes are not served, and which ports are shared', async () => {
    const stage = new Stage().enter();
    stage.router.occupied.add('127.0.0.1 10101');
    stage.world.create('/web', WEB);
    stage.world.create('/web2', WEB);
    await stage.publish();
    await stage.pass(5_000);
    const told = ['warn service-ports-shared', 'warn routes-failed'];
    expect(stage.events()).to.deep.equal(told);
    expect(stage.log[0]?.message).to.equal('10101 of /web2 leads to /web');
    stage.router.occupied.clear();
    await stage.pass(5_000);
    expect(stage.events()).to.deep.equal([...told, 'info routes-failed']);
  });

  it('reports what is confirmed once something waits for it, and once for each news', async () => {
    const stage = new Stage({ hasRouter: true }).enter();
    stage.world.create('/web', WEB);
    await stage.publish();
    expect(stage.reports).to.deep.equal([]);
    const busy = stage.killAll();
    stage.router.draining.set(busy, 1);
    await stage.publish();
    const { turn: generation } = stage.world.view;
    const told = { kind: 'routesConfirmed', epoch: 1, generation } as const;
    expect(stage.reports).to.deep.equal([{ ...told, draining: [busy] }]);
    stage.take();
    await stage.publish();
    expect(stage.world.view.drains.size).to.equal(1);
    // Asked again at short intervals, it has nothing new to say.
    const asked = stage.router.tables.length;
    for (let i = 0; i < 10; i += 1) await stage.pass(100);
    expect(stage.reports).to.deep.equal([]);
    expect(stage.router.tables.length).to.equal(asked + 10);
    stage.router.draining.clear();
    await stage.pass(200);
    expect(stage.reports.map(({ kind }) => kind)).to.deep.equal(['routesConfirmed']);
    stage.take();
    await stage.publish();
    expect(stage.world.view.drains.size).to.equal(0);
  });

  it('asks no more often than usual when nothing waits any longer', async () => {
    const stage = new Stage({ hasRouter: true }).enter();
    stage.world.create('/web', WEB);
    await stage.publish();
    stage.killAll();
    await stage.publish();
    stage.take();
    await stage.publish();
    const asked = stage.router.tables.length;
    await stage.pass(4_000);
    expect(stage.router.tables.length).to.equal(asked);
  });

  it('confirms nothing while the router cannot be asked, and what it follows afterwards', async () => {
    const stage = new Stage({ hasRouter: true }).enter();
    stage.world.create('/web', WEB);
    await stage.publish();
    stage.router.down = 'no answer';
    stage.killAll();
    await stage.publish();
    await stage.pass(2_000);
    expect(stage.reports).to.deep.equal([]);
    stage.router.down = undefined;
    await stage.pass(5_000);
    expect(stage.reports.map(({ kind }) => kind)).to.deep.equal(['routesConfirmed']);
  });

  it('finds out anew in each term what is confirmed', async () => {
    const stage = new Stage({ hasRouter: true }).enter();
    stage.world.create('/web', WEB);
    await stage.publish();
    stage.killAll();
    stage.keeper.leave();
    stage.world.newTerm();
    stage.enter(stage.world.state.epoch);
    await stage.publish();
    expect(stage.reports).to.have.length(1);
    stage.take();
    expect(stage.world.view.drains.size).to.equal(0);
  });
});

import { expect } from 'chai';
import { millis, seconds, type TaskId } from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import type { InstanceTask } from '../instance/index.js';
import type { TaskSelection } from '../turn/index.js';
import { waitingOn } from './waiting-on.js';

const WEB: AppWire = { cmd: 'serve', instances: 2, cpus: 0.1, mem: 16, ports: [10_101] };
const DRAIN_MS = 30_000;

/** A world whose router says something only when the test does. */
class Stage {
  readonly world: SmallWorld;
  readonly open = new Set<TaskId>();

  constructor(app: AppWire = WEB, hasRouter = true) {
    this.world = new SmallWorld({ settings: { hasRouter } });
    this.world.create('/web', app);
  }

  /** The router follows the state as it is now. */
  confirm(epoch = this.world.state.epoch): this {
    const { turn: generation } = this.world.view;
    const draining = [...this.open];
    this.world.hear({ kind: 'routesConfirmed', epoch, generation, draining });
    return this;
  }

  kill(tasks: TaskSelection = { by: 'app', app: '/web' as PathId }): this {
    this.world.send({ kind: 'killTasks', tasks, scale: false, wipe: false, force: false });
    return this;
  }

  task(index = 0): InstanceTask {
    const { task } = this.world.instances('/web')[index] ?? {};
    if (task === undefined) throw new Error(`/web has no task ${index}`);
    return task;
  }

  killed(): number {
    return this.world.performed.filter(({ kind }) => kind === 'kill').length;
  }

  pass(ms: number): this {
    this.world.advance(millis(ms));
    return this;
  }

  draining(): readonly TaskId[] {
    return [...this.world.view.drains.values()].map(({ taskId }) => taskId);
  }

  waits(): readonly string[] {
    const { view, clock } = this.world;
    const settings = { stagingDeadline: seconds(300), progressDeadline: seconds(600) };
    return [...view.deployments.by('status', 'running')].flatMap((one) =>
      waitingOn(view, one, settings, clock.now()).map(({ kind, message }) => `${kind}: ${message}`),
    );
  }
}

describe('a drain before a kill', () => {
  it('waits until the router follows the turn in which the task left', () => {
    const stage = new Stage().confirm().kill();
    expect(stage.killed()).to.equal(0);
    expect(stage.world.view.drains.size).to.equal(2);
    stage.confirm();
    expect(stage.killed()).to.equal(2);
    expect(stage.world.view.drains.size).to.equal(0);
    expect(stage.world.conditions('/web')).to.deep.equal({ Running: 2 });
  });

  it('waits for what is under way to a task, and for no other', () => {
    const stage = new Stage();
    const { id: busy } = stage.task();
    stage.open.add(busy);
    stage.kill().confirm();
    expect(stage.killed()).to.equal(1);
    expect(stage.draining()).to.deep.equal([busy]);
    stage.pass(10_000).confirm();
    expect(stage.killed()).to.equal(1);
    stage.open.clear();
    stage.confirm();
    expect(stage.killed()).to.equal(2);
  });

  it('lasts no longer than the app wants', () => {
    const stage = new Stage().kill().pass(DRAIN_MS - 1);
    expect(stage.killed()).to.equal(0);
    expect(stage.pass(1).killed()).to.equal(2);
  });

  it('does not confirm what an older turn or another term has', () => {
    const stage = new Stage();
    const { turn: generation } = stage.world.view;
    stage.kill();
    stage.world.hear({ kind: 'routesConfirmed', epoch: 1, generation, draining: [] });
    stage.confirm(2);
    expect(stage.killed()).to.equal(0);
    expect(stage.confirm().killed()).to.equal(2);
  });

  const AT_ONCE: readonly (readonly [string, () => Stage])[] = [
    ['no router', () => new Stage(WEB, false).kill()],
    ['no service port', () => new Stage({ ...WEB, ports: [] }).kill()],
    [
      'service ports that instances take themselves',
      () => new Stage({ ...WEB, instances: 1, ports: [31_500], requirePorts: true }).kill(),
    ],
    [
      'udp only',
      () => {
        const { ports: _ports, ...web } = WEB;
        return new Stage({
          ...web,
          portDefinitions: [{ port: 10_101, protocol: 'udp' }],
        }).kill();
      },
    ],
    [
      'checks that nobody has answered yet',
      () => new Stage({ ...WEB, healthChecks: [{ protocol: 'HTTP', path: '/' }] }).kill(),
    ],
  ];
  for (const [what, run] of AT_ONCE) {
    it(`does not delay the kill: ${what}`, () => {
      const stage = run();
      expect(stage.world.view.drains.size).to.equal(0);
      expect(stage.killed()).to.be.greaterThan(0);
    });
  }

  it('of what fails its checks is short: the answers it has begun, and no more', () => {
    const stage = new Stage({
      ...WEB,
      healthChecks: [{ protocol: 'HTTP', path: '/', maxConsecutiveFailures: 1 }],
      instances: 1,
      upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
    });
    const { id: taskId } = stage.task();
    const at = stage.world.clock.now();
    stage.world.hear({ kind: 'healthResult', taskId, check: 0, at, ok: true });
    stage.pass(1_000);
    for (let i = 0; i < 3; i += 1) {
      const now = stage.world.clock.now();
      stage.world.hear({ kind: 'healthResult', taskId, check: 0, at: now, ok: false });
    }
    stage.open.add(taskId);
    stage.confirm().pass(9_000).confirm();
    expect(stage.killed()).to.equal(0);
    expect(stage.pass(1_000).killed()).to.equal(1);
  });

  it('ends with the task, and with the host that is lost', () => {
    const stage = new Stage().kill();
    const { id, agentId } = stage.task(1);
    stage.world.report(stage.task(0).id, 'TASK_FINISHED');
    stage.world.settle();
    expect(stage.draining()).to.deep.equal([id]);
    stage.world.lose(agentId, 'gone');
    expect(stage.world.view.drains.size).to.equal(0);
  });

  it('is the same for every way of stopping: scaling, replacing, deleting, draining an agent', () => {
    const ways: readonly ((world: SmallWorld) => unknown)[] = [
      (world) => world.update('/web', { instances: 1 }),
      (world) => world.update('/web', { cmd: 'serve 2' }),
      (world) => world.change({ kind: 'restartApp', id: '/web' as PathId }),
      (world) => world.change({ kind: 'deleteApp', id: '/web' as PathId }),
    ];
    for (const way of ways) {
      const stage = new Stage();
      way(stage.world);
      expect(stage.killed()).to.equal(0);
      expect(stage.world.view.drains.size).to.be.greaterThan(0);
      for (let i = 0; i < 10; i += 1) stage.confirm();
      expect(stage.world.view.drains.size).to.equal(0);
      expect(stage.world.view.deployments.by('status', 'running')).to.deep.equal([]);
    }
  });

  it('is begun anew by the next leader, and not made longer', () => {
    const stage = new Stage().kill().pass(20_000);
    stage.world.newTerm();
    expect(stage.killed()).to.equal(0);
    expect(stage.world.view.drains.size).to.equal(2);
    stage.confirm(1);
    expect(stage.killed()).to.equal(0);
    expect(stage.pass(10_000).killed()).to.equal(2);
  });

  it('is confirmed to the next leader although nothing is written meanwhile', () => {
    const stage = new Stage().kill();
    stage.world.newTerm();
    const { turn } = stage.world.view;
    const turns = [...stage.world.view.drains.values()].map((drain) => drain.turn <= turn);
    expect(turns).to.deep.equal([true, true]);
    expect(stage.confirm().killed()).to.equal(2);
  });

  it('says what it waits for, and until when', () => {
    const stage = new Stage();
    const { id: busy } = stage.task();
    stage.open.add(busy);
    stage.world.update('/web', { instances: 0 });
    expect(stage.waits()).to.deep.equal([
      'drain: /web: 2 instances are to stop once the router confirms that nothing new gets there',
    ]);
    stage.confirm();
    expect(stage.waits()).to.deep.equal([
      'drain: /web: 1 instance ends the requests and connections it has before it is stopped',
    ]);
  });

  it('leaves room for those that are ready, in the order of kills', () => {
    const world = new SmallWorld({ settings: { hasRouter: true, killsOutstanding: 1 } });
    world.behaviour = () => ({ immortal: true });
    world.create('/web', WEB);
    world.send({
      kind: 'killTasks',
      tasks: { by: 'app', app: '/web' as PathId },
      scale: false,
      wipe: false,
      force: false,
    });
    const { epoch } = world.state;
    const { turn: generation } = world.view;
    world.hear({ kind: 'routesConfirmed', epoch, generation, draining: [] });
    expect(world.performed.filter(({ kind }) => kind === 'kill')).to.have.length(1);
    // The other is drained already: it waits for its turn only.
    expect(world.view.drains.size).to.equal(1);
    expect(world.view.killAsks.size).to.equal(1);
  });
});

import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { waitingOn } from '../src/core/reconcile/index.js';
import { DEFAULT_SETTINGS, type DeploymentOrder } from '../src/core/turn/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const WEB = '/t/web';

/** Four of `/t/web` run; a new version gets half of what comes, until somebody opens the gate. */
class CanaryWorld extends RolloutWorld {
  constructor(onFailure: 'pause' | 'rollback' = 'pause') {
    super();
    accepted(this.create(WEB, sleeper(WEB, { instances: 4 })));
    this.setRollout('/t', {
      strategy: 'canary',
      canary: { steps: [{ weight: 50, gate: 'manual' }] },
      progressDeadlineSeconds: 100,
      onFailure,
    });
  }

  upgrade(): string {
    return accepted(this.update(WEB, { cmd: 'sleep 200' })).deploymentId;
  }

  order(id: string, order: DeploymentOrder): void {
    this.send({ kind: 'tendDeployment', id, order });
  }

  waits(id: string): readonly string[] {
    const waits = waitingOn(this.view, this.deploymentOf(id), DEFAULT_SETTINGS, this.clock.now());
    return waits.map(({ message }) => message);
  }

  /** What runs of the new version ends, and what is started of it from now on does as well. */
  breakNew(): void {
    this.behaviour = () => ({ exit: 'TASK_FAILED' });
    for (const { task } of this.beside(WEB)) if (task) this.report(task.id, 'TASK_FAILED');
    this.settle();
  }
}

describe('a canary whose new version does not run any more', () => {
  it('waits for somebody at its gate as long as it runs, however short its deadline is', () => {
    const world = new CanaryWorld();
    const id = world.upgrade();
    world.advance(seconds(1_000));
    const { status, paused } = world.deploymentOf(id);
    expect([status, paused]).to.deep.equal(['running', undefined]);
  });

  it('pauses and says why when it has lacked its instances for as long as it may', () => {
    const world = new CanaryWorld();
    const id = world.upgrade();
    world.advance(seconds(1_000));
    world.breakNew();
    expect(world.waits(id)).to.include(
      '/t/web: 2 instances wait before the next try after failures',
    );
    expect(world.waits(id).join()).to.not.include('promote it to go on');
    world.advance(seconds(95));
    expect(world.deploymentOf(id).paused).to.equal(undefined);
    world.advance(seconds(30));
    expect(world.deploymentOf(id).paused?.reason).to.match(/^nothing has moved for 100 s: /);
    world.behaviour = () => ({});
    world.order(id, 'resume');
    world.advance(seconds(1_000));
    expect(world.deploymentOf(id).paused).to.equal(undefined);
    world.order(id, 'promote');
    expect(world.deploymentOf(id).status).to.equal('succeeded');
  });

  it('is taken back then where its rollout says so', () => {
    const world = new CanaryWorld('rollback');
    const id = world.upgrade();
    world.advance(seconds(1_000));
    world.breakNew();
    world.advance(seconds(130));
    expect(world.deploymentOf(id).status).to.equal('failed');
    expect(world.conditions(WEB)).to.deep.equal({ Running: 4 });
    expect(world.beside(WEB)).to.deep.equal([]);
  });

  it('has its time from where it came back to its instances, each time', () => {
    const world = new CanaryWorld();
    const id = world.upgrade();
    for (let again = 0; again < 3; again += 1) {
      world.breakNew();
      world.advance(seconds(60));
      world.behaviour = () => ({});
      world.advance(seconds(400));
    }
    expect(world.deploymentOf(id).paused).to.equal(undefined);
  });

  it('does not wait for ever either when the rest of it does not come up after the gate', () => {
    const world = new CanaryWorld();
    const id = world.upgrade();
    world.behaviour = () => ({ exit: 'TASK_FAILED' });
    world.order(id, 'promote');
    expect(world.deploymentOf(id).rollouts?.[0]?.phase).to.equal('growing');
    world.advance(seconds(130));
    expect(world.deploymentOf(id).paused?.reason).to.match(/^nothing has moved for 100 s: /);
  });
});

import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { Hook, PathId, Rollout } from '../src/core/app/index.js';
import type { Deployment } from '../src/core/deployment/index.js';
import { waitingOn } from '../src/core/reconcile/index.js';
import { DEFAULT_SETTINGS, type DeploymentOrder, type Reply } from '../src/core/turn/index.js';
import { sampleRollout } from '../src/core/app/sample-rollout.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const WEB = '/t/web';
const HOOK = '/t/web/HOOK';

function hook(at: Hook['at'], more: Partial<Hook> = {}): Hook {
  return { at, command: ['./do', at], timeoutSeconds: 60, onFailure: 'abort', ...more };
}

/** `/t/web` v1 runs; its hooks end when they are told to, but for those in `well`. */
class RetiringWorld extends RolloutWorld {
  constructor(rollout: Partial<Rollout> = {}, well = false) {
    super();
    this.behaviour = (app) => (app.endsWith('/HOOK') && well ? { exit: 'TASK_FINISHED' } : {});
    accepted(this.create(WEB, sleeper(WEB, { instances: 2 })));
    const blueGreen = { ...sampleRollout().blueGreen, promotion: 'automatic' as const };
    const hooks = [hook('beforeStop'), hook('afterStop')];
    this.setRollout('/t', { strategy: 'blueGreen', blueGreen, hooks, ...rollout });
  }

  upgrade(cmd = 'sleep 200'): string {
    return accepted(this.update(WEB, { cmd })).deploymentId;
  }

  tend(id: string, order: DeploymentOrder): Reply {
    return this.send({ kind: 'tendDeployment', id, order });
  }

  /** `retiring: 2 warm, beforeStop running`. */
  stands(id: string): string {
    const { rollouts, hooks = [] } = this.deploymentOf(id);
    const warm = this.beside(WEB).filter(({ goal }) => goal === 'Running');
    const runs = hooks.map(({ at, state }) => `${at} ${state}`);
    return `${rollouts?.[0]?.phase}: ${[`${warm.length} warm`, ...runs].join(', ')}`;
  }

  /** It stops where it stands, and its target stays. */
  end(id: string): void {
    this.send({ kind: 'cancelDeployment', id, force: true });
  }

  /** The command of a hook under way ends, of `at` where several are. */
  endHook(state: 'TASK_FINISHED' | 'TASK_FAILED' = 'TASK_FINISHED', at?: Hook['at']): void {
    const task = [...this.state.rows.instances.values()].find(
      ({ hook }) => hook && (at === undefined || hook.definition.env['EKIDEN_HOOK'] === at),
    )?.task;
    if (task === undefined) throw new Error('no hook runs');
    this.report(task.id, state);
    this.settle();
  }

  waits(one: Deployment): readonly string[] {
    return waitingOn(this.view, one, DEFAULT_SETTINGS, this.clock.now()).map(
      ({ message }) => message,
    );
  }
}

describe('hooks around the end of an old version', () => {
  it('run after the hold: before it stops, and when it is gone', () => {
    const world = new RetiringWorld();
    const id = world.upgrade();
    expect(world.stands(id)).to.equal('holding: 2 warm');
    expect(world.deploymentOf(id).status).to.equal('succeeded');
    world.advance(seconds(301));
    expect(world.stands(id)).to.equal('retiring: 2 warm, beforeStop running');
    expect(world.waits(world.deploymentOf(id))).to.deep.equal(['/t/web: hook beforeStop runs']);
    world.endHook();
    expect(world.stands(id)).to.equal('stopping: 0 warm, beforeStop succeeded, afterStop running');
    expect(world.beside(WEB)).to.deep.equal([]);
    world.endHook();
    expect(world.stands(id)).to.equal('over: 0 warm, beforeStop succeeded, afterStop succeeded');
    expect(world.instances(WEB)).to.have.length(2);
    expect(world.instances(HOOK)).to.deep.equal([]);
  });

  it('run at once where nothing is held, and the deployment has succeeded meanwhile', () => {
    const blueGreen = {
      ...sampleRollout().blueGreen,
      promotion: 'automatic',
      holdSeconds: 0,
    } as const;
    const world = new RetiringWorld({ blueGreen });
    const id = world.upgrade();
    expect(world.stands(id)).to.equal('retiring: 2 warm, beforeStop running');
    expect(world.deploymentOf(id).status).to.equal('succeeded');
  });

  it('that fail are noted, and it stops all the same', () => {
    const world = new RetiringWorld();
    const id = world.upgrade();
    world.advance(seconds(301));
    world.endHook('TASK_FAILED');
    expect(world.stands(id)).to.equal('stopping: 0 warm, beforeStop failed, afterStop running');
    world.advance(seconds(61));
    expect(world.stands(id)).to.equal('over: 0 warm, beforeStop failed, afterStop failed');
    expect(world.deploymentOf(id).status).to.equal('succeeded');
    expect(world.state.rows.deployments.by('status', 'running')).to.deep.equal([]);
  });

  it('that run for what is stopped in its place fail its deployment', () => {
    const world = new RetiringWorld({ onFailure: 'rollback' });
    const worker = '/t/worker' as PathId;
    accepted(world.create(worker, sleeper(worker)));
    const entries = [
      { id: worker, app: { cmd: 'sleep 200', instances: 0 } },
      { id: WEB as PathId, app: { cmd: 'sleep 200', dependencies: [worker] } },
    ];
    const { deploymentId: id } = accepted(
      world.change({ kind: 'upsertApps', entries, partial: true, mustExist: true }),
    );
    expect(world.stands(id)).to.equal('reserving: 0 warm, beforeStop running');
    world.endHook('TASK_FAILED');
    expect(world.deploymentOf(id)).to.deep.include({
      status: 'failed',
      reason: 'taken back: hook beforeStop of /t/worker failed: ',
    });
    expect(world.instances(worker)).to.have.length(1);
  });

  it('have the time that was planned, whatever the rollout says since', () => {
    const world = new RetiringWorld({ hooks: [hook('beforeStop', { timeoutSeconds: 5 })] });
    const id = world.upgrade();
    world.advance(seconds(300));
    world.setRollout('/t', { strategy: 'rolling' });
    world.advance(seconds(4));
    expect(world.stands(id)).to.equal('retiring: 2 warm, beforeStop running');
    world.advance(seconds(2));
    expect(world.stands(id)).to.equal('over: 0 warm, beforeStop failed');
  });

  it('go on under the next leader', () => {
    const world = new RetiringWorld();
    const id = world.upgrade();
    world.advance(seconds(301));
    world.newTerm();
    expect(world.stands(id)).to.equal('retiring: 2 warm, beforeStop running');
    world.endHook();
    world.newTerm();
    expect(world.stands(id)).to.equal('stopping: 0 warm, beforeStop succeeded, afterStop running');
    world.endHook();
    world.newTerm();
    expect(world.stands(id)).to.equal('over: 0 warm, beforeStop succeeded, afterStop succeeded');
  });

  it('run when the next write ends the hold, which waits with a third version', () => {
    const world = new RetiringWorld();
    const first = world.upgrade();
    const second = world.upgrade('sleep 300');
    expect(world.stands(first)).to.equal('retiring: 2 warm, beforeStop running');
    expect(world.deploymentOf(second).rollouts?.[0]?.phase).to.equal('reserving');
    expect(world.waits(world.deploymentOf(second))[0]).to.equal(
      '/t: an earlier version has to be gone first',
    );
    world.endHook();
    world.endHook();
    world.advance(seconds(6));
    expect(world.stands(first)).to.include('over: ');
    expect(world.stands(second)).to.equal('holding: 2 warm');
  });

  it('do not run for a version that is switched back to, but for the one it replaces', () => {
    const world = new RetiringWorld({}, true);
    const id = world.upgrade();
    const undone = accepted(world.tend(id, 'undo')).deploymentId;
    expect(world.stands(id)).to.equal('over: 0 warm');
    expect(world.stands(undone)).to.equal(
      'over: 0 warm, beforeStop succeeded, afterStop succeeded',
    );
    expect(world.deploymentOf(undone).status).to.equal('succeeded');
  });

  it('leave nothing to abort, pause or switch back to: an undo starts the old version anew', () => {
    const world = new RetiringWorld();
    const id = world.upgrade();
    world.advance(seconds(301));
    for (const order of ['abort', 'pause', 'resume'] as const) {
      expect(world.tend(id, order).kind).to.equal('conflict');
    }
    expect(world.tend(id, 'promote').kind).to.equal('done');
    const undone = accepted(world.tend(id, 'undo')).deploymentId;
    expect(world.stands(id)).to.equal('retiring: 2 warm, beforeStop running');
    expect(world.deploymentOf(undone).rollouts?.[0]?.phase).to.equal('reserving');
    world.endHook();
    world.endHook();
    world.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FINISHED' } : {});
    world.advance(seconds(6));
    expect(world.deploymentOf(undone).status).to.equal('succeeded');
    expect(world.state.rows.apps.get(WEB as never)?.cmd).to.equal('sleep 100');
  });

  it('run for what is deleted during the hold', () => {
    const world = new RetiringWorld({}, true);
    const id = world.upgrade();
    accepted(world.change({ kind: 'deleteApp', id: WEB as never }));
    expect(world.stands(id)).to.match(/^over: 0 warm/);
    expect([...world.state.rows.instances.values()]).to.deep.equal([]);
    expect(world.state.rows.deployments.by('status', 'running')).to.deep.equal([]);
  });

  it('do not run where it was aborted before the switch, nor do any others', () => {
    const moments = ['beforeStart', 'afterReady', 'beforePromote', 'afterPromote'] as const;
    const hooks = [...moments, 'beforeStop' as const, 'afterStop' as const].map((at) => hook(at));
    const world = new RetiringWorld({ blueGreen: sampleRollout().blueGreen, hooks }, true);
    const id = world.upgrade();
    const back = accepted(world.tend(id, 'abort')).deploymentId;
    expect(world.stands(id)).to.equal('over: 0 warm, beforeStart succeeded, afterReady succeeded');
    const { status, hooks: run } = world.deploymentOf(back);
    expect([status, run]).to.deep.equal(['succeeded', undefined]);
    expect(world.state.rows.deployments.by('status', 'running')).to.deep.equal([]);
  });

  for (const [how, end] of [
    ['superseded', (world) => accepted(world.update(WEB, { cmd: 'sleep 300' }, true))],
    ['ended where it stood', (world, id) => world.end(id)],
  ] as readonly (readonly [string, (world: RetiringWorld, id: string) => unknown])[]) {
    it(`run where it was ${how} after the switch, before it had succeeded`, () => {
      const hooks = [hook('afterPromote'), hook('beforeStop'), hook('afterStop')];
      const world = new RetiringWorld({ hooks });
      const id = world.upgrade();
      expect(world.stands(id)).to.equal('promoted: 2 warm, afterPromote running');
      end(world, id);
      expect(world.deploymentOf(id).status).to.equal('cancelled');
      expect(world.stands(id)).to.match(/^retiring: 2 warm, .*beforeStop running$/);
      world.endHook('TASK_FINISHED', 'beforeStop');
      expect(world.stands(id)).to.match(/^stopping: 0 warm, .*beforeStop succeeded, afterStop/);
      world.endHook('TASK_FINISHED', 'afterStop');
      expect(world.stands(id)).to.match(/^over: 0 warm, .*afterStop succeeded$/);
    });
  }

  it('do not run for what is switched back to when a deployment is taken back after the switch', () => {
    const hooks = [hook('afterPromote'), hook('beforeStop'), hook('afterStop')];
    const world = new RetiringWorld({ hooks });
    const id = world.upgrade();
    const back = accepted(world.tend(id, 'abort')).deploymentId;
    expect(world.stands(id)).to.match(/^over: /);
    world.endHook('TASK_FINISHED', 'afterPromote');
    expect(world.stands(back)).to.match(/^retiring: 2 warm, .*beforeStop running$/);
  });
});

import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import { DEFAULT_ROLLOUT, type Hook, type PathId, type Rollout } from '../src/core/app/index.js';
import { stallsAt, waitingOn } from '../src/core/reconcile/index.js';
import { DEFAULT_SETTINGS } from '../src/core/turn/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const WEB = '/shop/web';

/** Tasks of the second version fail as told, those of the first run. */
function world(rollout: Partial<Rollout> | undefined): RolloutWorld {
  const made = new RolloutWorld();
  made.create(WEB, sleeper(WEB, { instances: 3 }));
  if (rollout !== undefined) made.setRollout('/shop', rollout);
  const first = new Set(made.instanceIds(WEB));
  made.behaviour = (_, task) => {
    const id = task.replace(/\._app\.\d+$/, '');
    const isOld = first.has(id) && !made.isNew(WEB, id);
    return isOld || made.healed ? {} : { exit: 'TASK_FAILED' };
  };
  return made;
}

function commands(shop: RolloutWorld): readonly (string | undefined)[] {
  return shop
    .instances(WEB)
    .filter(({ condition }) => condition === 'Running')
    .map((one) => shop.state.rows.appVersions.get(`${one.appId}@${one.appVersion}`)?.cmd)
    .sort();
}

const THREE_OLD = Array<string>(3).fill('sleep 100');

describe('a version that never becomes healthy', () => {
  it('is stalled without a rollout, tried on, and never taken back', () => {
    const shop = world(undefined);
    const reply = shop.update(WEB, { cmd: 'sleep 200' });
    shop.advance(seconds(3_000));
    const deployment = shop.deployment(reply);
    expect([deployment.status, deployment.paused]).to.deep.equal(['running', undefined]);
    expect(stallsAt(shop.view, deployment, DEFAULT_SETTINGS)).to.be.below(shop.clock.now());
    expect(commands(shop)).to.deep.equal(THREE_OLD);
  });

  for (const strategy of ['rolling', 'serial'] as const) {
    it(`says why and waits under pause (${strategy})`, () => {
      const shop = world({ strategy, progressDeadlineSeconds: 100 });
      const reply = shop.update(WEB, { cmd: 'sleep 200' });
      shop.advance(seconds(95));
      expect(shop.deployment(reply).paused).to.equal(undefined);
      shop.advance(seconds(30));
      const { status, paused } = shop.deployment(reply);
      expect(status).to.equal('running');
      expect(paused?.reason).to.match(/^nothing has moved for 100 s: \/shop\/web: /);
      expect(paused?.reason).to.include('the last task of /shop/web that failed: TASK_FAILED');
      const { type, ...event } = shop.events.filter(
        (one) => one.type === 'deployment_paused',
      )[0] as never as {
        type: string;
        reason: string;
      };
      expect([type, event.reason]).to.deep.equal(['deployment_paused', paused?.reason]);
    });

    it(`is taken back without an operator under rollback (${strategy})`, () => {
      const shop = world({ strategy, progressDeadlineSeconds: 100, onFailure: 'rollback' });
      const ids = shop.instanceIds(WEB);
      const reply = shop.update(WEB, { cmd: 'sleep 200' });
      shop.advance(seconds(200));
      const failed = shop.deployment(reply);
      expect(failed.status).to.equal('failed');
      expect(failed.reason).to.match(/^taken back: nothing has moved for 100 s/);
      const undo = shop.deploymentOf(failed.undoneBy ?? '');
      expect([undo.status, undo.undoes]).to.deep.equal(['succeeded', failed.id]);
      expect(commands(shop)).to.deep.equal(THREE_OLD);
      expect(shop.instanceIds(WEB)).to.deep.equal(ids);
      expect(shop.eventTypes('deployment_rolling_back')).to.have.length(1);
    });
  }

  for (const onFailure of ['pause', 'rollback'] as const) {
    it(`is one too whose tasks run and fail their checks, again and again (${onFailure})`, () => {
      const shop = new RolloutWorld();
      const check = { protocol: 'COMMAND', command: { value: 'true' }, maxConsecutiveFailures: 1 };
      const healthChecks = [{ ...check, gracePeriodSeconds: 1, intervalSeconds: 1 }] as const;
      shop.create(WEB, sleeper(WEB, { instances: 3, healthChecks, backoffSeconds: 1 } as never));
      shop.setRollout('/shop', { strategy: 'rolling', progressDeadlineSeconds: 100, onFailure });
      const first = new Set(shop.instanceIds(WEB));
      const answer = (): void => {
        for (const { id, task, condition } of shop.instances(WEB)) {
          if (task === undefined || condition !== 'Running') continue;
          const ok = first.has(id) && !shop.isNew(WEB, id);
          const at = shop.clock.now();
          shop.hear({ kind: 'healthResult', taskId: task.id, check: 0, at, ok });
        }
        shop.advance(seconds(1));
      };
      answer();
      const reply = shop.update(WEB, { cmd: 'sleep 200' });
      for (let second = 0; second < 200; second += 1) answer();
      const { status, paused, reason } = shop.deployment(reply);
      expect(status).to.equal(onFailure === 'pause' ? 'running' : 'failed');
      expect(paused?.reason ?? reason).to.match(/nothing has moved for 100 s: \/shop\/web: /);
    });
  }

  it('is tried again for as long when an operator resumes it', () => {
    const shop = world({ strategy: 'rolling', progressDeadlineSeconds: 100 });
    const reply = shop.update(WEB, { cmd: 'sleep 200' });
    shop.advance(seconds(130));
    shop.healed = true;
    shop.send({ kind: 'tendDeployment', id: shop.deployment(reply).id, order: 'resume' });
    shop.advance(seconds(300));
    expect(shop.deployment(reply).status).to.equal('succeeded');
  });

  it('has as long as its longest grace, however short the deadline is', () => {
    const shop = world({ strategy: 'rolling', progressDeadlineSeconds: 10 });
    shop.healed = true;
    const healthChecks = [
      { protocol: 'COMMAND', command: { value: 'true' }, gracePeriodSeconds: 200 },
    ];
    const reply = shop.update(WEB, { healthChecks } as never);
    shop.advance(seconds(190));
    expect(shop.deployment(reply).paused).to.equal(undefined);
    shop.advance(seconds(30));
    expect(shop.deployment(reply).paused?.reason).to.include('nothing has moved for 200 s');
  });

  it('that is taken back and fails again is not taken back once more', () => {
    const shop = world({
      strategy: 'rolling',
      progressDeadlineSeconds: 100,
      onFailure: 'rollback',
    });
    const reply = shop.update(WEB, { cmd: 'sleep 200' });
    shop.behaviour = () => ({ exit: 'TASK_FAILED' });
    for (const { task } of shop.instances(WEB)) {
      if (task !== undefined && shop.tasks.has(task.id)) shop.report(task.id, 'TASK_FAILED');
    }
    shop.advance(seconds(3_000));
    expect(shop.deployment(reply).status).to.equal('failed');
    expect(shop.running).to.have.length(1);
    expect(shop.state.rows.deployments.size).to.equal(3);
  });
});

describe('a hook that fails', () => {
  const hook: Hook = {
    at: 'afterReady',
    command: ['./check'],
    timeoutSeconds: 10,
    onFailure: 'abort',
  };

  it('has a replacement one by one stop there, and taken back the other way round', () => {
    const shop = world({ strategy: 'serial', onFailure: 'rollback', hooks: [hook] });
    shop.healed = true;
    const bad = (app: string): boolean =>
      app.endsWith('/HOOK') && shop.inSlot(WEB, 1).incarnation > 1;
    shop.behaviour = (app) => {
      if (!app.endsWith('/HOOK')) return {};
      return { exit: bad(app) ? 'TASK_FAILED' : 'TASK_FINISHED' };
    };
    shop.performed.length = 0;
    const reply = shop.update(WEB, { cmd: 'sleep 200' });
    shop.advance(seconds(60));
    expect(shop.deployment(reply).status).to.equal('failed');
    const launched = shop.done.filter((one) => one.includes('sleep'));
    expect(launched).to.deep.equal([
      'launch 2 sleep 200',
      'launch 1 sleep 200',
      'launch 1 sleep 100',
      'launch 2 sleep 100',
    ]);
    expect(commands(shop)).to.deep.equal(THREE_OLD);
  });
});

describe('two generations with a dependency that may not be late', () => {
  it('are looked at then, though nothing else happens', () => {
    const world = new RolloutWorld();
    const rule = { '/cache': { onFailure: 'fail', deadlineSeconds: 20 } } as const;
    accepted(world.create('/cache', sleeper('/cache', { instances: 0 })));
    accepted(world.create('/t/api', sleeper('/t/api')));
    accepted(world.create('/t/web', sleeper('/t/web', { dependencies: ['/t/api'] })));
    world.setRollout('/t', { strategy: 'blueGreen' });
    world.behaviour = () => ({ stuck: true });
    const entries = [
      { id: '/t/api' as PathId, app: { cmd: 'sleep 2' } },
      {
        id: '/t/web' as PathId,
        app: { cmd: 'sleep 2', dependencies: ['/t/api', '/cache'], dependencyRules: rule },
      },
    ];
    const upgrade = { kind: 'upsertApps', entries, partial: true, mustExist: true } as const;
    const reply = world.change(upgrade);
    world.advance(seconds(19));
    expect(world.deployment(reply).status).to.equal('running');
    world.advance(seconds(2));
    expect(world.deployment(reply).reason).to.equal(
      "'/cache' was not up after 20 s, and '/t/web' does not go without it",
    );
  });
});

describe('a new version that dies while the hooks after its promotion run', () => {
  function promotedAndDead(onFailure: Rollout['onFailure']) {
    const shop = new RolloutWorld();
    accepted(shop.create(WEB, sleeper(WEB, { instances: 2 })));
    const [old] = shop.instances(WEB);
    const blueGreen = {
      ...DEFAULT_ROLLOUT.blueGreen,
      promotion: 'automatic' as const,
      holdSeconds: 0,
    };
    const command = ['./do'];
    const hooks = [
      { at: 'afterPromote', command, timeoutSeconds: 60, onFailure: 'ignore' },
    ] as const;
    const rollout = {
      strategy: 'blueGreen',
      blueGreen,
      hooks,
      progressDeadlineSeconds: 100,
    } as const;
    shop.setRollout('/shop', { ...rollout, onFailure });
    const { id } = shop.deployment(shop.update(WEB, { cmd: 'sleep 200' }));
    expect(shop.deploymentOf(id).rollouts?.[0]?.phase).to.equal('promoted');
    shop.behaviour = () => ({ stuck: true });
    for (const { task } of shop.instances(WEB)) shop.report(task?.id as TaskId, 'TASK_FAILED');
    shop.report(shop.deploymentOf(id).hooks?.[0]?.taskId as TaskId, 'TASK_FINISHED');
    shop.settle();
    return { shop, id, old };
  }

  it('has not succeeded, and the old one is kept and told of, until it is back', () => {
    const { shop, id } = promotedAndDead('pause');
    expect(shop.deploymentOf(id).status).to.equal('running');
    expect(shop.beside(WEB).map(({ goal }) => goal)).to.deep.equal(['Running', 'Running']);
    const waits = waitingOn(shop.view, shop.deploymentOf(id), DEFAULT_SETTINGS, shop.clock.now());
    expect(waits.map(({ message }) => message).join()).to.match(/^\/shop\/web: 2 instances /);
    shop.behaviour = () => ({});
    shop.advance(seconds(60));
    expect(shop.deploymentOf(id).status).to.equal('succeeded');
    expect(shop.beside(WEB)).to.deep.equal([]);
    expect(commands(shop)).to.deep.equal(['sleep 200', 'sleep 200']);
  });

  it('is switched back from at its deadline under rollback', () => {
    const { shop, id, old } = promotedAndDead('rollback');
    shop.advance(seconds(130));
    expect(shop.deploymentOf(id).status).to.equal('failed');
    expect(commands(shop)).to.deep.equal(['sleep 100', 'sleep 100']);
    expect(shop.instanceIds(WEB)).to.include(old?.id);
  });
});

import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { AppWire, PathId } from '../src/core/app/index.js';
import { waitingOn } from '../src/core/reconcile/index.js';
import { DEFAULT_SETTINGS } from '../src/core/turn/index.js';
import { explainWhy } from '../src/core/why/index.js';
import { GroupWorld, accepted, sleeper } from './group-world.js';

const STOP_FIRST = { upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 } };

/** One agent that `/shop/db` and `/shop/web`, which depends on it, fill. */
function fullWorld(web: AppWire): GroupWorld {
  const world = new GroupWorld({ agents: ['cpus:1;mem:4096;disk:1000;ports:[31000-31100]'] });
  const db = sleeper('db', { cpus: 0.5 });
  accepted(
    world.createGroup('/shop', {
      apps: [db, sleeper('web', { cpus: 0.5, dependencies: ['db'], ...web })],
    }),
  );
  return world;
}

/** Drops the edge and what it leads to in one write. */
function drop(world: GroupWorld, web: AppWire): string {
  const apps = [sleeper('web', { dependencies: [], cmd: 'sleep 200', ...web })];
  return accepted(world.putGroup('/shop', { apps })).deploymentId;
}

function order(world: GroupWorld): readonly string[] {
  return world.events.flatMap((event) =>
    event.type === 'status_update_event' ? [`${event.appId} ${event.taskStatus}`] : [],
  );
}

describe('One write that drops an edge and what it leads to, on a full cluster', () => {
  it('ends: the removed one stops as soon as nobody who used it runs and its room is needed', () => {
    const world = fullWorld(STOP_FIRST);
    const before = order(world).length;
    const id = drop(world, { cpus: 1, ...STOP_FIRST });
    expect(world.state.rows.deployments.get(id)?.status).to.equal('succeeded');
    expect(world.conditions('/shop/web')).to.deep.equal({ Running: 1 });
    expect(world.instances('/shop/db')).to.deep.equal([]);
    expect(order(world).slice(before)).to.deep.equal([
      '/shop/web TASK_KILLED',
      '/shop/db TASK_KILLED',
      '/shop/web TASK_STARTING',
      '/shop/web TASK_RUNNING',
    ]);
  });

  it('lets it stop last where its room is not needed', () => {
    const world = fullWorld(STOP_FIRST);
    const before = order(world).length;
    drop(world, { cpus: 0.5, ...STOP_FIRST });
    expect(order(world).slice(before)).to.deep.equal([
      '/shop/web TASK_KILLED',
      '/shop/web TASK_STARTING',
      '/shop/web TASK_RUNNING',
      '/shop/db TASK_KILLED',
    ]);
  });

  it('waits, and stops nothing, while something of the old version serves that may use it', () => {
    const world = fullWorld({});
    const id = drop(world, { cpus: 0.5 });
    world.advance(seconds(3_600));
    expect(world.conditions('/shop/db')).to.deep.equal({ Running: 1 });
    expect(world.conditions('/shop/web')).to.deep.equal({ Running: 1, Scheduled: 1 });
    const deployment = world.state.rows.deployments.get(id);
    const waits =
      deployment && waitingOn(world.view, deployment, DEFAULT_SETTINGS, world.clock.now());
    const kept =
      '/shop/db, which is removed, makes room once no older version of /shop/web runs ' +
      '(minimumHealthCapacity keeps it)';
    expect(waits?.map(({ message }) => message)).to.include(
      `/shop/web: 1 instance waits for a place on an agent; ${kept}`,
    );
    const why = explainWhy({ state: world.view, now: world.clock.now() }, '/shop/web');
    expect(why?.causes.map(({ message }) => message)).to.include(kept);
    // Somebody who stops it by hand gets on.
    accepted(world.update('/shop/web', STOP_FIRST, true));
    expect(world.state.rows.deployments.get(id)?.status).to.equal('cancelled');
    expect(world.running).to.deep.equal([]);
    expect(world.appIds).to.deep.equal(['/shop/web']);
  });

  it('stops nothing where its room would not do either', () => {
    const world = fullWorld(STOP_FIRST);
    drop(world, { cpus: 2, ...STOP_FIRST });
    world.advance(seconds(3_600));
    expect(world.conditions('/shop/db')).to.deep.equal({ Running: 1 });
  });

  it('comes back when it is aborted, after it has made room for what then fails', () => {
    const world = fullWorld(STOP_FIRST);
    world.behaviour = (app) => (app === '/shop/web' ? { exit: 'TASK_FAILED' } : {});
    const id = drop(world, { cpus: 1, ...STOP_FIRST });
    expect(world.instances('/shop/db')).to.deep.equal([]);
    world.behaviour = () => ({});
    accepted(world.send({ kind: 'tendDeployment', id, order: 'abort' }));
    world.advance(seconds(60));
    expect(world.running).to.deep.equal([]);
    expect(world.conditions('/shop/db')).to.deep.equal({ Running: 1 });
    expect(world.conditions('/shop/web')).to.deep.equal({ Running: 1 });
    expect(world.state.rows.apps.get('/shop/web' as PathId)?.cpus).to.equal(0.5);
  });

  for (const [how, isStuck] of [
    ['aborted while its new version does not come up', true],
    ['undone when its new version runs', false],
  ] as const) {
    it(`comes back when it is ${how}: what took the room gives it back`, () => {
      const world = fullWorld(STOP_FIRST);
      world.behaviour = (app) => ({ stuck: isStuck && app === '/shop/web' });
      const id = drop(world, { cpus: 1, ...STOP_FIRST });
      expect(world.instances('/shop/db')).to.deep.equal([]);
      world.behaviour = () => ({});
      accepted(world.send({ kind: 'tendDeployment', id, order: isStuck ? 'abort' : 'undo' }));
      world.advance(seconds(60));
      expect(world.running).to.deep.equal([]);
      expect(world.conditions('/shop/db')).to.deep.equal({ Running: 1 });
      expect(world.conditions('/shop/web')).to.deep.equal({ Running: 1 });
    });
  }
});

describe('One write that adds what an app is to depend on, on a full cluster', () => {
  const AGENTS = ['cpus:1;mem:4096;disk:1000;ports:[31000-31100]'];

  /** `/shop/web` fills the only agent with two instances; then `/shop/db` is to come first. */
  function add(web: AppWire): GroupWorld {
    const world = new GroupWorld({ agents: AGENTS });
    const before = sleeper('web', { cpus: 0.4, instances: 2, ...web });
    accepted(world.createGroup('/shop', { apps: [before] }));
    const after = { ...before, cmd: 'sleep 200', cpus: 0.1, dependencies: ['db'] };
    accepted(world.putGroup('/shop', { apps: [sleeper('db', { cpus: 0.5 }), after] }));
    return world;
  }

  it('ends: as many old instances make room as the app can do without', () => {
    const half = { upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 } };
    const world = add(half);
    world.advance(seconds(60));
    expect(world.running).to.deep.equal([]);
    expect(world.conditions('/shop/db')).to.deep.equal({ Running: 1 });
    expect(world.conditions('/shop/web')).to.deep.equal({ Running: 2 });
  });

  it('waits, and stops nothing, where the app can do without none', () => {
    const world = add({});
    world.advance(seconds(3_600));
    expect(world.conditions('/shop/db')).to.deep.equal({ Scheduled: 1 });
    expect(world.conditions('/shop/web')).to.deep.equal({ Running: 2 });
  });

  it('runs the hooks before their stop first', () => {
    const half = { upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 } };
    const http = { url: 'http://127.0.0.1:1/', expect: 200 };
    const world = add({
      ...half,
      rollout: { strategy: 'rolling', hooks: [{ at: 'beforeStop', http }] },
    });
    expect(world.conditions('/shop/web')).to.deep.equal({ Running: 2 });
    const [deployment] = world.state.rows.deployments.by('status', 'running');
    const [run] = deployment?.hooks ?? [];
    expect(run).to.include({ at: 'beforeStop', app: '/shop/web', state: 'running' });
    const of = { deployment: deployment?.id ?? '', key: run?.key ?? '', attempt: 1 };
    world.inject({ kind: 'hookResult', ...of, ok: true, reason: 'HTTP status 200', output: '' });
    world.advance(seconds(60));
    expect(world.conditions('/shop/db')).to.deep.equal({ Running: 1 });
    expect(world.running).to.deep.equal([]);
  });
});

describe('A new version on a full cluster', () => {
  it('takes the place of an old one that does not serve, and waits for one that does', () => {
    for (const isStuck of [true, false]) {
      const world = new GroupWorld({ agents: ['cpus:1;mem:4096;disk:1000;ports:[31000-31100]'] });
      world.behaviour = () => ({ stuck: isStuck });
      world.create('/web', sleeper('/web', { cpus: 1 }));
      world.behaviour = () => ({});
      accepted(world.update('/web', { cmd: 'sleep 200' }, true));
      world.advance(seconds(60));
      const isOver = world.running.length === 0;
      expect([isOver, world.conditions('/web')]).to.deep.equal(
        isStuck ? [true, { Running: 1 }] : [false, { Running: 1, Scheduled: 1 }],
      );
    }
  });
});

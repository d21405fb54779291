import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { AppWire, PathId } from '../src/core/app/index.js';
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
});

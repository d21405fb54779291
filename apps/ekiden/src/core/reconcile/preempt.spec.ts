import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import { explainWhy } from '../why/index.js';

const ROOM = 'cpus:4;mem:4096;disk:1000;ports:[31000-31010]';
const APP: AppWire = { cmd: 'sleep 60', cpus: 1, mem: 32, portDefinitions: [] };

/** May lose all of its instances. */
const SPARE: AppWire = {
  ...APP,
  upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
};

const URGENT: AppWire = { ...APP, cpus: 2, priority: 10 };

function filled(batch: AppWire = SPARE, agents = 1): SmallWorld {
  const world = new SmallWorld({ agents: Array.from({ length: agents }, () => ROOM) });
  world.create('/batch', { ...batch, instances: 4 * agents });
  return world;
}

function running(world: SmallWorld, app: string): number {
  return world.conditions(app)['Running'] ?? 0;
}

function reasons(world: SmallWorld, app: string): readonly string[] {
  const report = explainWhy({ state: world.view, now: world.clock.now() }, app);
  return report?.causes.filter(({ kind }) => kind === 'preemption').map((c) => c.message) ?? [];
}

/** Who was told to leave, and who may stay after all. */
function notices(world: SmallWorld): readonly string[] {
  return world.events.flatMap((event) =>
    event.type === 'preemption_notice_event'
      ? [`${event.appId} ${event.state} for ${event.forApp}`]
      : [],
  );
}

describe('priority of apps', () => {
  it('gives notice, then makes room by as few as it takes, which wait and say why', () => {
    const world = filled();
    world.create('/urgent', URGENT);
    expect([running(world, '/urgent'), running(world, '/batch')]).to.deep.equal([0, 4]);
    expect(reasons(world, '/urgent')[0]).to.match(
      /^2 tasks of a lower priority make room for it by /,
    );
    expect(reasons(world, '/batch')[0]).to.match(
      /^2 instances make room for \/urgent, which has a/,
    );
    const notice = '/batch given for /urgent';
    expect(notices(world)).to.deep.equal([notice, notice]);
    world.advance(seconds(29));
    expect(running(world, '/batch')).to.equal(4);
    world.advance(seconds(2));
    expect(notices(world)).to.have.length(2);
    expect([running(world, '/urgent'), running(world, '/batch')]).to.deep.equal([1, 2]);
    expect(world.conditions('/batch')['Scheduled']).to.equal(2);
    expect(world.view.evictions.size).to.equal(0);
    // Nobody's fault: they come back as soon as there is room again, without delay.
    expect(world.view.launchDelays.size).to.equal(0);
    world.change({ kind: 'deleteApp', id: '/urgent' as PathId }, true);
    world.advance(seconds(10));
    expect(running(world, '/batch')).to.equal(4);
  });

  it('never for an equal priority, nor for a lower one', () => {
    const world = filled({ ...SPARE, priority: 10 });
    world.create('/urgent', URGENT);
    world.create('/later', { ...URGENT, priority: 5 });
    world.advance(seconds(300));
    expect([running(world, '/batch'), world.view.evictions.size]).to.deep.equal([4, 0]);
  });

  it('never below what an app promises', () => {
    const strategy = { minimumHealthCapacity: 0.75, maximumOverCapacity: 0 };
    const world = filled({ ...APP, upgradeStrategy: strategy });
    world.create('/urgent', URGENT);
    world.advance(seconds(300));
    expect([running(world, '/batch'), running(world, '/urgent')]).to.deep.equal([4, 0]);
    world.update('/urgent', { cpus: 1 }, true);
    world.advance(seconds(31));
    expect([running(world, '/batch'), running(world, '/urgent')]).to.deep.equal([3, 1]);
  });

  it('never where it would not fit all the same', () => {
    const world = filled();
    world.create('/choosy', { ...URGENT, constraints: [['rack', 'IS', 'r1']] });
    world.create('/huge', { ...URGENT, cpus: 5 });
    world.advance(seconds(300));
    expect([running(world, '/batch'), world.view.evictions.size]).to.deep.equal([4, 0]);
  });

  it('is taken back when the room is not needed any more', () => {
    const world = filled();
    world.create('/urgent', URGENT);
    expect(world.view.evictions.size).to.equal(2);
    world.change({ kind: 'deleteApp', id: '/urgent' as PathId }, true);
    expect(world.view.evictions.size).to.equal(0);
    const [given, taken] = ['given', 'withdrawn'].map((state) => `/batch ${state} for /urgent`);
    expect(notices(world)).to.deep.equal([given, given, taken, taken]);
    world.advance(seconds(60));
    expect(running(world, '/batch')).to.equal(4);
  });

  it('makes room for each instance that waits, on agents that nobody else takes meanwhile', () => {
    const world = filled(SPARE, 2);
    world.create('/urgent', { ...URGENT, instances: 2 });
    world.create('/others', { ...APP, instances: 2 });
    world.advance(seconds(40));
    expect([running(world, '/urgent'), running(world, '/batch')]).to.deep.equal([2, 4]);
    expect(running(world, '/others')).to.equal(0);
  });

  it('can be switched off, and decides only the order then', () => {
    const world = new SmallWorld({ agents: [ROOM], settings: { preemptionNotice: undefined } });
    world.create('/batch', { ...SPARE, instances: 6 });
    world.create('/urgent', URGENT);
    world.advance(seconds(120));
    expect(running(world, '/urgent')).to.equal(0);
    world.update('/batch', { instances: 3 }, true);
    world.update('/batch', { instances: 6 }, true);
    world.advance(seconds(10));
    expect(running(world, '/batch')).to.be.at.most(4);
  });

  it('changes without a restart of anything', () => {
    const world = filled();
    const before = world.instances('/batch').map(({ id }) => id);
    world.update('/batch', { priority: 3 });
    expect(world.instances('/batch').map(({ id }) => id)).to.deep.equal(before);
    expect(world.view.root.apps.get('/batch' as PathId)?.priority).to.equal(3);
  });
});

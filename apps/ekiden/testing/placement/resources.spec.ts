import { expect } from 'chai';
import { DEFAULT_SETTINGS } from '../../src/core/turn/index.js';
import { PlaceWorld, plainHosts } from './place-world.js';

describe('placing by resources', () => {
  it('RES-01: what does not fit any more waits for cpus', () => {
    const world = new PlaceWorld(plainHosts(1, 'cpus:2;mem:1024')).post('/web', 2, { cpus: 1.5 });
    expect(world.running('/web')).to.have.length(1);
    expect(world.queue('/web')).to.equal('1 InsufficientCpus x1');
  });

  for (const [wire, reason] of [
    [{ cpus: 1_000 }, 'InsufficientCpus'],
    [{ mem: 1_000_000 }, 'InsufficientMemory'],
    [{ disk: 1_000_000 }, 'InsufficientDisk'],
  ] as const) {
    it(`RES-02: ${JSON.stringify(wire)} fits nowhere: ${reason}`, () => {
      const world = new PlaceWorld(plainHosts(2)).post('/web', 1, wire);
      expect(world.queue('/web')).to.equal(`1 ${reason} x2`);
    });
  }

  it('RES-03: what accepts unreserved resources only does not get a role’s', () => {
    const reserved = 'cpus(dev):4;mem(dev):1024';
    const accepted = { acceptedResourceRoles: ['*'] };
    const world = new PlaceWorld(plainHosts(1, reserved)).post('/web', 1, accepted);
    expect(world.queue('/web')).to.equal('1 UnfulfilledRole x1');
    const dev = new PlaceWorld(plainHosts(1, reserved)).post('/dev/web', 1, { role: 'dev' });
    expect(dev.hosts('/dev/web')).to.equal('h1');
  });

  it('RES-08: another role replaces the instances under it', () => {
    const world = new PlaceWorld(plainHosts(1)).post('/dev/web', 2);
    const before = world.running('/dev/web').map(({ id }) => id);
    world.put('/dev/web', { role: 'dev' });
    expect(world.running('/dev/web')).to.have.length(2);
    expect(world.running('/dev/web').some(({ id }) => before.includes(id))).to.equal(false);
    const roles = [...world.world.state.master.state.tasks.values()].map(({ role }) => role);
    expect(new Set(roles)).to.deep.equal(new Set(['dev']));
  });

  const GPUS = 'cpus:4;mem:4096;gpus:2';

  it('RES-11: a host with idle GPUs is kept for those who use them, unless the app says otherwise', () => {
    const world = new PlaceWorld(plainHosts(1, GPUS)).post('/web', 1);
    expect(world.queue('/web')).to.equal('1 DeclinedScarceResources x1');
    expect(world.waiting('/web')?.agents[0]?.sentences.join()).to.match(
      /2 free here are kept .* GPU_SCHEDULING_BEHAVIOR=unrestricted/,
    );
    world.post('/any', 1, { labels: { GPU_SCHEDULING_BEHAVIOR: 'unrestricted' } });
    expect(world.hosts('/any')).to.equal('h1');
  });

  it('RES-11: a host whose GPUs are all in use is like any other', () => {
    const world = new PlaceWorld(plainHosts(1, GPUS), {
      apps: { ...DEFAULT_SETTINGS.apps, features: new Set(['gpu_resources'] as const) },
    });
    world.post('/train', 1, { gpus: 2 }).post('/web', 1);
    expect([world.hosts('/train'), world.hosts('/web')]).to.deep.equal(['h1', 'h1']);
  });

  it('RES-19: one offer gets a bounded number of launches at once, and the rest soon after', () => {
    const world = new PlaceWorld(plainHosts(1), { launchesPerOffer: 5 });
    world.post('/web', 20);
    expect(world.running('/web')).to.have.length(20);
    const stagedAt = world.world.performed.filter(({ kind }) => kind === 'launch').length;
    expect(stagedAt).to.equal(20);
  });

  it('RES-21: an app with much to place leaves places to another', () => {
    const one = 'cpus:1;mem:1024';
    const world = new PlaceWorld([]).post('/many', 100, { cpus: 1 });
    world.join(1, { resources: one });
    world.post('/few', 2, { cpus: 1 });
    for (let number = 2; number <= 5; number += 1) world.join(number, { resources: one });
    expect([world.running('/many').length, world.running('/few').length]).to.deep.equal([3, 2]);
  });
});

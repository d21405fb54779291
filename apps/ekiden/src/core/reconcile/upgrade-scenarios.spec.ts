import { expect } from 'chai';
import { seconds, type AgentId } from '@ekiden/kernel';
import { UpgradeWorld, WEB, type Shares, type Wish } from '../../../testing/upgrade-world.js';
import { explainQueue } from '../matching/index.js';

const ids = (instances: readonly { readonly id: string }[]): readonly string[] =>
  instances.map(({ id }) => id);

interface AtOnce {
  readonly id: string;
  readonly present: number;
  readonly shares: Shares;
  /** Given up and started in the first moment, before anything has died or come up. */
  readonly killed: number;
  readonly launched: number;
  /** Over the whole upgrade. */
  readonly most: number;
  readonly fewest: number;
  /** Wanted from the upgrade on, if not as before. */
  readonly wanted?: number;
}

const AT_ONCE: readonly AtOnce[] = [
  { id: 'UPG-01', present: 3, shares: [1, 1], killed: 0, launched: 3, most: 6, fewest: 3 },
  { id: 'UPG-02', present: 3, shares: [0.5, 0], killed: 1, launched: 0, most: 3, fewest: 2 },
  { id: 'UPG-03', present: 3, shares: [1, 0], killed: 0, launched: 1, most: 4, fewest: 3 },
  { id: 'UPG-04', present: 3, shares: [1, 0.7], killed: 0, launched: 2, most: 5, fewest: 3 },
  { id: 'UPG-06', present: 1, shares: [0.5, 0], killed: 0, launched: 1, most: 2, fewest: 1 },
  { id: 'UPG-07', present: 1, shares: [0, 0], killed: 1, launched: 0, most: 1, fewest: 0 },
  { id: 'UPG-08', present: 10, shares: [0.1, 1], killed: 9, launched: 10, most: 20, fewest: 1 },
  { id: 'UPG-09', present: 10, shares: [0.8, 0.2], killed: 2, launched: 2, most: 12, fewest: 8 },
  { id: 'UPG-11', present: 3, shares: [0.7, 0], killed: 0, launched: 1, most: 4, fewest: 3 },
  {
    id: 'UPG-12',
    present: 100,
    shares: [0.07, 0.15],
    killed: 93,
    launched: 15,
    most: 115,
    fewest: 7,
  },
  {
    id: 'UPG-14',
    present: 4,
    shares: [0.75, 1],
    killed: 0,
    launched: 8,
    most: 12,
    fewest: 4,
    wanted: 8,
  },
];

describe('rolling upgrades', () => {
  for (const row of AT_ONCE) {
    const { id, present, shares, killed, launched, most, fewest, wanted = present } = row;
    const size = present === wanted ? `${present}` : `${present} to ${wanted}`;
    it(`${id}: ${size} at (${shares.join(', ')}): ${killed} killed and ${launched} launched at once, at most ${most}, at least ${fewest} healthy`, () => {
      const world = new UpgradeWorld().post(present, { shares, cpus: 0.01, portDefinitions: [] });
      world.undying.add('v1');
      world.slow.add('v2');
      world.put({ cmd: 'v2', ...(wanted !== present && { instances: wanted }) });
      expect([world.killed().length, world.instances('v2').length]).to.deep.equal([
        killed,
        launched,
      ]);
      world.finish();
      expect([world.tally(), world.isDeploying]).to.deep.equal([`v2:${wanted}`, false]);
      expect([world.mostAlive, world.fewestHealthy]).to.deep.equal([most, fewest]);
    });
  }

  it('UPG-13: a version that is never healthy takes nothing from the old one, until it is', () => {
    const world = new UpgradeWorld().post(2, { shares: [1, 1], checked: true });
    const old = ids(world.instances());
    let broken = true;
    world.isWell = (one) => !broken || old.includes(one.id);
    world.put({ cmd: 'v2' });
    world.pass(6);
    expect(ids(world.healthy('v1'))).to.deep.equal(old);
    expect([world.tally(), world.isDeploying]).to.deep.equal(['v1:2 v2:2', true]);
    broken = false;
    world.finish();
    expect([world.tally(), world.isDeploying]).to.deep.equal(['v2:2', false]);
  });

  it('UPG-18: an old one that is killed meanwhile does not come back as it was', () => {
    const world = new UpgradeWorld().post(3, { shares: [0.5, 0] });
    world.slow.add('v2');
    world.put({ cmd: 'v2' });
    expect(world.tally()).to.equal('v1:2 v2:1');
    world.kill(world.healthy('v1')[0]);
    world.pass(2);
    expect(world.tally()).to.equal('v1:1 v2:2');
    world.finish();
    expect([world.tally(), world.mostAlive]).to.deep.equal(['v2:3', 3]);
  });

  it('UPG-19: a new one that is killed meanwhile comes back new, and no further old one goes', () => {
    const world = new UpgradeWorld().post(3, { shares: [1, 0] });
    world.slow.add('v2');
    world.put({ cmd: 'v2' });
    const [first] = world.instances('v2');
    if (first?.task) world.letGo(first.task.id);
    expect(world.tally()).to.equal('v1:2 v2:2');
    world.kill(world.healthy('v2')[0]);
    world.pass(2);
    expect(world.tally()).to.equal('v1:2 v2:2');
    expect(world.healthy('v1')).to.have.length(2);
    world.finish();
    expect([world.tally(), world.isDeploying]).to.deep.equal(['v2:3', false]);
    expect(world.mostAlive).to.equal(4);
  });

  it('UPG-21: a version that fits nowhere leaves all old ones, says why, and can be cancelled', () => {
    const world = new UpgradeWorld().post(3, { shares: [1, 0] });
    const old = ids(world.instances());
    const reply = world.put({ cmd: 'v2', cpus: 1000 });
    world.pass(4);
    expect(ids(world.healthy('v1'))).to.deep.equal(old);
    const [entry] = explainQueue(world.small.view, world.small.clock.now());
    expect(entry?.agents[0]?.sentences.join()).to.contain('cpus');
    expect(entry?.lastRefusals.InsufficientCpus).to.equal(1);
    if (reply.kind !== 'deployed') throw new Error(reply.kind);
    world.small.send({ kind: 'cancelDeployment', id: reply.deploymentId, force: false });
    expect([world.tally(), world.isDeploying]).to.deep.equal(['v1:3', false]);
    expect(ids(world.instances())).to.deep.equal(old);
  });

  it('UPG-23: superseded half way, both older versions are replaced within the bounds of the newest', () => {
    const world = halfDone([1, 0]);
    world.watch();
    world.put({ cmd: 'v3' }, true);
    world.finish();
    expect([world.tally(), world.isDeploying]).to.deep.equal(['v3:4', false]);
    expect([world.mostAlive, world.fewestHealthy]).to.deep.equal([5, 4]);
  });

  it('UPG-24: back to the first definition half way ends on it, within the bounds', () => {
    const world = halfDone([1, 0]);
    world.watch();
    world.put({ cmd: 'v1' }, true);
    world.finish();
    expect([world.tally(), world.isDeploying]).to.deep.equal(['v1:4', false]);
    expect([world.mostAlive, world.fewestHealthy]).to.deep.equal([5, 4]);
  });

  it('UPG-26: a restart replaces all instances within the bounds, as a new version of the same definition', () => {
    const world = new UpgradeWorld().post(2, { shares: [0.5, 0] });
    const before = world.small.view.root.apps.get(WEB);
    const old = ids(world.instances());
    world.small.advance(seconds(1));
    expect(world.restart().kind).to.equal('deployed');
    world.finish();
    const after = world.small.view.root.apps.get(WEB);
    expect(world.healthy()).to.have.length(2);
    expect(ids(world.instances()).filter((id) => old.includes(id))).to.deep.equal([]);
    expect(after?.version).to.be.greaterThan(before?.version ?? 0);
    const { version: _v, versionInfo: _i, ...same } = { ...after };
    const { version: _w, versionInfo: _j, ...was } = { ...before };
    expect(same).to.deep.equal(was);
    expect([world.mostAlive, world.fewestHealthy]).to.deep.equal([2, 1]);
  });

  it('UPG-27: a restart of nothing is over at once', () => {
    const world = new UpgradeWorld().post(0);
    expect(world.restart().kind).to.equal('deployed');
    expect([world.isDeploying, world.instances().length]).to.deep.equal([false, 0]);
  });

  it('UPG-28: there is nothing to restart where there is no app', () => {
    expect(new UpgradeWorld().restart('/nobody').kind).to.equal('notFound');
  });

  const edits: readonly (readonly [what: string, wish: Wish, restarts: boolean])[] = [
    ['labels', { labels: { team: 'a' } }, true],
    ['killSelection', { killSelection: 'OLDEST_FIRST' }, true],
    ['upgradeStrategy', { shares: [0.9, 0.1] }, true],
    ['unreachableStrategy', { unreachableStrategy: 'disabled' }, true],
    ['priority', { priority: 5 }, false],
    ['instances', { instances: 4 }, false],
    ['the same again', { cmd: 'v1' }, false],
  ];
  for (const [what, wish, restarts] of edits) {
    it(`UPG-29: ${what} ${restarts ? 'replaces all, as in Marathon' : 'replaces none'}`, () => {
      const world = new UpgradeWorld().post(3);
      const old = ids(world.instances());
      world.put(wish);
      world.finish();
      const kept = ids(world.instances()).filter((id) => old.includes(id));
      expect(kept).to.have.length(restarts ? 0 : 3);
    });
  }

  it('UPG-32: a host that is lost half way holds nothing up; what it gives back goes', () => {
    const agents = Array<string>(3).fill('cpus:4;mem:4096;ports:[31000-31100]');
    const world = new UpgradeWorld({ agents }).post(3, {
      shares: [1, 0],
      unreachableStrategy: { inactiveAfterSeconds: 1, expungeAfterSeconds: 10_000 },
    });
    world.slow.add('v2');
    world.put({ cmd: 'v2' });
    const host = world.healthy('v1').map(({ task }) => task?.agentId)[0] as AgentId;
    const [lost] = world.healthy('v1');
    world.small.lose(host, 'gone');
    world.finish();
    expect([world.tally(), world.isDeploying]).to.deep.equal(['v2:3', false]);
    world.small.giveBack(host);
    world.pass(2);
    expect(ids(world.alive())).to.not.include(lost?.id);
    expect(world.tally()).to.equal('v2:3');
  });

  it('UPG-33: a cluster without any room to spare upgrades in the slots that it frees', () => {
    const agents = Array<string>(2).fill('cpus:2;mem:4096;ports:[31000-31100]');
    const world = new UpgradeWorld({ agents }).post(4, { shares: [0.5, 0], cpus: 1 });
    world.put({ cmd: 'v2' });
    world.finish();
    expect([world.tally(), world.isDeploying]).to.deep.equal(['v2:4', false]);
    expect([world.mostAlive, world.fewestHealthy]).to.deep.equal([4, 2]);
  });
});

/** Four of `/web`, one of which is of the next version, and the second coming. */
function halfDone(shares: Shares): UpgradeWorld {
  const world = new UpgradeWorld().post(4, { shares });
  world.slow.add('v2');
  world.put({ cmd: 'v2' });
  const [first] = world.instances('v2');
  if (first?.task) world.letGo(first.task.id);
  expect(world.tally()).to.equal('v1:3 v2:2');
  return world;
}

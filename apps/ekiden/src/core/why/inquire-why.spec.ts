import { expect } from 'chai';
import { SmallWorld } from '../../../testing/small-world.js';
import type { PathId } from '../app/index.js';
import { explainWhy, inquireWhy } from './explain-why.js';
import type { ManyReport } from './report.js';

const WAITS = { cmd: 'sleep 1', cpus: 9, mem: 32, portDefinitions: [] };
const AGENTS = 250;

/** Three apps of one deployment that no agent has room for, and one that runs. */
function crowd(): SmallWorld {
  const agents = Array.from({ length: AGENTS }, () => 'cpus:1;mem:1024');
  const world = new SmallWorld({ agents });
  const apps = ['a', 'b', 'c'].map((id) => ({ ...WAITS, id }));
  const runs = { ...WAITS, id: 'runs', cpus: 0.1 };
  world.change({ kind: 'createGroup', id: '/shop' as PathId, group: { apps: [...apps, runs] } });
  return world;
}

describe('why, found out a little at a time', () => {
  const asked: readonly (readonly [string, (world: SmallWorld) => string])[] = [
    ['an app', () => '/shop/a'],
    ['a group', () => '/shop'],
    ['the deployment', (world) => world.view.deployments.by('status', 'running')[0]?.id ?? ''],
    ['an instance', (world) => world.view.instances.by('app', '/shop/a')[0]?.id ?? ''],
    ['what nobody knows', () => '/nobody'],
  ];
  for (const [name, idIn] of asked) {
    it(`is of ${name} the same as at once while nothing happens`, () => {
      const world = crowd();
      const id = idIn(world);
      const facts = { now: world.clock.now() };
      const inquiry = inquireWhy(facts, id);
      let found: ReturnType<typeof inquiry.goOn>;
      let looks = 0;
      for (; found === undefined; looks += 1) {
        found = inquiry.goOn({ state: world.view }, () => true);
      }
      expect(found.answer).to.deep.equal(explainWhy({ ...facts, state: world.view }, id));
      if (found.answer !== undefined) expect(looks).to.be.greaterThan(AGENTS / 50);
    });
  }

  it('leaves out what has gone meanwhile, and tells of the rest as it is by then', () => {
    const world = crowd();
    const inquiry = inquireWhy({ now: world.clock.now() }, '/shop');
    expect(inquiry.goOn({ state: world.view }, () => true)).to.equal(undefined);
    world.change({ kind: 'deleteApp', id: '/shop/b' as PathId }, true);
    world.update('/shop/c', { ...WAITS, instances: 4 }, true);
    const found = inquiry.goOn({ state: world.view }, () => false);
    const { parts } = found?.answer as ManyReport;
    expect(parts.map(({ id, counts }) => [id, counts.waiting])).to.deep.equal([
      ['/shop/a', 1],
      ['/shop/c', 4],
    ]);
  });
});

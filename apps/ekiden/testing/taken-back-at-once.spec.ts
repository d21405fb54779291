import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import type { GroupWire } from '../src/core/group/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';
import { overCapacity } from './world/checkers/instance-checkers.js';
import { MemoryStore } from './world/memory-store.js';

function load(instances: number): GroupWire {
  const unreachableStrategy = { inactiveAfterSeconds: 30, expungeAfterSeconds: 120 };
  const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 };
  return { apps: [sleeper('load', { instances, unreachableStrategy, upgradeStrategy })] };
}

/*
 * In one turn its first instances are written off, others are made in their place, and nothing has
 * moved for so long that the scaling is taken back; the way back waits for its hook.
 */
describe('a scaling that is taken back in the turn in which it is acted on', () => {
  it('has begun what it asked for, which is not too much', () => {
    const world = new RolloutWorld();
    world.behaviour = () => ({ stuck: true });
    accepted(world.putGroup('/shop', load(0)));
    world.setRollout('/shop', {
      onFailure: 'rollback',
      progressDeadlineSeconds: 30,
      hooks: [{ at: 'beforeStart', command: ['./x'], timeoutSeconds: 3_000, onFailure: 'abort' }],
    });
    const breaches: string[] = [];
    const store = new MemoryStore();
    world.onDecided = (turn) => {
      const { state, clock } = world;
      breaches.push(...overCapacity.check({ now: clock.now(), state, turn, store }));
    };
    const { deploymentId } = accepted(world.putGroup('/shop', load(2)));
    for (const { id } of world.agents) {
      world.lose(id, 'cut off');
    }
    world.clock.advance(seconds(90));
    world.hear({ kind: 'wake' });
    expect(world.deploymentOf(deploymentId).status).to.equal('failed');
    expect(world.conditions('/shop/load')).to.deep.equal({ UnreachableInactive: 2, Scheduled: 2 });
    expect(breaches).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const STORE = '/shop/store';
const VOLUMES = [{ containerPath: 'data', mode: 'RW', persistent: { size: 100 } }] as const;
const DATA = { role: 'shop', container: { type: 'MESOS', volumes: VOLUMES } } as const;

describe('an app that is made anew while what it was is being stopped', () => {
  it('is replaced in its place where that keeps data: it stays there once', () => {
    const shop = new RolloutWorld({ agents: ['cpus:4;mem:4096;disk:10000;ports:[31000-31999]'] });
    shop.create(STORE, sleeper(STORE, { instances: 2, ...DATA }));
    shop.setRollout('/shop', { strategy: 'blueGreen' });
    shop.behaviour = () => ({ immortal: true });
    accepted(shop.change({ kind: 'deleteApp', id: STORE as never }));
    const reply = shop.update(STORE, sleeper(STORE, { instances: 2 }), true);
    expect(shop.deployment(reply).plan.rollouts ?? []).to.deep.equal([]);
    shop.behaviour = () => ({});
    shop.advance(seconds(60));
    expect(shop.deployment(reply).status).to.equal('succeeded');
    expect(shop.conditions(STORE)).to.deep.equal({ Running: 2 });
  });
});

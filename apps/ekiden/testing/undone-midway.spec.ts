import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const WEB = '/t/web';

describe('Undoing what was ended by force on its way', () => {
  it('goes on in place where some of what it goes back to is live', () => {
    const world = new RolloutWorld();
    world.setRollout('/t', { strategy: 'blueGreen' });
    accepted(world.create(WEB, sleeper(WEB, { instances: 3 })));
    const id = accepted(world.update(WEB, { cmd: 'sleep 200' })).deploymentId;
    world.command({ kind: 'cancelDeployment', id, force: true });
    const back = accepted(world.command({ kind: 'tendDeployment', id, order: 'undo' }));
    world.settle();
    expect(world.deploymentOf(back.deploymentId)).to.not.have.property('rollouts');
    world.advance(seconds(10));
    expect(world.deploymentOf(back.deploymentId).status).to.equal('succeeded');
    expect(world.conditions(WEB)).to.deep.equal({ Running: 3 });
    expect(world.beside(WEB)).to.deep.equal([]);
  });
});

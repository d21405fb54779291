import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { SmallWorld } from './small-world.js';

describe('the thin line', () => {
  it('runs a posted app to the end of its deployment', () => {
    const world = new SmallWorld();
    const reply = world.create('/hello', { cmd: 'sleep 100', instances: 3, cpus: 0.1 });
    expect(reply.kind).to.equal('deployed');
    expect(world.conditions('/hello')).to.deep.equal({ Running: 3 });
    expect(
      world.eventTypes('deployment_info', 'deployment_step_success', 'deployment_success'),
    ).to.deep.equal([
      'deployment_info',
      'deployment_step_success',
      'deployment_info',
      'deployment_step_success',
      'deployment_success',
    ]);
  });

  it('scales, updates and deletes', () => {
    const world = new SmallWorld();
    world.create('/hello', { cmd: 'sleep 100', instances: 3, cpus: 0.1 });
    const before = world.instances('/hello').map(({ id }) => id);
    world.update('/hello', { instances: 5 });
    expect(world.conditions('/hello')).to.deep.equal({ Running: 5 });
    world.update('/hello', { instances: 2 });
    expect(world.conditions('/hello')).to.deep.equal({ Running: 2 });
    expect(before).to.include.members(world.instances('/hello').map(({ id }) => id));
    world.update('/hello', { cmd: 'sleep 200' });
    expect(world.conditions('/hello')).to.deep.equal({ Running: 2 });
    const after = world.instances('/hello').map(({ id }) => id);
    expect(before.filter((id) => after.includes(id))).to.deep.equal([]);
    world.change({ kind: 'deleteApp', id: '/hello' as never });
    expect(world.conditions('/hello')).to.deep.equal({});
    expect(world.tasks.size).to.equal(0);
  });

  it('backs off an app that keeps crashing', () => {
    const world = new SmallWorld();
    world.behaviour = () => ({ exit: 'TASK_FAILED' });
    world.create('/crash', { cmd: 'exit 1', backoffSeconds: 1, backoffFactor: 2, cpus: 0.1 });
    expect(world.instances('/crash')[0]?.incarnation).to.equal(1);
    world.advance(seconds(1.5));
    expect(world.instances('/crash')[0]?.incarnation).to.equal(2);
    world.advance(seconds(2));
    expect(world.instances('/crash')[0]?.incarnation).to.equal(3);
    world.advance(seconds(3.4));
    expect(world.instances('/crash')[0]?.incarnation).to.equal(3);
  });
});

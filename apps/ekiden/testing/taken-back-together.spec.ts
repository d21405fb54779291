import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const rollout = { onFailure: 'rollback', progressDeadlineSeconds: 30 } as const;

describe('deployments that are taken back in one turn', () => {
  it('are taken back in the order in which they were said, whatever their apps are called', () => {
    const world = new RolloutWorld();
    world.behaviour = () => ({ stuck: true });
    const said = ['/z', '/m', '/a'].map((group) => {
      accepted(world.putGroup(group, { apps: [sleeper('load', { instances: 0 })], rollout }));
      const grown = { apps: [sleeper('load', { instances: 1 })], rollout };
      return accepted(world.putGroup(group, grown)).deploymentId;
    });
    const failed: string[] = [];
    world.onDecided = ({ draft }) => {
      for (const event of draft.events) {
        if (event.type === 'deployment_failed') failed.push(event.id);
      }
    };
    world.clock.advance(seconds(31));
    world.hear({ kind: 'wake' });
    expect(failed).to.deep.equal(said);
  });
});

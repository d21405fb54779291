import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { waitingOn } from '../src/core/reconcile/index.js';
import { DEFAULT_SETTINGS } from '../src/core/turn/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

const WEB = '/t/web';

/** `/t/web` has a service port; its router says nothing, as one does that knows of later routes. */
function worldWith(onFailure: 'pause' | 'rollback'): RolloutWorld {
  const world = new RolloutWorld({ settings: { hasRouter: true } });
  world.setRollout('/t', {
    strategy: 'blueGreen',
    blueGreen: {
      previewInstances: null,
      promotion: 'automatic',
      promotionDeadlineSeconds: 3_600,
      holdSeconds: 300,
    },
    progressDeadlineSeconds: 100,
    drainSeconds: 20,
    onFailure,
  });
  accepted(world.create(WEB, sleeper(WEB, { instances: 2, portDefinitions: [{ port: 10_000 }] })));
  world.hear({ kind: 'routesConfirmed', epoch: 1, generation: world.state.turn, draining: [] });
  world.settle();
  return world;
}

describe('A switch that no router confirms', () => {
  it('pauses at its deadline and says what it waits for, with the old version live', () => {
    const world = worldWith('pause');
    const id = accepted(world.update(WEB, { cmd: 'sleep 200' })).deploymentId;
    expect(world.deploymentOf(id).rollouts?.[0]?.phase).to.equal('switching');
    const waits = waitingOn(
      world.view,
      world.deploymentOf(id),
      DEFAULT_SETTINGS,
      world.clock.now(),
    );
    expect(waits.map(({ kind }) => kind)).to.deep.equal(['router']);
    world.advance(seconds(130));
    expect(world.deploymentOf(id).paused?.reason).to.equal(
      'nothing has moved for 100 s: /t: the router has not confirmed yet that it leads to the new version',
    );
    expect(world.conditions(WEB)).to.deep.equal({ Running: 2 });
  });

  it('is taken back where its rollout says so, and no drain waits for that router for ever', () => {
    const world = worldWith('rollback');
    const id = accepted(world.update(WEB, { cmd: 'sleep 200' })).deploymentId;
    world.advance(seconds(130));
    expect(world.deploymentOf(id).status).to.equal('failed');
    world.advance(seconds(30));
    expect(world.beside(WEB)).to.deep.equal([]);
    expect(world.conditions(WEB)).to.deep.equal({ Running: 2 });
    expect(world.state.rows.deployments.by('status', 'running')).to.deep.equal([]);
    expect(world.tasks.size).to.equal(2);
  });
});

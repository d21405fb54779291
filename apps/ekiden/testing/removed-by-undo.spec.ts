import { expect } from 'chai';
import type { AppWire } from '../src/core/app/index.js';
import type { GroupWire } from '../src/core/group/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';
import { minimumHealth } from './world/checkers/instance-checkers.js';
import { MemoryStore } from './world/memory-store.js';

function shop(cmd: string, apps: readonly AppWire[]): GroupWire {
  return { apps, groups: [{ id: 'held', apps: [sleeper('other', { cmd })] }] };
}

function web(cmd: string): AppWire {
  const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 1 };
  return sleeper('web', { cmd, instances: 2, upgradeStrategy });
}

/*
 * An app that an upgrade has found ready to lose an old instance is removed in that very turn, as
 * the deployment that has brought it is taken back: what goes with the app is not the upgrade's.
 */
describe('an upgrade of an app that its own way back removes', () => {
  it('leaves as many as it promised', () => {
    const world = new RolloutWorld();
    accepted(world.putGroup('/shop', shop('sleep 1', [])));
    const http = { url: 'http://hooks.test', expect: 200 };
    world.setRollout('/shop/held', {
      onFailure: 'rollback',
      hooks: [{ at: 'beforeStart', http, timeoutSeconds: 300, onFailure: 'abort' }],
    });
    // One comes up by itself, so that what makes the app is not done when the upgrade takes over.
    let isFirst = true;
    world.behaviour = (app) => {
      const stuck = app === '/shop/web' && !isFirst;
      isFirst &&= app !== '/shop/web';
      return { stuck };
    };
    accepted(world.putGroup('/shop', shop('sleep 1', [web('sleep 10')])));
    const upgrade = world.putGroup('/shop', shop('sleep 2', [web('sleep 20')]), true);
    const { id, hooks = [] } = world.deployment(upgrade);
    expect(world.conditions('/shop/web')).to.deep.equal({ Running: 1, Starting: 3 });

    const breaches: string[] = [];
    const kills: string[] = [];
    const store = new MemoryStore();
    world.onDecided = (turn) => {
      const { state, clock } = world;
      breaches.push(...minimumHealth.check({ now: clock.now(), state, turn, store }));
      for (const [, row] of turn.draft.instances.changes()) kills.push(row?.kill?.reason ?? '-');
    };
    for (const { task, condition } of world.instances('/shop/web')) {
      if (task !== undefined && condition === 'Starting') world.report(task.id, 'TASK_RUNNING');
    }
    const call = { deployment: id, key: hooks[0]?.key ?? '', attempt: 1 };
    world.hear({ kind: 'hookResult', ...call, ok: false, reason: 'no', output: '' });

    expect(world.deploymentOf(id).status).to.equal('failed');
    expect(world.appIds).to.deep.equal(['/shop/held/other']);
    expect(kills).to.include.members(['upgrading', 'deletingApp']);
    expect(breaches).to.deep.equal([]);
  });
});

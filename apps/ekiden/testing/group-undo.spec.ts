import { expect } from 'chai';
import type { PathId } from '../src/core/app/index.js';
import type { Reply } from '../src/core/turn/index.js';
import { GroupWorld, accepted, sleeper } from './group-world.js';

/** Tasks of apps named so never come up. */
function worldWithStuck(): GroupWorld {
  const world = new GroupWorld();
  world.behaviour = (app) => ({ stuck: app.endsWith('/stuck') });
  return world;
}

function undo(world: GroupWorld, reply: Reply): void {
  const { deploymentId } = accepted(reply);
  accepted(world.send({ kind: 'cancelDeployment', id: deploymentId, force: false }));
  expect(world.running).to.not.include(deploymentId);
}

describe('undoing a change of groups', () => {
  it('keeps a group that somebody else has put an app into', () => {
    const world = worldWithStuck();
    const first = world.createGroup('/n', { apps: [sleeper('stuck')] });
    accepted(world.create('/n/other', sleeper('/n/other')));
    undo(world, first);
    expect([world.appIds, world.groupIds]).to.deep.equal([['/n/other'], ['/n']]);
  });

  it('keeps a group that somebody else has put a group into', () => {
    const world = worldWithStuck();
    const first = world.createGroup('/n', { apps: [sleeper('stuck')] });
    accepted(world.createGroup('/n/child', {}));
    undo(world, first);
    expect([world.appIds, world.groupIds]).to.deep.equal([[], ['/n', '/n/child']]);
  });

  it('removes an empty group it made beside other things', () => {
    const world = worldWithStuck();
    accepted(world.createGroup('/m', {}));
    const groups = [{ id: 'm', apps: [sleeper('stuck')] }, { id: 'n' }];
    const first = world.putGroup('/', { groups });
    expect(world.groupIds).to.deep.equal(['/m', '/n']);
    undo(world, first);
    expect([world.appIds, world.groupIds]).to.deep.equal([[], ['/m']]);
  });

  it('takes back its own dependencies and keeps those of others', () => {
    const world = worldWithStuck();
    const groups = ['1', '2', '3', '4'].map((id) => ({ id, apps: [sleeper('a')] }));
    accepted(
      world.putGroup('/', { groups: [...groups, { id: 'g', dependencies: ['../1', '../2'] }] }),
    );
    const put = (dependencies: readonly string[], apps = [sleeper('stuck')]): Reply =>
      world.putGroup('/g', { dependencies, apps });
    accepted(put(['/1', '/2'], []));
    const first = put(['/2', '/3']);
    accepted(world.putGroup('/g', { dependencies: ['/2', '/3', '/4'] }));
    undo(world, first);
    const kept = world.state.rows.groups.get('/g' as PathId)?.dependencies;
    expect([...(kept ?? [])].sort()).to.deep.equal(['/1', '/2', '/4']);
  });

  it('brings back a deleted group with everything below', () => {
    const world = worldWithStuck();
    const apps = [sleeper('a', { instances: 2 }), sleeper('b', { dependencies: ['a'] })];
    accepted(world.createGroup('/g', { groups: [{ id: 'x', apps }, { id: 'empty' }] }));
    world.behaviour = () => ({ immortal: true });
    const deletion = world.deleteGroup('/g');
    expect([world.appIds, world.groupIds]).to.deep.equal([[], []]);
    world.behaviour = () => ({});
    undo(world, deletion);
    expect(world.appIds).to.deep.equal(['/g/x/a', '/g/x/b']);
    expect(world.groupIds).to.deep.equal(['/g', '/g/empty', '/g/x']);
  });
});

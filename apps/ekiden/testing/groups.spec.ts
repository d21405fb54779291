import { expect } from 'chai';
import type { PathId } from '../src/core/app/index.js';
import { GroupWorld, accepted, sleeper, violationsIn } from './group-world.js';

const TWO = { apps: [sleeper('a', { instances: 2 }), sleeper('b')] };

function withTwo(): GroupWorld {
  const world = new GroupWorld();
  accepted(world.createGroup('/g', TWO));
  return world;
}

describe('groups', () => {
  it('are created empty, once, and deleted', () => {
    const world = new GroupWorld();
    accepted(world.createGroup('/g', {}));
    expect(world.groupIds).to.deep.equal(['/g']);
    expect(world.createGroup('/g', {})).to.deep.equal({
      kind: 'exists',
      message: 'Group /g is already created. Use PUT to change this group.',
    });
    expect(world.createGroup('/', {}).kind).to.equal('exists');
    accepted(world.deleteGroup('/g'));
    expect(world.groupIds).to.deep.equal([]);
    expect(world.deleteGroup('/g')).to.deep.equal({
      kind: 'notFound',
      message: "Group '/g' does not exist",
    });
    expect(world.running).to.deep.equal([]);
  });

  it('are not created where an app is', () => {
    const world = new GroupWorld();
    world.create('/g', sleeper('/g'));
    expect(world.createGroup('/g', {})).to.deep.equal({
      kind: 'exists',
      message: 'An app with the path /g already exists.',
    });
    expect(violationsIn(world.createGroup('/g/x', {})).map(({ message }) => message)).to.deep.equal(
      ['Groups and Applications may not have the same identifier.', "'/g' would be both"],
    );
  });

  it('give way to an app only where nothing lives in them, however deep', () => {
    const world = new GroupWorld();
    accepted(world.create('/g/b/c', sleeper('/g/b/c')));
    expect(
      violationsIn(world.create('/g', sleeper('/g'))).map(({ message }) => message),
    ).to.include("'/g' would be both");
    expect(world.groupIds).to.deep.equal(['/g', '/g/b']);
  });

  it('start all their apps in one deployment', () => {
    const world = withTwo();
    expect(world.conditions('/g/a')).to.deep.equal({ Running: 2 });
    expect(world.conditions('/g/b')).to.deep.equal({ Running: 1 });
    expect(world.eventTypes('deployment_success')).to.have.length(1);
    expect(world.state.rows.groups.get('/g' as PathId)?.enforceRole).to.equal(false);
  });

  it('take no step and replace nothing when the same is put again', () => {
    const world = withTwo();
    const before = world.instanceIds('/g/a');
    expect(world.stepsTaken(world.putGroup('/g', TWO))).to.deep.equal([]);
    expect(world.instanceIds('/g/a')).to.deep.equal(before);
    expect(world.running).to.deep.equal([]);
  });

  it('upgrade one app and leave the others alone', () => {
    const world = withTwo();
    const [a, b] = [world.instanceIds('/g/a'), world.instanceIds('/g/b')];
    const changed = { apps: [sleeper('a', { instances: 2, cmd: 'sleep 200' }), sleeper('b')] };
    expect(world.stepsTaken(world.putGroup('/g', changed))).to.deep.equal(['restart /g/a']);
    expect(world.instanceIds('/g/b')).to.deep.equal(b);
    expect(world.instanceIds('/g/a').filter((id) => a.includes(id))).to.deep.equal([]);
    expect(world.conditions('/g/a')).to.deep.equal({ Running: 2 });
  });

  it('stop an app that is left out', () => {
    const world = withTwo();
    const a = world.instanceIds('/g/a');
    accepted(world.putGroup('/g', { apps: [sleeper('a', { instances: 2 })] }));
    expect(world.appIds).to.deep.equal(['/g/a']);
    expect(world.instances('/g/b')).to.deep.equal([]);
    expect(world.instanceIds('/g/a')).to.deep.equal(a);
  });

  it('scale, rounded up, from what each app has', () => {
    const world = withTwo();
    world.update('/g/a', { instances: 3 });
    expect(world.stepsTaken(world.scaleGroup('/g', 1.5))).to.deep.equal(['scale /g/a /g/b']);
    expect(world.conditions('/g/a')).to.deep.equal({ Running: 5 });
    expect(world.conditions('/g/b')).to.deep.equal({ Running: 2 });
    expect(world.scaleGroup('/h', 2).kind).to.equal('notFound');
    expect(violationsIn(world.scaleGroup('/g', 1e9))[0]?.path).to.equal('/scaleBy');
  });

  it('are restored with everything below, and nothing else', () => {
    const world = withTwo();
    const before = world.snapshotOf('/g');
    const command = (): unknown => world.state.rows.apps.get('/g/a' as PathId)?.cmd;
    accepted(
      world.putGroup('/g', {
        apps: [sleeper('a', { cmd: 'sleep 200' })],
        groups: [{ id: 'x', apps: [sleeper('c')] }],
      }),
    );
    expect([command(), world.appIds]).to.deep.equal(['sleep 200', ['/g/a', '/g/x/c']]);
    accepted(world.change(before));
    expect([command(), world.appIds]).to.deep.equal(['sleep 100', ['/g/a', '/g/b']]);
    expect(world.groupIds).to.deep.equal(['/g']);
    expect(world.conditions('/g/a')).to.deep.equal({ Running: 2 });
    accepted(world.deleteGroup('/g'));
    accepted(world.change(before));
    expect(world.appIds).to.deep.equal(['/g/a', '/g/b']);
  });

  it('are not restored to a version they are not part of', () => {
    const change = { ...withTwo().snapshotOf('/g'), snapshot: undefined, version: 0 };
    expect(withTwo().change(change as never)).to.deep.equal({
      kind: 'unprocessable',
      message: 'Group /g not available in version 1970-01-01T00:00:00.000Z',
    });
  });

  it('say what a dry run would do and do nothing', () => {
    const world = withTwo();
    const { rootVersion, turn } = world.state;
    const group = { apps: [sleeper('a', { cmd: 'x 1' }), sleeper('c', { dependencies: ['a'] })] };
    const steps = world.planOf({ kind: 'updateGroup', id: '/g' as PathId, group });
    expect(steps).to.deep.equal(['stop /g/b', 'start /g/c', 'restart /g/a', 'scale /g/c']);
    expect([world.state.rootVersion, world.state.turn]).to.deep.equal([rootVersion, turn]);
    expect(world.appIds).to.deep.equal(['/g/a', '/g/b']);
    expect(world.state.rows.deployments.size).to.equal(1);
  });

  it('enforce roles by a change of their own that deploys nothing', () => {
    const world = new GroupWorld();
    accepted(world.createGroup('/top/sub', {}));
    const { rootVersion } = world.state;
    const enforce = (group: string) =>
      world.send({ kind: 'enforceRole', group: group as PathId, enforceRole: true });
    expect(enforce('/top')).to.deep.equal({ kind: 'done' });
    expect(world.state.rows.groups.get('/top' as PathId)?.enforceRole).to.equal(true);
    expect(world.state.rootVersion).to.equal(rootVersion);
    expect(violationsIn(enforce('/top/sub'))).to.deep.equal([
      { path: '/', message: 'Path needs to be top-level' },
    ]);
    expect(enforce('/none').kind).to.equal('notFound');
  });

  it('are locked app by app, unless forced', () => {
    const world = new GroupWorld();
    world.behaviour = () => ({ stuck: true });
    const { deploymentId } = accepted(world.createGroup('/g', TWO));
    expect(world.deleteGroup('/g')).to.deep.equal({ kind: 'locked', deployments: [deploymentId] });
    accepted(world.putGroup('/g/empty', {}));
    accepted(world.deleteGroup('/g', true));
    expect([world.appIds, world.groupIds, world.tasks.size]).to.deep.equal([[], [], 0]);
  });

  it('are all emptied with the root', () => {
    const world = withTwo();
    world.create('/top', sleeper('/top'));
    accepted(world.deleteGroup('/'));
    expect([world.appIds, world.groupIds, world.tasks.size]).to.deep.equal([[], [], 0]);
  });
});

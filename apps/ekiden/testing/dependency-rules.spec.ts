import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { PathId } from '../src/core/app/index.js';
import { waitingOn } from '../src/core/reconcile/index.js';
import { DEFAULT_SETTINGS } from '../src/core/turn/index.js';
import { GroupWorld, accepted, sleeper, violationsIn } from './group-world.js';

const WEB_ON_DB = sleeper('web', { dependencies: ['db'] });

function stuckWorld(...stuck: readonly string[]): GroupWorld {
  const world = new GroupWorld();
  world.behaviour = (app) => ({ stuck: stuck.includes(app) });
  return world;
}

function heal(world: GroupWorld, app: string): void {
  world.behaviour = () => ({});
  for (const { task } of world.instances(app)) {
    if (task !== undefined) world.report(task.id, 'TASK_RUNNING');
  }
  world.settle();
  world.advance(seconds(600));
}

function waits(world: GroupWorld, id: string): string[] {
  const deployment = world.state.rows.deployments.get(id);
  if (deployment === undefined) throw new Error(`no deployment ${id}`);
  return waitingOn(world.view, deployment, DEFAULT_SETTINGS, world.clock.now()).map(
    ({ message }) => message,
  );
}

function statusOf(world: GroupWorld, id: string): string | undefined {
  return world.state.rows.deployments.get(id)?.status;
}

describe('Dependencies with a rule', () => {
  it('an app whose own dependencies are up does not wait for the rest of the step before', () => {
    const world = stuckWorld('/g/bad');
    const { deploymentId } = accepted(
      world.putGroup('/g', {
        apps: [
          sleeper('bad'),
          sleeper('hurt', { dependencies: ['bad'] }),
          sleeper('good'),
          sleeper('front', { dependencies: ['good'] }),
          sleeper('edge', { dependencies: ['front'] }),
        ],
      }),
    );
    expect(world.conditions('/g/front')).to.deep.equal({ Running: 1 });
    expect(world.conditions('/g/edge')).to.deep.equal({ Running: 1 });
    expect(world.conditions('/g/hurt')).to.deep.equal({});
    expect(waits(world, deploymentId)).to.deep.equal([
      '/g/bad: 1 instance is being started',
      '/g/hurt waits until /g/bad is up',
    ]);
    heal(world, '/g/bad');
    expect(world.conditions('/g/hurt')).to.deep.equal({ Running: 1 });
    expect(world.running).to.deep.equal([]);
  });

  it('what has gone ahead goes on under a new leader', () => {
    const world = stuckWorld('/g/bad', '/g/front');
    accepted(
      world.putGroup('/g', {
        apps: [sleeper('bad'), sleeper('good'), sleeper('front', { dependencies: ['good'] })],
      }),
    );
    const before = world.instanceIds('/g/front');
    world.newTerm();
    expect(world.instanceIds('/g/front')).to.deep.equal(before);
    heal(world, '/g/bad');
    heal(world, '/g/front');
    expect(world.running).to.deep.equal([]);
  });

  it('`started` lets it start beside a dependency that is not healthy yet', () => {
    const world = new GroupWorld();
    const db = sleeper('db', { healthChecks: [{ protocol: 'COMMAND', command: { value: 'x' } }] });
    accepted(
      world.putGroup('/g', {
        apps: [
          db,
          { ...WEB_ON_DB, dependencyRules: { db: { condition: 'started' } } },
          sleeper('late', {
            dependencies: ['db'],
            dependencyRules: { db: { condition: 'healthy' } },
          }),
        ],
      }),
    );
    expect(world.conditions('/g/web')).to.deep.equal({ Running: 1 });
    expect(world.conditions('/g/late')).to.deep.equal({});
  });

  it('`continue` goes on without it at the deadline, counted from its turn', () => {
    const world = stuckWorld('/g/db');
    const rule = { onFailure: 'continue', deadlineSeconds: 30 } as const;
    accepted(
      world.putGroup('/g', {
        apps: [sleeper('db'), { ...WEB_ON_DB, dependencyRules: { db: rule } }],
      }),
    );
    world.advance(seconds(29));
    expect(world.conditions('/g/web')).to.deep.equal({});
    world.advance(seconds(2));
    expect(world.conditions('/g/web')).to.deep.equal({ Running: 1 });
    heal(world, '/g/db');
    expect(world.running).to.deep.equal([]);
  });

  it('`fail` takes the whole deployment back at the deadline, and says why', () => {
    const world = new GroupWorld();
    accepted(world.putGroup('/g', { apps: [sleeper('db'), WEB_ON_DB] }));
    const before = world.instanceIds('/g/web');
    world.behaviour = (app) => ({ stuck: app === '/g/db' });
    const rule = { onFailure: 'fail', deadlineSeconds: 30 } as const;
    const { deploymentId } = accepted(
      world.putGroup('/g', {
        apps: [
          sleeper('db', { cmd: 'sleep 2' }),
          { ...WEB_ON_DB, cmd: 'sleep 2', dependencyRules: { db: rule } },
        ],
      }),
    );
    world.advance(seconds(31));
    const failed = world.state.rows.deployments.get(deploymentId);
    expect(failed?.status).to.equal('cancelled');
    expect(failed?.reason).to.equal(
      "'/g/db' was not up after 30 s, and '/g/web' does not go without it",
    );
    expect(world.running).to.deep.equal([]);
    expect(world.instanceIds('/g/web')).to.deep.equal(before);
    expect(world.state.rows.apps.get('/g/db' as never)?.cmd).to.equal('sleep 100');
  });

  it('a pause does not count: resumed, it has the rest of its time', () => {
    const world = new GroupWorld();
    accepted(world.putGroup('/g', { apps: [sleeper('db'), WEB_ON_DB] }));
    world.behaviour = (app) => ({ stuck: app === '/g/db' });
    const entries = ['/g/db', '/g/web'].map((id) => ({
      id: id as PathId,
      app: { cmd: 'sleep 2' },
    }));
    const rule = { onFailure: 'fail', deadlineSeconds: 30 } as const;
    accepted(world.update('/g/web', { dependencyRules: { '/g/db': rule } }));
    const upgrade = { kind: 'upsertApps', entries, partial: true, mustExist: true } as const;
    const { deploymentId: id } = accepted(world.change(upgrade));
    world.advance(seconds(20));
    world.send({ kind: 'tendDeployment', id, order: 'pause' });
    world.advance(seconds(300));
    world.send({ kind: 'tendDeployment', id, order: 'resume' });
    world.advance(seconds(9));
    expect(statusOf(world, id)).to.equal('running');
    world.advance(seconds(2));
    expect(statusOf(world, id)).to.equal('cancelled');
  });

  it('what failed and could not be taken back has all its time again when it is resumed', () => {
    const world = stuckWorld('/g/db');
    const rule = { onFailure: 'fail', deadlineSeconds: 30 } as const;
    const apps = [sleeper('db'), { ...WEB_ON_DB, dependencyRules: { db: rule } }];
    const { deploymentId: id } = accepted(world.putGroup('/g', { apps }));
    world.advance(seconds(20));
    // As if it could not be taken back.
    const row = world.state.rows.deployments.get(id);
    const paused = { since: world.clock.now(), reason: 'it cannot go on' };
    if (row !== undefined) world.state.rows.deployments.put(id, { ...row, paused });
    world.advance(seconds(100));
    world.send({ kind: 'tendDeployment', id, order: 'resume' });
    world.advance(seconds(29));
    expect(statusOf(world, id)).to.equal('running');
    world.advance(seconds(2));
    expect(statusOf(world, id)).to.equal('cancelled');
  });

  it('DEP-17: nor does it count for a dependency that is suspended', () => {
    const world = new GroupWorld();
    accepted(world.putGroup('/g', { apps: [sleeper('db', { instances: 0 })] }));
    const reply = world.create('/g/web', sleeper('web', { dependencies: ['/g/db'] }));
    const { deploymentId: id } = accepted(reply);
    world.advance(seconds(50));
    world.send({ kind: 'tendDeployment', id, order: 'pause' });
    world.advance(seconds(300));
    world.send({ kind: 'tendDeployment', id, order: 'resume' });
    world.advance(seconds(9));
    expect(world.conditions('/g/web')).to.deep.equal({});
    world.advance(seconds(2));
    expect(world.conditions('/g/web')).to.deep.equal({ Running: 1 });
  });

  it('`wait` waits on after its deadline, and says so', () => {
    const world = stuckWorld('/g/db');
    const { deploymentId } = accepted(world.putGroup('/g', { apps: [sleeper('db'), WEB_ON_DB] }));
    world.advance(seconds(601));
    expect(waits(world, deploymentId)).to.include(
      '/g/web waits for /g/db, which should be up by now',
    );
    expect(statusOf(world, deploymentId)).to.equal('running');
    heal(world, '/g/db');
    expect(world.running).to.deep.equal([]);
  });

  it('DEP-17: a suspended dependency is named and waited for a minute, not silently satisfied', () => {
    const world = stuckWorld('/g/db');
    accepted(world.putGroup('/g', { apps: [sleeper('db'), WEB_ON_DB] }));
    const { deploymentId } = accepted(world.update('/g/db', { instances: 0 }, true));
    expect(world.conditions('/g/web')).to.deep.equal({});
    expect(waits(world, deploymentId)).to.deep.equal([
      '/g/web waits for /g/db, which is suspended (no instances wanted)',
    ]);
    world.advance(seconds(59));
    expect(world.conditions('/g/web')).to.deep.equal({});
    world.advance(seconds(2));
    expect(world.conditions('/g/web')).to.deep.equal({ Running: 1 });
    expect(world.running).to.deep.equal([]);
  });

  it('DEP-17: what is taken back goes on without a suspended dependency: it cannot fail in turn', () => {
    const world = new GroupWorld();
    const dependencyRules = { '/g/db': { onFailure: 'fail', deadlineSeconds: 30 } } as const;
    accepted(world.putGroup('/g', { apps: [sleeper('db'), { ...WEB_ON_DB, dependencyRules }] }));
    accepted(world.update('/g/db', { instances: 0 }));
    const { deploymentId: id } = accepted(
      world.update('/g/web', { cmd: 'sleep 2', dependencies: [] }),
    );
    const undo = accepted(world.send({ kind: 'tendDeployment', id, order: 'undo' }));
    expect(waits(world, undo.deploymentId)).to.deep.equal([
      '/g/web waits for /g/db, which is suspended (no instances wanted)',
    ]);
    world.advance(seconds(31));
    expect(statusOf(world, undo.deploymentId)).to.equal('succeeded');
    expect(world.state.rows.apps.get('/g/web' as never)?.cmd).to.equal('sleep 100');
  });

  it('DEP-17: a dependency that somebody wakes meanwhile is not waited for any longer', () => {
    const world = new GroupWorld();
    accepted(world.putGroup('/g', { apps: [sleeper('db', { instances: 0 })] }));
    accepted(world.create('/g/web', sleeper('web', { dependencies: ['/g/db'] })));
    expect(world.conditions('/g/web')).to.deep.equal({});
    accepted(world.update('/g/db', { instances: 1 }));
    world.advance(seconds(1));
    expect(world.conditions('/g/web')).to.deep.equal({ Running: 1 });
  });

  it('stopping and shrinking wait for no suspended dependency', () => {
    const world = new GroupWorld();
    accepted(world.putGroup('/g', { apps: [sleeper('db'), { ...WEB_ON_DB, instances: 3 }] }));
    accepted(world.update('/g/db', { instances: 0 }));
    accepted(world.update('/g/web', { instances: 1 }));
    expect(world.conditions('/g/web')).to.deep.equal({ Running: 1 });
    accepted(world.update('/g/web', { instances: 0 }));
    expect(world.running).to.deep.equal([]);
  });

  it('a rule of a group holds for what is inside, unless an app has its own', () => {
    const world = stuckWorld('/g/db/x');
    accepted(
      world.putGroup('/g', {
        groups: [
          {
            id: 'in',
            dependencies: ['../db'],
            dependencyRules: { '../db': { onFailure: 'continue', deadlineSeconds: 10 } },
            apps: [
              sleeper('a'),
              sleeper('b', {
                dependencies: ['/g/db/x'],
                dependencyRules: { '/g/db/x': { onFailure: 'continue', deadlineSeconds: 30 } },
              }),
              sleeper('c', { dependencies: ['/g/db/x'] }),
            ],
          },
          { id: 'db', apps: [sleeper('x')] },
        ],
      }),
    );
    const up = () =>
      ['a', 'b', 'c'].filter((app) => world.conditions(`/g/in/${app}`).Running === 1);
    world.advance(seconds(9));
    expect(up()).to.deep.equal([]);
    world.advance(seconds(2));
    expect(up()).to.deep.equal(['a']);
    world.advance(seconds(20));
    expect(up()).to.deep.equal(['a', 'b']);
    // It names the dependency itself and rules nothing about it: the group's rule is not its own.
    world.advance(seconds(600));
    expect(up()).to.deep.equal(['a', 'b']);
    heal(world, '/g/db/x');
    expect(up()).to.deep.equal(['a', 'b', 'c']);
    expect(world.running).to.deep.equal([]);
  });

  it('is refused about something that is no dependency', () => {
    const world = new GroupWorld();
    const reply = world.create('/web', sleeper('web', { dependencyRules: { '/db': {} } }));
    expect(violationsIn(reply)).to.deep.equal([
      {
        path: '/dependencyRules//db',
        message: "'/db' is not among the dependencies, so there is nothing to rule about it",
      },
    ]);
  });

  it('goes with its dependency when a partial update leaves that out, and restarts nothing', () => {
    const world = new GroupWorld();
    accepted(world.create('/db', sleeper('db')));
    const rules = { '/db': { onFailure: 'fail' } } as const;
    accepted(world.create('/web', sleeper('web', { dependencies: ['/db'] })));
    const before = world.instanceIds('/web');
    accepted(world.update('/web', { dependencyRules: rules }));
    expect(world.instanceIds('/web')).to.deep.equal(before);
    expect(world.state.rows.apps.get('/web' as never)?.dependencyRules).to.deep.equal({
      '/db': { onFailure: 'fail' },
    });
    accepted(world.update('/web', { dependencies: [] }));
    expect(world.state.rows.apps.get('/web' as never)?.dependencyRules).to.equal(undefined);
  });
});

import { expect } from 'chai';
import type { PathId } from '../src/core/app/index.js';
import type { GroupWire } from '../src/core/group/index.js';
import { GroupWorld, accepted, sleeper, violationsIn } from './group-world.js';

function planOfNew(group: GroupWire): string[] {
  return new GroupWorld().planOf({ kind: 'createGroup', id: '/test' as PathId, group });
}

/** Apps in the order in which their first task ran. */
function startsOf(world: GroupWorld): string[] {
  const started = world.events.flatMap((event) =>
    event.type === 'status_update_event' && event.taskStatus === 'TASK_RUNNING'
      ? [event.appId]
      : [],
  );
  return [...new Set(started)];
}

function stopsOf(world: GroupWorld): string[] {
  const stopped = world.events.flatMap((event) =>
    event.type === 'status_update_event' && event.taskStatus === 'TASK_KILLED' ? [event.appId] : [],
  );
  return [...new Set(stopped)];
}

const CHAIN: GroupWire = {
  apps: [
    sleeper('frontend', { dependencies: ['service'] }),
    sleeper('service', { dependencies: ['db'] }),
    sleeper('db', { instances: 2 }),
  ],
};

const UPWARDS = ['/shop/db', '/shop/service', '/shop/frontend'];

describe('dependencies in groups', () => {
  it('plan apps in levels, independent ones side by side', () => {
    expect(
      planOfNew({
        groups: [
          { id: 'database', apps: [sleeper('a')] },
          {
            id: 'service',
            apps: [
              sleeper('b', { dependencies: ['/test/database/a'] }),
              sleeper('c', { dependencies: ['../database/a'] }),
              sleeper('d', { dependencies: ['b'] }),
            ],
          },
        ],
      }),
    ).to.deep.equal([
      'start /test/database/a /test/service/b /test/service/c /test/service/d',
      'scale /test/database/a',
      'scale /test/service/b /test/service/c',
      'scale /test/service/d',
    ]);
  });

  it('plan by the longest way down', () => {
    const [, ...levels] = planOfNew({
      apps: [
        sleeper('a', { dependencies: ['b', 'c'] }),
        sleeper('b', { dependencies: ['c'] }),
        sleeper('c', { dependencies: ['d'] }),
        sleeper('d'),
        sleeper('e'),
      ],
    });
    expect(levels).to.deep.equal([
      'scale /test/d /test/e',
      'scale /test/c',
      'scale /test/b',
      'scale /test/a',
    ]);
  });

  it('plan independent apps in two steps', () => {
    const apps = ['a', 'b', 'c', 'd'].map((id) => sleeper(id, { instances: 10 }));
    expect(planOfNew({ apps })).to.deep.equal([
      'start /test/a /test/b /test/c /test/d',
      'scale /test/a /test/b /test/c /test/d',
    ]);
  });

  it('plan a mixed change: stop, start, then level by level', () => {
    const world = new GroupWorld();
    const apps = (more: readonly ReturnType<typeof sleeper>[], cmd: string, by: number) => [
      sleeper('mongo', { cmd, instances: 4 * by }),
      sleeper('srv', { cmd, instances: 4 + by, dependencies: ['mongo'] }),
      sleeper('independent', { cmd }),
      ...more,
    ];
    accepted(world.createGroup('/g', { apps: apps([sleeper('to-stop')], 'v 1', 1) }));
    const target = apps([sleeper('to-start', { instances: 2, dependencies: ['srv'] })], 'v 2', 2);
    expect(world.stepsTaken(world.putGroup('/g', { apps: target }))).to.deep.equal([
      'stop /g/to-stop',
      'start /g/to-start',
      'restart /g/independent /g/mongo',
      'restart /g/srv',
      'scale /g/to-start',
    ]);
    expect(world.conditions('/g/mongo')).to.deep.equal({ Running: 8 });
    expect(world.conditions('/g/to-start')).to.deep.equal({ Running: 2 });
  });

  it('start a chain in order and stop it in mirror order', () => {
    const world = new GroupWorld();
    accepted(world.createGroup('/shop', CHAIN));
    expect(startsOf(world)).to.deep.equal(UPWARDS);
    const reply = world.deleteGroup('/shop');
    const mirrored = ['stop /shop/frontend', 'stop /shop/service', 'stop /shop/db'];
    expect(world.stepsTaken(reply)).to.deep.equal(mirrored);
    expect(stopsOf(world)).to.deep.equal([...UPWARDS].reverse());
    expect(world.groupIds).to.deep.equal([]);
  });

  it('order whole groups, too', () => {
    const world = new GroupWorld();
    const child = (id: string, dependencies: string[]): GroupWire => ({
      id,
      dependencies,
      apps: [sleeper('app')],
    });
    const groups = [
      child('frontend', ['../service']),
      child('service', ['/shop/db']),
      child('db', []),
    ];
    accepted(world.createGroup('/shop', { groups }));
    expect(startsOf(world)).to.deep.equal(UPWARDS.map((id) => `${id}/app`));
  });

  it('hold a whole group for an app that it depends on', () => {
    const world = new GroupWorld();
    world.behaviour = (app) => ({ stuck: app === '/db' });
    const front: GroupWire = { id: 'front', dependencies: ['/db'], apps: [sleeper('web')] };
    accepted(world.putGroup('/', { apps: [sleeper('db')], groups: [front] }));
    expect(startsOf(world)).to.deep.equal([]);
    for (const [id] of world.tasks) world.report(id, 'TASK_RUNNING');
    world.settle();
    expect(startsOf(world)).to.deep.equal(['/db', '/front/web']);
    expect(world.running).to.deep.equal([]);
  });

  it('hold back dependants while what they need does not come up', () => {
    const world = new GroupWorld();
    world.behaviour = (app) => ({ stuck: app === '/shop/db' });
    accepted(world.createGroup('/shop', CHAIN));
    expect(startsOf(world)).to.deep.equal([]);
    world.behaviour = () => ({});
    for (const [id, task] of world.tasks) {
      if (task.state === 'TASK_STARTING') world.report(id, 'TASK_RUNNING');
    }
    world.settle();
    expect(startsOf(world)).to.deep.equal(UPWARDS);
    expect(world.running).to.deep.equal([]);
  });

  it('upgrade both ends of a chain in order and leave the middle alone', () => {
    const world = new GroupWorld();
    accepted(world.createGroup('/shop', CHAIN));
    const middle = world.instanceIds('/shop/service');
    const changed = (CHAIN.apps ?? []).map((app) =>
      app.id === 'service' ? app : { ...app, cmd: 'sleep 200' },
    );
    expect(world.stepsTaken(world.putGroup('/shop', { apps: changed }))).to.deep.equal([
      'restart /shop/db',
      'restart /shop/frontend',
    ]);
    expect(world.instanceIds('/shop/service')).to.deep.equal(middle);
  });

  it('are refused when they lead round in a circle, which is spelled out', () => {
    const world = new GroupWorld();
    const apps = [
      sleeper('db', { dependencies: ['frontend'] }),
      sleeper('frontend', { dependencies: ['service'] }),
      sleeper('service', { dependencies: ['db'] }),
    ];
    const found = violationsIn(world.createGroup('/g', { apps }));
    expect(found.map(({ message }) => message)).to.deep.equal([
      'Dependency graph has cyclic dependencies.',
      '/g/db -> /g/frontend -> /g/service -> /g/db',
    ]);
    expect([world.appIds, world.groupIds]).to.deep.equal([[], []]);
  });

  it('may name what comes with the same write, and outlive what they named', () => {
    const world = new GroupWorld();
    accepted(world.createGroup('/shop', CHAIN));
    const before = world.snapshotOf('/shop');
    accepted(world.change({ kind: 'deleteApp', id: '/shop/db' as PathId }));
    accepted(world.update('/shop/service', { instances: 2 }));
    accepted(world.deleteGroup('/shop'));
    accepted(world.change(before));
    expect(world.appIds).to.deep.equal([...UPWARDS].sort());
  });
});

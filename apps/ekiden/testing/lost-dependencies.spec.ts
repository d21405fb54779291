import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { AppWire, PathId } from '../src/core/app/index.js';
import type { GroupWire } from '../src/core/group/index.js';
import { GroupWorld, accepted, sleeper } from './group-world.js';

const RESTART = { db: { onLost: 'restart' } } as const;
const WEB = sleeper('web', { dependencies: ['db'], dependencyRules: RESTART });

/** `/g/db` and what depends on it run; `down` keeps the dependency from coming back. */
class LosingWorld extends GroupWorld {
  down = false;
  /** Fewest running instances of `/g/web` at the end of any turn since it was complete. */
  fewest = Infinity;

  constructor(web: AppWire, ...others: readonly AppWire[]) {
    super();
    this.behaviour = (app) => ({ stuck: this.down && app === '/g/db' });
    accepted(this.putGroup('/g', { apps: [sleeper('db'), web, ...others] }));
    this.onTurn = () => {
      this.fewest = Math.min(this.fewest, this.conditions('/g/web').Running ?? 0);
    };
  }

  loseDependency(app = '/g/db'): void {
    this.down = true;
    for (const { task } of this.instances(app)) {
      if (task !== undefined) this.report(task.id, 'TASK_FAILED');
    }
    this.advance(seconds(2));
  }

  bringBack(): void {
    this.down = false;
    for (const { task } of this.instances('/g/db')) {
      if (task !== undefined) this.report(task.id, 'TASK_RUNNING');
    }
    this.settle();
    this.advance(seconds(60));
  }

  taskIds(app: string): string[] {
    return this.instances(app).flatMap(({ task }) => task?.id ?? []);
  }

  /** Why tasks of an app were killed. */
  reasons(app: string): string[] {
    return this.events.flatMap((event) =>
      event.type === 'instance_kill_ordered_event' && event.appId === app
        ? [`${event.reason}: ${event.message}`]
        : [],
    );
  }
}

describe('What is done when a dependency is lost later', () => {
  it('nothing without a rule: what runs is kept', () => {
    const world = new LosingWorld(sleeper('web', { dependencies: ['db'] }));
    const before = world.taskIds('/g/web');
    world.loseDependency();
    world.bringBack();
    expect(world.taskIds('/g/web')).to.deep.equal(before);
  });

  it('`restart` waits until it is back, then replaces what ran without it, and says why', () => {
    const world = new LosingWorld({ ...WEB, instances: 3 });
    const before = world.taskIds('/g/web');
    world.loseDependency();
    world.advance(seconds(300));
    expect(world.taskIds('/g/web')).to.deep.equal(before);
    world.bringBack();
    const after = world.taskIds('/g/web');
    expect(after).to.have.length(3);
    expect(after.filter((id) => before.includes(id))).to.deep.equal([]);
    expect([...new Set(world.reasons('/g/web'))]).to.deep.equal([
      'dependencyLost: Killed because something that it depends on was gone and is back (/g/db)',
    ]);
    expect(world.fewest).to.equal(3);
  });

  it('goes below no promised minimum, also without any room for more', () => {
    const upgradeStrategy = { minimumHealthCapacity: 0.6, maximumOverCapacity: 0 };
    const world = new LosingWorld({ ...WEB, instances: 5, upgradeStrategy });
    const before = world.taskIds('/g/web');
    world.loseDependency();
    world.bringBack();
    world.advance(seconds(60));
    expect(world.taskIds('/g/web').filter((id) => before.includes(id))).to.deep.equal([]);
    expect(world.fewest).to.equal(3);
  });

  it('is done once, whatever comes of it', () => {
    const world = new LosingWorld(WEB);
    world.loseDependency();
    world.bringBack();
    const once = world.taskIds('/g/web');
    world.advance(seconds(3_600));
    world.newTerm();
    world.advance(seconds(60));
    expect(world.taskIds('/g/web')).to.deep.equal(once);
  });

  it('is begun only where nothing that it depends on is about to be restarted itself', () => {
    const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 };
    const dependencyRules = { ...RESTART, web: { onLost: 'restart' } } as const;
    const above = sleeper('above', { dependencies: ['db', 'web'], dependencyRules });
    const world = new LosingWorld({ ...WEB, instances: 2, upgradeStrategy }, above);
    const before = world.taskIds('/g/above');
    world.loseDependency();
    world.bringBack();
    expect(world.taskIds('/g/above')).to.not.include(before[0]);
    const unplaced = world.events.filter(
      (event) =>
        event.type === 'instance_changed_event' &&
        event.runSpecId === '/g/above' &&
        event.condition === 'Killed' &&
        event.agentId === null,
    );
    expect(unplaced).to.deep.equal([]);
  });

  it('is remembered by a new leader', () => {
    const world = new LosingWorld(WEB);
    const before = world.taskIds('/g/web');
    world.loseDependency();
    world.newTerm();
    world.bringBack();
    expect(world.taskIds('/g/web')).to.not.deep.equal(before);
  });

  it('goes on to the next only where that is lost, too', () => {
    const rules = { web: { onLost: 'restart' } } as const;
    const edge = sleeper('edge', { dependencies: ['web'], dependencyRules: rules });
    const world = new LosingWorld(WEB, edge);
    const before = world.taskIds('/g/edge');
    world.loseDependency();
    world.bringBack();
    expect(world.taskIds('/g/edge')).to.deep.equal(before);
  });

  it('a rule of a group holds for what is inside', () => {
    const world = new GroupWorld();
    let down = false;
    world.behaviour = (app) => ({ stuck: down && app === '/g/store/db' });
    accepted(
      world.putGroup('/g', {
        groups: [
          { id: 'store', apps: [sleeper('db')] },
          {
            id: 'in',
            dependencies: ['../store'],
            dependencyRules: { '../store': { onLost: 'restart' } },
            apps: [sleeper('a')],
          },
        ],
      }),
    );
    const [before] = world.instances('/g/in/a');
    down = true;
    for (const { task } of world.instances('/g/store/db')) {
      if (task !== undefined) world.report(task.id, 'TASK_FAILED');
    }
    world.advance(seconds(2));
    down = false;
    for (const { task } of world.instances('/g/store/db')) {
      if (task !== undefined) world.report(task.id, 'TASK_RUNNING');
    }
    world.advance(seconds(60));
    const [after] = world.instances('/g/in/a');
    expect(after?.task?.id).to.not.equal(before?.task?.id);
  });

  it('is over at once where nobody is to be restarted for it any more', () => {
    const world = new GroupWorld();
    const stuck = new Set<string>();
    world.behaviour = (app) => ({ stuck: stuck.has(app) });
    const groups = (rule: object): GroupWire => ({
      groups: [
        { id: 'store', apps: [sleeper('db')] },
        { id: 'in', ...rule, apps: [sleeper('a')] },
      ],
    });
    const dependencyRules = { '../store': { onLost: 'restart' } } as const;
    accepted(world.putGroup('/g', groups({ dependencies: ['../store'], dependencyRules })));
    const before = world.instanceIds('/g/in/a');
    stuck.add('/g/store/db').add('/g/in/a');
    for (const { task } of world.instances('/g/store/db')) {
      if (task !== undefined) world.report(task.id, 'TASK_FAILED');
    }
    world.advance(seconds(2));
    stuck.delete('/g/store/db');
    for (const { task } of world.instances('/g/store/db')) {
      if (task !== undefined) world.report(task.id, 'TASK_RUNNING');
    }
    world.advance(seconds(5));
    expect(world.instances('/g/in/a')).to.have.length(2);
    accepted(world.putGroup('/g', groups({ dependencies: [], dependencyRules: {} }), true));
    const goals = world
      .instances('/g/in/a')
      .map(({ id, goal }) => `${goal} ${before.includes(id)}`);
    expect(goals).to.include('Running true').and.not.include('Running false');
  });

  it('waits again where the dependency is lost once more: nothing is begun meanwhile', () => {
    const world = new LosingWorld(WEB);
    const [before] = world.instanceIds('/g/web');
    world.loseDependency();
    const stuck = new Set(['/g/web']);
    world.behaviour = (app) => ({ stuck: stuck.has(app) });
    for (const { task } of world.instances('/g/db')) {
      if (task !== undefined) world.report(task.id, 'TASK_RUNNING');
    }
    world.advance(seconds(5));
    expect(world.instances('/g/web')).to.have.length(2);
    stuck.add('/g/db');
    for (const { task } of world.instances('/g/db')) {
      if (task !== undefined) world.report(task.id, 'TASK_FAILED');
    }
    world.settle();
    const wanted = world.instances('/g/web').filter(({ goal }) => goal === 'Running');
    expect(wanted.map(({ id }) => id)).to.deep.equal([before]);
  });

  it('an upgrade of the dependency that leaves none missing restarts nobody', () => {
    const world = new LosingWorld(WEB);
    const before = world.taskIds('/g/web');
    accepted(world.update('/g/db', { cmd: 'sleep 2' }));
    world.advance(seconds(60));
    expect(world.taskIds('/g/web')).to.deep.equal(before);
  });

  it('one by one, each is started again where it is', () => {
    const web = { ...WEB, instances: 2, rollout: { strategy: 'serial' } } as AppWire;
    const world = new LosingWorld(web);
    const before = world.taskIds('/g/web');
    const ids = world.instanceIds('/g/web');
    world.loseDependency();
    world.bringBack();
    expect(world.taskIds('/g/web').filter((id) => before.includes(id))).to.deep.equal([]);
    expect(world.instanceIds('/g/web')).to.deep.equal(ids);
    expect(world.fewest).to.equal(1);
  });

  it('`restart` comes as soon as nothing holds it: its deployment had nothing to start of it', () => {
    const impatient = { web: { onFailure: 'continue', deadlineSeconds: 5 } } as const;
    const world = new LosingWorld(
      { ...WEB, dependencies: ['db', 'cache'] },
      sleeper('cache'),
      sleeper('late', { dependencies: ['web'], dependencyRules: impatient }),
    );
    accepted(world.update('/g/cache', { instances: 0 }));
    const entries = ['/g/web', '/g/late'].map((id) => ({
      id: id as PathId,
      app: { cmd: 'sleep 2' },
    }));
    const upgrade = { kind: 'upsertApps', entries, partial: true, mustExist: true } as const;
    const { deploymentId: id } = accepted(world.change(upgrade));
    const before = world.taskIds('/g/web');
    world.loseDependency();
    world.behaviour = (app) => ({ immortal: app === '/g/late' });
    world.advance(seconds(10));
    for (const { task } of world.instances('/g/db')) {
      if (task !== undefined) world.report(task.id, 'TASK_RUNNING');
    }
    world.settle();
    expect(world.taskIds('/g/web')).to.deep.equal(before);
    accepted(world.send({ kind: 'tendDeployment', id, order: 'abort' }));
    expect(world.running).to.have.length(1);
    expect(world.taskIds('/g/web')).not.to.deep.equal(before);
  });
});

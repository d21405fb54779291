import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { PathId } from '../src/core/app/index.js';
import type { DeploymentOrder, Reply } from '../src/core/turn/index.js';
import { GroupWorld, accepted, sleeper } from './group-world.js';
import { changeCommand } from './small-world.js';

function idOf(reply: Reply): string {
  return accepted(reply).deploymentId;
}

function tend(world: GroupWorld, id: string, order: DeploymentOrder): Reply {
  return world.send({ kind: 'tendDeployment', id, order });
}

/** Tasks of the second configuration of an app never come up, until told otherwise. */
function upgrading(): {
  readonly world: GroupWorld;
  readonly deployment: string;
  readonly heal: () => void;
} {
  const world = new GroupWorld();
  accepted(world.create('/web', sleeper('/web', { instances: 3 })));
  let stuck = true;
  world.behaviour = () => ({ stuck });
  const deployment = idOf(world.update('/web', { cmd: 'sleep 200' }));
  return {
    world,
    deployment,
    heal: () => {
      stuck = false;
    },
  };
}

function commands(world: GroupWorld, app = '/web'): readonly (string | undefined)[] {
  return world
    .instances(app)
    .filter(({ goal }) => goal === 'Running')
    .map((one) => world.state.rows.appVersions.get(`${one.appId}@${one.appVersion}`)?.cmd)
    .sort();
}

describe('A paused deployment', () => {
  it('starts and stops nothing more, whatever comes up, until it is resumed', () => {
    const world = new GroupWorld();
    accepted(world.create('/web', sleeper('/web', { instances: 3 })));
    const before = world.instanceIds('/web');
    // Told in the very turn in which it is accepted, before anything has happened.
    const app = { cmd: 'sleep 200' };
    const id = idOf(
      world.command(
        changeCommand({
          kind: 'upsertApps',
          entries: [{ id: '/web' as PathId, app }],
          partial: true,
          mustExist: true,
        }),
      ),
    );
    expect(world.command({ kind: 'tendDeployment', id, order: 'pause' }).kind).to.equal('done');
    world.settle();
    world.advance(seconds(120));
    expect(before.filter((one) => world.instanceIds('/web').includes(one))).to.have.length(3);
    const paused = world.instanceIds('/web').length;
    world.advance(seconds(3_600));
    expect(world.instanceIds('/web')).to.have.length(paused);
    expect(tend(world, id, 'resume').kind).to.equal('done');
    expect(commands(world)).to.deep.equal(['sleep 200', 'sleep 200', 'sleep 200']);
    expect(world.running).to.deep.equal([]);
    expect(world.eventTypes('deployment_paused', 'deployment_resumed')).to.deep.equal([
      'deployment_paused',
      'deployment_resumed',
    ]);
  });

  it('opens no further step', () => {
    const world = new GroupWorld();
    world.behaviour = (app) => ({ stuck: app === '/db' });
    const id = idOf(
      world.putGroup('/', { apps: [sleeper('db'), sleeper('web', { dependencies: ['db'] })] }),
    );
    tend(world, id, 'pause');
    world.behaviour = () => ({});
    for (const { task } of world.instances('/db')) {
      if (task !== undefined) world.report(task.id, 'TASK_RUNNING');
    }
    world.settle();
    expect([world.conditions('/db'), world.conditions('/web')]).to.deep.equal([{ Running: 1 }, {}]);
    tend(world, id, 'resume');
    expect(world.conditions('/web')).to.deep.equal({ Running: 1 });
  });

  it('replaces what crashes as it was', () => {
    const { world, deployment, heal } = upgrading();
    tend(world, deployment, 'pause');
    heal();
    const old = world.instances('/web').find(({ condition }) => condition === 'Running');
    if (old?.task === undefined) throw new Error('nothing runs');
    world.report(old.task.id, 'TASK_FAILED');
    world.settle();
    world.advance(seconds(60));
    const again = world.instances('/web').find(({ id }) => id === old.id);
    expect(again).to.include({ condition: 'Running', appVersion: old.appVersion });
  });

  it('can be paused, resumed, aborted or superseded all the same, also twice', () => {
    const { world, deployment, heal } = upgrading();
    const orders: readonly DeploymentOrder[] = ['pause', 'pause', 'resume', 'resume', 'pause'];
    expect(orders.map((order) => tend(world, deployment, order).kind)).to.deep.equal(
      orders.map(() => 'done'),
    );
    expect(world.eventTypes('deployment_paused', 'deployment_resumed')).to.have.length(3);
    heal();
    accepted(tend(world, deployment, 'abort'));
    expect(commands(world)).to.deep.equal(['sleep 100', 'sleep 100', 'sleep 100']);
    expect(world.running).to.deep.equal([]);
  });

  it('is paused still when a new leader begins', () => {
    const { world, deployment, heal } = upgrading();
    tend(world, deployment, 'pause');
    heal();
    const before = world.instanceIds('/web');
    world.newTerm();
    world.advance(seconds(300));
    expect(world.instanceIds('/web')).to.deep.equal(before);
    expect(world.running).to.deep.equal([deployment]);
    tend(world, deployment, 'resume');
    world.advance(seconds(600));
    expect(world.running).to.deep.equal([]);
    expect(commands(world)).to.deep.equal(['sleep 200', 'sleep 200', 'sleep 200']);
  });
});

describe('Undoing a deployment that has ended', () => {
  const upgraded = (): { readonly world: GroupWorld; readonly id: string } => {
    const world = new GroupWorld();
    accepted(world.create('/web', sleeper('/web', { instances: 2 })));
    return { world, id: idOf(world.update('/web', { cmd: 'sleep 200' })) };
  };

  it('brings back what was, and what it did is undone in turn by undoing that', () => {
    const { world, id } = upgraded();
    const back = idOf(tend(world, id, 'undo'));
    expect(commands(world)).to.deep.equal(['sleep 100', 'sleep 100']);
    expect(world.state.rows.deployments.get(back)?.undoes).to.equal(id);
    expect(world.state.rows.deployments.get(id)?.undoneBy).to.equal(back);
    accepted(tend(world, back, 'undo'));
    expect(commands(world)).to.deep.equal(['sleep 200', 'sleep 200']);
  });

  it('said twice is done once, and answered with the same deployment', () => {
    const { world, id } = upgraded();
    const first = idOf(tend(world, id, 'undo'));
    expect(idOf(tend(world, id, 'undo'))).to.equal(first);
    expect(world.state.rows.deployments.size).to.equal(3);
  });

  it('keeps later scaling, and what others have changed beside it', () => {
    const { world, id } = upgraded();
    accepted(world.update('/web', { instances: 4 }));
    accepted(world.update('/web', { labels: { team: 'a' } }));
    accepted(world.create('/other', sleeper('/other')));
    accepted(tend(world, id, 'undo'));
    const web = world.state.rows.apps.get('/web' as never);
    expect(web).to.deep.include({ cmd: 'sleep 100', instances: 4, labels: { team: 'a' } });
    expect(world.appIds).to.deep.equal(['/other', '/web']);
    expect(commands(world)).to.deep.equal(Array(4).fill('sleep 100'));
  });

  it('takes back its scaling where nobody has scaled since', () => {
    const world = new GroupWorld();
    accepted(world.create('/web', sleeper('/web', { instances: 2 })));
    const id = idOf(world.update('/web', { instances: 5 }));
    const before = world.instanceIds('/web');
    accepted(tend(world, id, 'undo'));
    expect(world.instanceIds('/web')).to.have.length(2);
    expect(world.instanceIds('/web').every((one) => before.includes(one))).to.equal(true);
  });

  it('is refused where the same has been changed since, naming what changed it', () => {
    const { world, id } = upgraded();
    const later = idOf(world.update('/web', { cmd: 'sleep 300' }));
    expect(tend(world, id, 'undo')).to.deep.equal({
      kind: 'conflict',
      message: `'/web' has been changed (cmd) by deployment ${later} since. Undo ${later} first.`,
    });
    accepted(tend(world, later, 'undo'));
    accepted(tend(world, id, 'undo'));
    expect(commands(world)).to.deep.equal(['sleep 100', 'sleep 100']);
  });

  it('removes what it made and makes what it removed', () => {
    const world = new GroupWorld();
    const made = idOf(world.putGroup('/', { apps: [sleeper('a'), sleeper('b')] }));
    const removed = idOf(world.putGroup('/', { apps: [sleeper('a')] }));
    accepted(tend(world, removed, 'undo'));
    expect(world.appIds).to.deep.equal(['/a', '/b']);
    expect(world.conditions('/b')).to.deep.equal({ Running: 1 });
    accepted(tend(world, made, 'undo'));
    expect(world.appIds).to.deep.equal([]);
  });

  it('is not known of a deployment that never was', () => {
    const { world } = upgraded();
    for (const order of ['pause', 'resume', 'abort', 'undo'] as const) {
      expect(tend(world, 'no-such-thing', order).kind).to.equal('notFound');
    }
  });

  it('is the only verb that an ended one knows', () => {
    const { world, id } = upgraded();
    for (const order of ['pause', 'resume', 'abort'] as const) {
      expect(tend(world, id, order)).to.deep.include({ kind: 'conflict' });
    }
  });
});

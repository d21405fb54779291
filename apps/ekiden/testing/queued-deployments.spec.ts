import { seconds } from '@ekiden/kernel';
import { expect } from 'chai';
import type { PathId } from '../src/core/app/index.js';
import type { Deployment } from '../src/core/deployment/index.js';
import { waitingOn } from '../src/core/reconcile/index.js';
import {
  DEFAULT_SETTINGS,
  type Answer,
  type ApiCommand,
  type Reply,
  type RootChange,
} from '../src/core/turn/index.js';
import { GroupWorld, accepted, sleeper } from './group-world.js';

type Queued = Extract<Answer, { kind: 'queued' }>;

/** A world in which tasks of `/slow` never come up, until told otherwise. */
class QueueWorld extends GroupWorld {
  private stuck = new Set(['/slow']);

  /** `/slow` is being upgraded, and stays so. */
  static upgrading(): { readonly world: QueueWorld; readonly first: string } {
    const world = new QueueWorld();
    accepted(world.create('/slow', sleeper('/slow', { instances: 2 })));
    accepted(world.create('/other', sleeper('/other')));
    world.behaviour = (app) => ({ stuck: world.stuck.has(app) });
    const first = accepted(world.update('/slow', { cmd: 'sleep 200' })).deploymentId;
    return { world, first };
  }

  queue(change: RootChange): Reply {
    return this.send(queuing(change));
  }

  queueUpdate(id: string, app: Record<string, unknown>): Queued {
    const reply = this.queue(upsert(id, app));
    if (reply.kind !== 'queued') throw new Error(`not queued: ${JSON.stringify(reply)}`);
    return reply;
  }

  /** What comes up from now on does. */
  heal(): void {
    this.stuck = new Set();
    for (const { task, condition } of this.instances('/slow')) {
      if (task !== undefined && condition !== 'Running') this.report(task.id, 'TASK_RUNNING');
    }
    this.settle();
  }

  deployment(id: string): Deployment {
    const found = this.state.rows.deployments.get(id);
    if (found === undefined) throw new Error(`no deployment ${id}`);
    return found;
  }

  waits(id: string): readonly string[] {
    const now = this.clock.now();
    return waitingOn(this.view, this.deployment(id), DEFAULT_SETTINGS, now).map(
      (wait) => `${wait.kind} ${wait.deployment ?? ''}`,
    );
  }

  dequeued(): readonly string[] {
    return this.events.flatMap((event) =>
      event.type === 'deployment_dequeued' ? [`${event.id} ${event.outcome}`] : [],
    );
  }
}

function queuing(change: RootChange): ApiCommand {
  const origin = { clientIp: '127.0.0.1', uri: '/v2/apps' };
  return { kind: 'changeRoot', change, force: false, queue: true, origin };
}

function upsert(id: string, app: Record<string, unknown>): RootChange {
  return {
    kind: 'upsertApps',
    entries: [{ id: id as PathId, app }],
    partial: true,
    mustExist: false,
  };
}

describe('A queued deployment', () => {
  it('waits for what is in its way, names it, and holds nothing', () => {
    const { world, first } = QueueWorld.upgrading();
    const { deploymentId, position, waitsFor } = world.queueUpdate('/slow', { instances: 5 });
    expect([position, waitsFor]).to.deep.equal([1, [first]]);
    expect(world.waits(deploymentId)).to.deep.equal([`deployment ${first}`]);
    expect(world.deployment(deploymentId).status).to.equal('queued');
    expect(world.state.rows.apps.get('/slow' as PathId)?.instances).to.equal(2);
    expect(world.running).to.deep.equal([first]);
    expect(world.eventTypes('deployment_queued', 'deployment_dequeued')).to.deep.equal([
      'deployment_queued',
    ]);
  });

  it('begins by itself when that has ended, planned against what there is then', () => {
    const { world, first } = QueueWorld.upgrading();
    const { deploymentId } = world.queueUpdate('/slow', { instances: 5 });
    world.heal();
    expect(world.deployment(first).status).to.equal('succeeded');
    expect(world.deployment(deploymentId)).to.include({ status: 'succeeded' });
    expect(world.deployment(deploymentId)).to.not.have.property('queued');
    const slow = world.state.rows.apps.get('/slow' as PathId);
    expect(slow).to.deep.include({ cmd: 'sleep 200', instances: 5 });
    expect(world.conditions('/slow')).to.deep.equal({ Running: 5 });
    expect(world.dequeued()).to.deep.equal([`${deploymentId} started`]);
  });

  it('begins with its next turn also under a new leader', () => {
    const { world } = QueueWorld.upgrading();
    const { deploymentId } = world.queueUpdate('/slow', { instances: 3 });
    world.newTerm();
    expect(world.deployment(deploymentId).status).to.equal('queued');
    world.heal();
    expect(world.deployment(deploymentId).status).to.equal('succeeded');
    expect(world.conditions('/slow')).to.deep.equal({ Running: 3 });
  });

  it('goes ahead at once where nothing is in its way', () => {
    const { world } = QueueWorld.upgrading();
    accepted(world.queue(upsert('/other', { instances: 2 })));
    expect(world.conditions('/other')).to.deep.equal({ Running: 2 });
  });

  it('passes none that was queued before it and changes the same', () => {
    const { world, first } = QueueWorld.upgrading();
    const both: RootChange = {
      kind: 'upsertApps',
      entries: [
        { id: '/slow' as PathId, app: { cmd: 'sleep 300' } },
        { id: '/other' as PathId, app: { cmd: 'sleep 300' } },
      ],
      partial: true,
      mustExist: false,
    };
    const earlier = world.queue(both) as Queued;
    const later = world.queueUpdate('/other', { cmd: 'sleep 400' });
    expect([later.position, later.waitsFor]).to.deep.equal([2, [earlier.deploymentId]]);
    expect(earlier.waitsFor).to.deep.equal([first]);
    world.heal();
    expect(world.dequeued()).to.deep.equal([
      `${earlier.deploymentId} started`,
      `${later.deploymentId} started`,
    ]);
    expect(world.state.rows.apps.get('/other' as PathId)?.cmd).to.equal('sleep 400');
    expect(world.state.rows.apps.get('/slow' as PathId)?.cmd).to.equal('sleep 300');
  });

  it('is in nobody’s way: who does not queue goes first', () => {
    const { world } = QueueWorld.upgrading();
    const both = world.queue({
      kind: 'upsertApps',
      entries: ['/slow', '/other'].map((id) => ({ id: id as PathId, app: { instances: 1 } })),
      partial: true,
      mustExist: false,
    }) as Queued;
    accepted(world.update('/other', { instances: 4 }));
    expect(world.conditions('/other')).to.deep.equal({ Running: 4 });
    world.heal();
    expect(world.deployment(both.deploymentId).status).to.equal('succeeded');
    expect(world.conditions('/other')).to.deep.equal({ Running: 1 });
  });

  it('waits for what takes the place of the one it waited for', () => {
    const { world } = QueueWorld.upgrading();
    const { deploymentId } = world.queueUpdate('/slow', { instances: 5 });
    const second = accepted(world.update('/slow', { cmd: 'sleep 300' }, true)).deploymentId;
    expect(world.waits(deploymentId)).to.deep.equal([`deployment ${second}`]);
  });

  it('builds on what an abort brings back', () => {
    const { world, first } = QueueWorld.upgrading();
    const { deploymentId } = world.queueUpdate('/slow', { labels: { a: 'b' } });
    accepted(world.send({ kind: 'tendDeployment', id: first, order: 'abort' }));
    world.heal();
    expect(world.deployment(deploymentId).status).to.equal('succeeded');
    const slow = world.state.rows.apps.get('/slow' as PathId);
    expect(slow).to.deep.include({ cmd: 'sleep 100', labels: { a: 'b' } });
  });

  it('is refused, and says why, where what it was to change is gone', () => {
    const { world } = QueueWorld.upgrading();
    const { deploymentId } = world.queueUpdate('/slow', { cmd: 'sleep 500' });
    const removal = accepted(
      world.change({ kind: 'deleteApp', id: '/slow' as PathId }, true),
    ).deploymentId;
    world.heal();
    const ended = world.deployment(deploymentId);
    expect([ended.status, ended.reason]).to.deep.equal([
      'failed',
      `'/slow', which it was to change, has been removed by deployment ${removal} since it was queued`,
    ]);
    expect(world.appIds).to.deep.equal(['/other']);
    expect(world.dequeued()).to.deep.equal([`${deploymentId} refused`]);
    const undone = world.send({ kind: 'tendDeployment', id: deploymentId, order: 'undo' });
    expect(undone.kind).to.equal('conflict');
  });

  it('is judged when it is queued, and a second time when it begins', () => {
    const { world } = QueueWorld.upgrading();
    expect(world.queue(upsert('/slow', { cpus: -1 })).kind).to.equal('invalid');
    const on: RootChange = upsert('/slow', { dependencies: ['/other'] });
    const { deploymentId } = world.queue(on) as Queued;
    accepted(world.update('/other', { dependencies: ['/slow'] }));
    world.heal();
    const ended = world.deployment(deploymentId);
    expect(ended.status).to.equal('failed');
    expect(ended.reason).to.match(/cycl/i);
  });

  for (const order of ['abort', 'undo'] as const) {
    it(`leaves the queue by ${order}, and has changed nothing`, () => {
      const { world } = QueueWorld.upgrading();
      const { deploymentId } = world.queueUpdate('/slow', { instances: 5 });
      expect(world.send({ kind: 'tendDeployment', id: deploymentId, order }).kind).to.equal('done');
      expect(world.deployment(deploymentId).status).to.equal('cancelled');
      world.heal();
      expect(world.conditions('/slow')).to.deep.equal({ Running: 2 });
      expect(world.dequeued()).to.deep.equal([`${deploymentId} givenUp`]);
    });
  }

  for (const force of [false, true]) {
    it(`leaves the queue when it is deleted with force=${force}`, () => {
      const { world } = QueueWorld.upgrading();
      const { deploymentId } = world.queueUpdate('/slow', { instances: 5 });
      const reply = world.send({ kind: 'cancelDeployment', id: deploymentId, force });
      expect(reply.kind).to.equal('done');
      expect(world.deployment(deploymentId).status).to.equal('cancelled');
    });
  }

  it('stays in the queue while it is paused, and cannot be promoted', () => {
    const { world } = QueueWorld.upgrading();
    const { deploymentId: id } = world.queueUpdate('/slow', { instances: 5 });
    world.send({ kind: 'tendDeployment', id, order: 'pause' });
    expect(world.waits(id)).to.deep.equal(['resume ']);
    world.heal();
    world.advance(seconds(60));
    expect(world.deployment(id).status).to.equal('queued');
    expect(world.send({ kind: 'tendDeployment', id, order: 'promote' }).kind).to.equal('conflict');
    world.send({ kind: 'tendDeployment', id, order: 'resume' });
    expect(world.conditions('/slow')).to.deep.equal({ Running: 5 });
  });

  it('may be a removal, a restart, a scaling of a group, or a kill that scales', () => {
    for (const change of [
      { kind: 'deleteApp', id: '/slow' as PathId },
      { kind: 'restartApp', id: '/slow' as PathId },
      { kind: 'scaleGroup', id: '/' as PathId, by: 2 },
      { kind: 'deleteGroup', id: '/' as PathId },
      { kind: 'updateGroup', id: '/' as PathId, group: { apps: [sleeper('slow')] } },
    ] as const) {
      const { world } = QueueWorld.upgrading();
      const queued = world.queue(change) as Queued;
      expect(queued.kind, change.kind).to.equal('queued');
      world.heal();
      expect(world.deployment(queued.deploymentId).status, change.kind).to.equal('succeeded');
    }
    const { world } = QueueWorld.upgrading();
    const reply = world.send({
      kind: 'killTasks',
      tasks: { by: 'app', app: '/slow' as PathId },
      scale: true,
      wipe: false,
      force: false,
      queue: true,
    }) as Queued;
    expect(reply.kind).to.equal('queued');
    world.heal();
    expect(world.deployment(reply.deploymentId).status).to.equal('succeeded');
    expect(world.instances('/slow')).to.deep.equal([]);
  });

  it('is one of so many, and more are refused', () => {
    const world = new GroupWorld({ settings: { queuedDeployments: 2 } });
    world.behaviour = () => ({ stuck: true });
    accepted(world.create('/slow', sleeper('/slow')));
    const queue = (instances: number): Reply => world.send(queuing(upsert('/slow', { instances })));
    expect([2, 3, 4].map((count) => queue(count).kind)).to.deep.equal([
      'queued',
      'queued',
      'unavailable',
    ]);
  });

  it('is never pruned from history, nor counted as a part of it', () => {
    const world = new GroupWorld({ settings: { deploymentHistory: 1 } });
    accepted(world.create('/slow', sleeper('/slow')));
    world.behaviour = (app) => ({ stuck: app === '/slow' });
    accepted(world.update('/slow', { cmd: 'sleep 200' }));
    const queued = world.send(queuing(upsert('/slow', { instances: 2 }))) as Queued;
    for (const cmd of ['sleep 1', 'sleep 2', 'sleep 3']) {
      accepted(world.update('/b', { ...sleeper('/b'), cmd }));
    }
    const { deployments } = world.state.rows;
    expect(deployments.get(queued.deploymentId)?.status).to.equal('queued');
    const ended = [...deployments.values()].filter(({ status }) => status === 'succeeded');
    expect(ended).to.have.length(1);
  });
});

describe('Deployments that are in each other’s way', () => {
  it('DPL-16: nobody is refused for the number of deployments, with force or without', () => {
    const world = new GroupWorld();
    world.behaviour = () => ({ stuck: true });
    const ids = Array.from({ length: 120 }, (_, at) => `/app-${at}`);
    for (const id of ids) accepted(world.create(id, sleeper(id)));
    expect(world.running).to.have.length(120);
    accepted(world.update('/app-0', { cmd: 'sleep 200' }, true));
    const [first = ''] = world.running;
    expect(world.send({ kind: 'cancelDeployment', id: first, force: true }).kind).to.equal('done');
    accepted(world.create('/one-more', sleeper('/one-more')));
    expect(world.running).to.have.length(120);
  });

  it('DPL-18: of two forced updates at once the last one counts, and the other is told cancelled', () => {
    const { world, first } = QueueWorld.upgrading();
    const origin = { clientIp: '127.0.0.1', uri: '/v2/apps' };
    const force = (cmd: string): ApiCommand => {
      return { kind: 'changeRoot', change: upsert('/slow', { cmd }), force: true, origin };
    };
    const one = accepted(world.command(force('sleep 300'))).deploymentId;
    const two = accepted(world.command(force('sleep 400'))).deploymentId;
    world.settle();
    world.heal();
    const statuses = [first, one, two].map((id) => world.deployment(id).status);
    expect(statuses).to.deep.equal(['cancelled', 'cancelled', 'succeeded']);
    expect(world.state.rows.apps.get('/slow' as PathId)?.cmd).to.equal('sleep 400');
    expect(world.conditions('/slow')).to.deep.equal({ Running: 2 });
  });
});

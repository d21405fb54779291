import { expect } from 'chai';
import { seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import { formatResources, type Resources } from '@ekiden/offers';
import type { AppWire, PathId } from '../src/core/app/index.js';
import { isPutAway } from '../src/core/instance/index.js';
import { DEFAULT_SETTINGS } from '../src/core/turn/index.js';
import { reservedFor } from '../src/core/volume/index.js';
import { SmallWorld } from './small-world.js';
import { agentOf } from './world/index.js';

const DB = '/db/pg';

function resident(more: AppWire = {}): AppWire {
  return {
    cmd: 'postgres',
    role: 'db',
    cpus: 0.5,
    mem: 64,
    instances: 1,
    container: {
      type: 'MESOS',
      volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 100 } }],
    },
    ...more,
  };
}

function withApp(more: AppWire = {}, world = new SmallWorld()): SmallWorld {
  const reply = world.create(DB, resident(more));
  expect(reply.kind).to.equal('deployed');
  return world;
}

/** What is reserved for anybody, over all agents. */
function reserved(world: SmallWorld): string {
  return [...world.state.master.state.agents.values()]
    .flatMap(({ total }) => total.filter((object) => object.reservations !== undefined))
    .map((object) => formatResources([object] as unknown as Resources))
    .join('; ');
}

function deployments(world: SmallWorld): number {
  return world.view.deployments.by('status', 'running').length;
}

function kill(world: SmallWorld, wipe: boolean): void {
  const tasks = { by: 'app', app: DB as PathId } as const;
  world.send({ kind: 'killTasks', tasks, scale: false, wipe, force: false });
}

describe('apps that keep data', () => {
  it('VOL-01: reserve, make their volume and launch in one commit', () => {
    const world = withApp();
    const [instance] = world.instances(DB);
    const [volume] = world.volumes(DB);
    expect(instance?.condition).to.equal('Running');
    expect(instance?.reservation?.agentId).to.equal('agent-1');
    expect(volume).to.include({
      instanceId: instance?.id,
      agentId: 'agent-1',
      containerPath: 'data',
    });
    const agent = world.state.master.state.agents.get('agent-1' as AgentId);
    const own = reservedFor(agent?.total ?? ([] as never), instance?.id ?? ('' as never));
    expect(own.map(({ name }) => name).sort()).to.deep.equal(['cpus', 'disk', 'mem', 'ports']);
    expect(deployments(world)).to.equal(0);
    const app = world.view.root.apps.get(DB as PathId);
    expect(app?.upgradeStrategy).to.deep.equal({
      minimumHealthCapacity: 0.5,
      maximumOverCapacity: 0,
    });
    expect(app?.unreachableStrategy).to.equal('disabled');
  });

  it('VOL-02: come back to their volume after a scale to nothing', () => {
    const world = withApp({}, new SmallWorld({ agents: Array<string>(3).fill(ROOM) }));
    const [before] = world.instances(DB);
    world.update(DB, { instances: 0 });
    world.update(DB, { instances: 1, cmd: 'test -f data/there' });
    const [after] = world.instances(DB);
    expect(after?.id).to.equal(before?.id);
    expect(after?.condition).to.equal('Running');
    expect(after?.task?.agentId).to.equal(before?.task?.agentId);
    expect(world.instances(DB)).to.have.length(1);
    expect(world.volumes(DB)).to.have.length(1);
  });

  it('VOL-03: are restarted as the same instance, with a new task, on the same volume', () => {
    const world = withApp();
    const [before] = world.instances(DB);
    const [volume] = world.volumes(DB);
    world.report(before?.task?.id ?? ('' as TaskId), 'TASK_FAILED');
    world.settle();
    world.advance(seconds(5));
    const [after] = world.instances(DB);
    expect(after?.id).to.equal(before?.id);
    expect(after?.task?.id).to.match(/\._app\.2$/);
    expect(after?.condition).to.equal('Running');
    expect(world.volumes(DB).map(({ id }) => id)).to.deep.equal([volume?.id]);
  });

  it('VOL-04: keep five suspended entries and their reservations at a scale of nothing', () => {
    const world = withApp({ instances: 5 });
    const before = reserved(world);
    world.update(DB, { instances: 0 });
    expect(world.instances(DB)).to.have.length(5);
    expect(world.instances(DB).every(isPutAway)).to.equal(true);
    expect(deployments(world)).to.equal(0);
    expect(reserved(world)).to.equal(before);
    expect(world.state.master.state.tasks.size).to.equal(0);
  });

  for (const [id, change] of [
    ['VOL-06', undefined],
    ['VOL-07', { cmd: 'postgres -v2' }],
  ] as const) {
    it(`${id}: are never more than five while all five are replaced in place`, () => {
      const world = withApp({ instances: 5 });
      const ids = world.instances(DB).map((instance) => instance.id);
      world.peak.clear();
      let most = 0;
      world.behaviour = () => {
        most = Math.max(most, world.instances(DB).length);
        return {};
      };
      if (change === undefined) world.change({ kind: 'restartApp', id: DB as PathId });
      else world.update(DB, change);
      world.advance(seconds(10));
      expect(deployments(world)).to.equal(0);
      expect(world.instances(DB).map((instance) => instance.id)).to.deep.equal(ids);
      expect(world.instances(DB).every(({ incarnation }) => incarnation === 2)).to.equal(true);
      expect(most).to.equal(5);
      expect(world.peak.get(DB)).to.equal(5);
    });
  }

  it('VOL-17: a single one is missing for a moment although all of it was promised', () => {
    const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0 };
    const world = withApp({ upgradeStrategy });
    world.update(DB, { cmd: 'postgres -v2' });
    expect(deployments(world)).to.equal(0);
    expect(world.instances(DB).map(({ incarnation }) => incarnation)).to.deep.equal([2]);
  });

  it('VOL-11: a suspended one that is wiped is gone, with its reservation', () => {
    const world = withApp();
    world.update(DB, { instances: 0 });
    const [volume] = world.volumes(DB);
    kill(world, true);
    expect(world.instances(DB)).to.deep.equal([]);
    expect(world.volumes(DB)).to.deep.equal([]);
    expect(world.wipes).to.deep.equal([volume?.id]);
    expect(reserved(world)).to.equal('');
  });

  it('VOL-12: leave nothing behind when their app is deleted with its data', () => {
    const world = withApp({ instances: 3 });
    world.change({ kind: 'deleteApp', id: DB as PathId, wipe: true });
    world.advance(seconds(5));
    expect(world.volumes(DB)).to.deep.equal([]);
    expect(world.wipes).to.have.length(3);
    expect(reserved(world)).to.equal('');
  });

  it('keep their volumes when their app is deleted, and give back the rest', () => {
    const world = withApp();
    world.change({ kind: 'deleteApp', id: DB as PathId });
    world.advance(seconds(5));
    expect(world.instances(DB)).to.deep.equal([]);
    expect(world.volumes(DB)).to.have.length(1);
    expect(world.wipes).to.deep.equal([]);
    expect(reserved(world)).to.match(/^disk.*:100$/);
    expect(deployments(world)).to.equal(0);
  });

  it('take up what an earlier life of their app has left behind', () => {
    const world = withApp({}, new SmallWorld({ agents: Array<string>(4).fill(ROOM) }));
    const [volume] = world.volumes(DB);
    world.change({ kind: 'deleteApp', id: DB as PathId });
    world.advance(seconds(5));
    world.create(DB, resident());
    const [instance] = world.instances(DB);
    expect(instance?.condition).to.equal('Running');
    expect(instance?.task?.agentId).to.equal(volume?.agentId);
    expect(world.volumes(DB)).to.have.length(1);
    expect(world.volumes(DB)[0]).to.include({ id: volume?.id, instanceId: instance?.id });
    world.change({ kind: 'deleteApp', id: DB as PathId, wipe: true });
    world.advance(seconds(5));
    expect(reserved(world)).to.equal('');
  });

  it('take up nothing that a task of an earlier life still has', () => {
    const world = withApp();
    const [old] = world.instances(DB);
    const agent = 'agent-1' as AgentId;
    world.lose(agent, 'the host does not answer');
    world.change({ kind: 'deleteApp', id: DB as PathId });
    world.create(DB, resident());
    world.behaviour = (_app, task) => (task === old?.task?.id ? { immortal: true } : {});
    world.giveBack(agent);
    expect(world.conditions(DB)).to.deep.equal({ Scheduled: 1 });
    expect(world.tasks.size).to.equal(1);
    world.report(old?.task?.id ?? ('' as TaskId), 'TASK_KILLED');
    world.advance(seconds(10));
    expect(world.conditions(DB)).to.deep.equal({ Running: 1 });
    expect(world.volumes(DB)).to.have.length(1);
  });

  it('VOL-13: do not stand in their own way', () => {
    const world = withApp({ constraints: [['hostname', 'UNIQUE']] });
    expect(world.instances(DB)[0]?.condition).to.equal('Running');
    kill(world, false);
    world.advance(seconds(5));
    expect(world.instances(DB)[0]).to.include({ condition: 'Running', incarnation: 2 });
  });

  it('LIM-08: keep their constraints although several are launched at once', () => {
    const agents = Array<string>(3).fill(ROOM);
    const world = withApp(
      { instances: 4, constraints: [['hostname', 'UNIQUE']] },
      new SmallWorld({ agents }),
    );
    const hosts = world.instances(DB).flatMap(({ task }) => task?.host ?? []);
    expect(hosts.sort()).to.deep.equal(['h1', 'h2', 'h3']);
  });

  it('VOL-14: a launch that is never confirmed is undone and tried elsewhere', () => {
    const world = new SmallWorld({ agents: [ROOM, ROOM] });
    world.losesEffects = true;
    world.command({
      kind: 'changeRoot',
      change: { kind: 'createApp', id: DB as PathId, app: resident() },
      force: false,
      origin: { clientIp: '127.0.0.1', uri: '/v2/apps' },
    });
    world.settle();
    const [before] = world.instances(DB);
    expect(before?.condition).to.equal('Provisioned');
    world.losesEffects = false;
    world.advance(seconds(25));
    const [after, ...others] = world.instances(DB);
    expect(others).to.deep.equal([]);
    expect(after?.condition).to.equal('Running');
    expect(after?.task?.agentId).not.to.equal(before?.task?.agentId);
    expect(world.volumes(DB)).to.have.length(1);
    expect(world.wipes).to.have.length(1);
  });

  it('VOL-16: begin anew elsewhere when an operator gives their agent up', () => {
    const world = withApp({}, new SmallWorld({ agents: [ROOM, ROOM] }));
    const [before] = world.instances(DB);
    const agent = before?.reservation?.agentId ?? ('' as AgentId);
    world.lose(agent, 'the host does not answer');
    world.advance(seconds(3_600));
    expect(world.instances(DB)).to.have.length(1);
    expect(world.instances(DB)[0]).to.include({ id: before?.id, condition: 'Unreachable' });
    world.send({ kind: 'tendAgent', agent, order: { kind: 'giveUp', force: false } });
    world.advance(seconds(5));
    const [after] = world.instances(DB);
    expect(after?.condition).to.equal('Running');
    expect(after?.task?.agentId).not.to.equal(agent);
    expect(world.volumes(DB).map(({ agentId }) => agentId)).to.deep.equal([after?.task?.agentId]);
  });

  it('VOL-21: a leader that dies after its commit is followed by one that goes on', () => {
    const world = new SmallWorld({ agents: [ROOM, ROOM, ROOM] });
    world.losesEffects = true;
    world.create(DB, resident());
    const [before] = world.instances(DB);
    const [volume] = world.volumes(DB);
    world.newTerm();
    const [after] = world.instances(DB);
    expect(after).to.include({ id: before?.id, condition: 'Running' });
    expect(after?.task?.agentId).to.equal(before?.task?.agentId);
    expect(world.volumes(DB).map(({ id }) => id)).to.deep.equal([volume?.id]);
  });

  it('VOL-21: a wipe that breaks off is gone on with by the next leader', () => {
    const world = withApp();
    world.wipesAreMute = true;
    world.change({ kind: 'deleteApp', id: DB as PathId, wipe: true });
    expect(world.volumes(DB)).to.have.length(1);
    expect(reserved(world)).to.match(/^disk/);
    world.wipesAreMute = false;
    world.newTerm();
    expect(world.volumes(DB)).to.deep.equal([]);
    expect(reserved(world)).to.equal('');
  });

  it('VOL-22: take up suspended ones before any is made', () => {
    const world = withApp({ instances: 5 });
    const ids = world.instances(DB).map(({ id }) => id);
    world.update(DB, { instances: 3 });
    expect(world.instances(DB).filter(isPutAway)).to.have.length(2);
    world.update(DB, { instances: 5 });
    expect(world.instances(DB).map(({ id }) => id)).to.deep.equal(ids);
    expect(world.conditions(DB)).to.deep.equal({ Running: 5 });
    expect(world.volumes(DB)).to.have.length(5);
  });
});

describe('apps that keep data, and roles and GPUs', () => {
  it('RES-09: force changes the role of new instances only', () => {
    const world = withApp();
    expect(world.update(DB, { role: '*' }).kind).to.equal('invalid');
    const other = new SmallWorld({ settings: { apps: { ...APPS, defaultRole: 'eng' } } });
    other.create(DB, resident());
    expect(other.update(DB, { role: 'eng' }).kind).to.equal('invalid');
    expect(other.update(DB, { role: 'eng', instances: 2 }, true).kind).to.equal('deployed');
    other.advance(seconds(5));
    const roles = other.instances(DB).map(({ reservation }) => reservation?.role);
    expect(roles.sort()).to.deep.equal(['db', 'eng']);
    expect(other.conditions(DB)).to.deep.equal({ Running: 2 });
  });

  it('RES-12: an instance comes back to its data on a host whose GPUs it does not use', () => {
    const world = withApp({}, new SmallWorld({ agents: [ROOM] }));
    world.update(DB, { instances: 0 });
    world.hear({ kind: 'agentRegistered', agent: agentOf(0, `gpus:2;${ROOM}`) });
    world.update(DB, { instances: 1 });
    expect(world.conditions(DB)).to.deep.equal({ Running: 1 });
  });

  it('RES-13: a new instance that uses no GPUs is not put beside them', () => {
    const world = withApp({}, new SmallWorld({ agents: [`gpus:2;${ROOM}`] }));
    expect(world.conditions(DB)).to.deep.equal({ Scheduled: 1 });
    expect(world.volumes(DB)).to.deep.equal([]);
  });
});

const APPS = DEFAULT_SETTINGS.apps;

const ROOM = 'cpus:4;mem:4096;disk:10000;ports:[31000-31099]';

describe('deleting a volume', () => {
  function left(): { readonly world: SmallWorld; readonly id: string } {
    const world = withApp();
    world.change({ kind: 'deleteApp', id: DB as PathId });
    world.advance(seconds(5));
    return { world, id: world.volumes(DB)[0]?.id ?? '' };
  }

  const remove = (world: SmallWorld, id: string) =>
    world.send({ kind: 'deleteVolume', id: id as never });

  it('takes two steps', () => {
    const { world, id } = left();
    expect(remove(world, id)).to.have.property('confirmBy');
    expect(world.wipes).to.deep.equal([]);
    expect(remove(world, id)).to.deep.equal({ kind: 'volumeDeletion' });
    expect(world.volumes(DB)).to.deep.equal([]);
    expect(world.wipes).to.deep.equal([id]);
    expect(reserved(world)).to.equal('');
  });

  it('begins again when the second step comes too late', () => {
    const { world, id } = left();
    remove(world, id);
    world.advance(seconds(700));
    expect(world.volumes(DB)[0]).not.to.have.property('deletion');
    expect(remove(world, id)).to.have.property('confirmBy');
    expect(world.wipes).to.deep.equal([]);
  });

  it('is refused while an instance has it, suspended or not', () => {
    const world = withApp();
    const id = world.volumes(DB)[0]?.id ?? '';
    expect(remove(world, id).kind).to.equal('conflict');
    world.update(DB, { instances: 0 });
    expect(remove(world, id).kind).to.equal('conflict');
    expect(remove(world, 'db_pg#data#none').kind).to.equal('notFound');
  });
});

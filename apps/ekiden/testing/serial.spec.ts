import { expect } from 'chai';
import { millis, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import type { AppWire, PathId } from '../src/core/app/index.js';
import { waitingOn } from '../src/core/reconcile/index.js';
import { DEFAULT_SETTINGS, type WorldCommand } from '../src/core/turn/index.js';
import { sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';
import { changeCommand, type SmallWorldOptions } from './small-world.js';

const DB = '/db/pg';
const ROOM = 'cpus:4;mem:4096;disk:10000;ports:[31000-31999]';
const THREE_HOSTS = { agents: Array<string>(3).fill(ROOM) };

const DATA: AppWire = {
  role: 'db',
  container: {
    type: 'MESOS',
    volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 100 } }],
  },
};

function world(app: AppWire = {}, options: SmallWorldOptions = THREE_HOSTS): RolloutWorld {
  const made = new RolloutWorld(options);
  made.setRollout('/db', { strategy: 'serial' });
  const reply = made.create(DB, sleeper(DB, { instances: 3, ...app }));
  expect(made.deployment(reply).status).to.equal('succeeded');
  return made;
}

const ALL_AT_ONCE = { minimumHealthCapacity: 0, maximumOverCapacity: 0 };

function killedStatus(taskId: TaskId, agentId: AgentId): WorldCommand {
  const status = { taskId, agentId, state: 'TASK_KILLED', source: 'EXECUTOR' } as const;
  return { kind: 'hostStatus', status: { ...status, at: millis(0) } };
}

for (const [kind, app] of [
  ['without data', {}],
  ['that keep data', DATA],
] as const) {
  describe(`apps replaced one by one, ${kind}`, () => {
    it('start in the order of their slots, which their environment names', () => {
      expect(world(app).done).to.deep.equal([
        'launch 0 sleep 100',
        'launch 1 sleep 100',
        'launch 2 sleep 100',
      ]);
    });

    it('are stopped, and started again in their slot on their host, the highest first', () => {
      const db = world(app);
      const hosts = db.instances(DB).map(({ slot, task }) => [slot, task?.agentId]);
      const ids = db.instanceIds(DB);
      db.performed.length = 0;
      const reply = db.update(DB, { cmd: 'sleep 200' });
      expect(db.deployment(reply).status).to.equal('succeeded');
      const launches = db.done.filter((one) => one.startsWith('launch'));
      expect(launches).to.deep.equal([
        'launch 2 sleep 200',
        'launch 1 sleep 200',
        'launch 0 sleep 200',
      ]);
      expect(db.instanceIds(DB)).to.deep.equal(ids);
      expect(db.instances(DB).map(({ slot, task }) => [slot, task?.agentId])).to.deep.equal(hosts);
      expect(db.peak.get(DB)).to.equal(3);
    });

    it('are not touched while the new one in the slot before does not run', () => {
      const db = world(app);
      const [zero, one] = [db.inSlot(DB, 0), db.inSlot(DB, 1)];
      db.behaviour = () => ({ stuck: true });
      db.update(DB, { cmd: 'sleep 200' });
      db.advance(seconds(120));
      expect(db.inSlot(DB, 0)).to.deep.equal(zero);
      expect(db.inSlot(DB, 1)).to.deep.equal(one);
      expect(db.inSlot(DB, 2).configVersion).to.not.equal(zero.configVersion);
    });

    it('go on at the same slot under the next leader', () => {
      const db = world(app);
      db.behaviour = () => ({ stuck: true });
      const reply = db.update(DB, { cmd: 'sleep 200' });
      db.newTerm();
      db.advance(seconds(30));
      const old = db.inSlot(DB, 0).configVersion;
      expect(db.inSlot(DB, 1).configVersion).to.equal(old);
      db.behaviour = () => ({});
      db.advance(seconds(900));
      expect(db.deployment(reply).status).to.equal('succeeded');
      expect(new Set(db.instances(DB).map(({ slot }) => slot))).to.deep.equal(new Set([0, 1, 2]));
    });

    it('start again as they were when they end by themselves, until it is their turn', () => {
      const db = world(app);
      db.behaviour = () => ({ stuck: true });
      db.update(DB, { cmd: 'sleep 200' });
      const { task, configVersion } = db.inSlot(DB, 0);
      if (task === undefined) throw new Error('slot 0 does not run');
      db.behaviour = () => ({});
      db.behaviour = (_, id) => ({ stuck: !id.includes(db.inSlot(DB, 0).id) });
      db.report(task.id, 'TASK_FAILED');
      db.advance(seconds(60));
      const again = db.inSlot(DB, 0);
      expect([again.condition, again.configVersion]).to.deep.equal(['Running', configVersion]);
      expect(again.incarnation).to.equal(2);
    });

    it('shrink by the highest slot and grow by the lowest free one', () => {
      const db = world(app);
      db.update(DB, { instances: 1 });
      const running = db.instances(DB).filter(({ condition }) => condition === 'Running');
      expect(running.map(({ slot }) => slot)).to.deep.equal([0]);
      db.update(DB, { instances: 4 });
      expect(
        db
          .instances(DB)
          .map(({ slot }) => slot)
          .sort(),
      ).to.deep.equal([0, 1, 2, 3]);
    });

    it('go back in the other order when it is taken back', () => {
      const db = world(app);
      db.update(DB, { cmd: 'sleep 200' });
      const undone = [...db.state.rows.deployments.values()].at(-1);
      db.performed.length = 0;
      db.send({ kind: 'tendDeployment', id: undone?.id ?? '', order: 'undo' });
      const launches = db.done.filter((one) => one.startsWith('launch'));
      expect(launches).to.deep.equal([
        'launch 0 sleep 100',
        'launch 1 sleep 100',
        'launch 2 sleep 100',
      ]);
    });
  });
}

describe('apps replaced one by one', () => {
  it('get their slots when they become such: nothing restarts for that', () => {
    const db = new RolloutWorld(THREE_HOSTS);
    db.create(DB, sleeper(DB, { instances: 3 }));
    const ids = db.instanceIds(DB);
    db.setRollout('/db', { strategy: 'serial' });
    db.update(DB, { cmd: 'sleep 200' });
    expect(db.instanceIds(DB)).to.deep.equal(ids);
    expect(db.instances(DB).map(({ slot }) => slot)).to.deep.equal([0, 1, 2]);
  });

  it('keep what works while those that are to stay do not, say so, and pause in the end', () => {
    const healthChecks = [{ protocol: 'TCP', port: 80, gracePeriodSeconds: 5 }] as const;
    const db = new RolloutWorld(THREE_HOSTS);
    db.setRollout('/db', { strategy: 'serial' });
    db.create(DB, sleeper(DB, { instances: 4, healthChecks }));
    const judge = (slot: number, ok: boolean): void => {
      const taskId = db.inSlot(DB, slot).task?.id ?? ('' as never);
      db.hear({ kind: 'healthResult', taskId, check: 0, at: db.clock.now(), ok });
    };
    for (const slot of [0, 1, 2, 3]) judge(slot, true);
    for (const slot of [0, 1]) judge(slot, false);
    const reply = db.update(DB, { instances: 2 });
    const waits = waitingOn(db.view, db.deployment(reply), DEFAULT_SETTINGS, db.clock.now());
    expect(waits.map(({ message }) => message)).to.deep.equal([
      '/db/pg: 2 instances run and are not healthy yet',
      '/db/pg: 2 more than wanted are kept until those that are to stay work; kill with scale=true what is to go all the same',
    ]);
    db.advance(seconds(601));
    expect(db.deployment(reply).paused?.reason).to.match(/^nothing has moved for 600 s: /);
    expect(db.instances(DB)).to.have.length(4);
  });

  it('leave a host that is drained one after the other, each with its slot', () => {
    const db = world({}, { agents: [ROOM, ROOM] });
    const [agent] = db.instances(DB).flatMap(({ task }) => task?.agentId ?? []);
    const order = { kind: 'drain', deadlineSeconds: 600, markGone: false } as const;
    db.send({ kind: 'tendAgent', agent: agent as AgentId, order });
    db.advance(seconds(60));
    const places = db.instances(DB).map(({ task }) => task?.agentId);
    expect(places).to.not.include(agent);
    expect(db.instances(DB).map(({ slot }) => slot)).to.have.members([0, 1, 2]);
    expect(db.peak.get(DB)).to.equal(3);
  });
});

describe('apps replaced one by one from now on', () => {
  it('run their hooks also for what an earlier upgrade stopped, however late its end is heard of', () => {
    const db = new RolloutWorld(THREE_HOSTS);
    db.create(DB, sleeper(DB, { instances: 2, ...DATA, upgradeStrategy: { ...ALL_AT_ONCE } }));
    db.behaviour = () => ({ immortal: true });
    db.update(DB, { cmd: 'sleep 200' });
    const stopped = db.instances(DB).flatMap(({ kill, task }) => (kill && task ? [task] : []));
    expect(stopped).to.have.length(2);

    db.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FINISHED' } : {});
    db.performed.length = 0;
    const hook = { at: 'beforeStart', command: ['./do'], timeoutSeconds: 60, onFailure: 'abort' };
    const rollout = { strategy: 'serial', hooks: [hook] } as const;
    const entries = [{ id: DB as PathId, app: { cmd: 'sleep 300', rollout } as AppWire }];
    const change = { kind: 'upsertApps', entries, partial: true, mustExist: false } as const;
    db.hear(
      changeCommand(change, true),
      ...stopped.map((task) => killedStatus(task.id, task.agentId)),
    );
    expect(db.done.filter((one) => one.startsWith('launch'))).to.deep.equal([
      'launch 0 ./do',
      'launch 1 ./do',
      'launch 0 sleep 300',
      'launch 1 sleep 300',
    ]);
    expect(db.running).to.deep.equal([]);
  });
});

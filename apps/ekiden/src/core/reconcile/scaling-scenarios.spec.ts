import { expect } from 'chai';
import { millis, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import { SmallWorld, changeCommand, type SmallWorldOptions } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import { explainQueue } from '../matching/index.js';
import { viewOf, type Reply, type TaskSelection } from '../turn/index.js';

const WEB = '/web' as PathId;
const API = '/api' as PathId;

function running(app: AppWire, options: SmallWorldOptions = {}): SmallWorld {
  const world = new SmallWorld(options);
  world.create(WEB, { cmd: 'sleep 1000', cpus: 0.1, mem: 16, ...app });
  return world;
}

function idsOf(world: SmallWorld, app: string = WEB): readonly string[] {
  return world.instances(app).map(({ id }) => id);
}

function kill(world: SmallWorld, tasks: TaskSelection, more: object = {}): Reply {
  const options = { scale: false, wipe: false, force: false, ...more };
  return world.send({ kind: 'killTasks', tasks, ...options });
}

function taskOf(instance: Instance | undefined): TaskId {
  if (instance?.task === undefined) throw new Error('no task');
  return instance.task.id;
}

/** Kills that hosts were asked for, by task. */
function killsOf(world: SmallWorld): readonly string[] {
  return world.performed.flatMap((effect) => (effect.kind === 'kill' ? [effect.taskId] : []));
}

function messages(world: SmallWorld, state: string): readonly string[] {
  return world.events.flatMap((event) =>
    event.type === 'status_update_event' && event.taskStatus === state ? [event.message] : [],
  );
}

describe('scaling', () => {
  it('SCL-01: up keeps what there is, down keeps what is wanted; the configuration stays', () => {
    const world = running({ instances: 1 });
    const [first] = idsOf(world);
    const config = world.view.root.apps.get(WEB)?.versionInfo.lastConfigChangeAt;
    world.clock.advance(seconds(1));
    world.update(WEB, { instances: 3 });
    expect(idsOf(world)).to.have.length(3);
    expect(idsOf(world)).to.include(first);
    world.clock.advance(seconds(1));
    world.update(WEB, { instances: 1 });
    expect(idsOf(world)).to.deep.equal([first]);
    expect(world.view.root.apps.get(WEB)?.versionInfo.lastConfigChangeAt).to.equal(config);
  });

  for (const [id, killSelection, who] of [
    ['SCL-02', 'YOUNGEST_FIRST', 2],
    ['SCL-03', 'OLDEST_FIRST', 0],
  ] as const) {
    it(`${id}: ${killSelection} ends instance number ${who} of three`, () => {
      const world = running({ instances: 1, killSelection });
      for (const instances of [2, 3]) {
        world.advance(seconds(5));
        world.update(WEB, { instances });
      }
      const byAge = [...world.instances(WEB)].sort((a, b) => a.createdAt - b.createdAt);
      world.update(WEB, { instances: 2 });
      const expected = byAge.filter((_, index) => index !== who).map((one) => one.id);
      expect(idsOf(world)).to.have.members(expected);
    });
  }

  it('SCL-14: what waits for a place goes before what runs', () => {
    const world = running(
      { instances: 5, cpus: 1, killSelection: 'OLDEST_FIRST' },
      { agents: ['cpus:3;mem:4096;ports:[31000-31099]'] },
    );
    const alive = world.instances(WEB).filter(({ condition }) => condition === 'Running');
    expect(world.conditions(WEB)).to.deep.equal({ Running: 3, Scheduled: 2 });
    world.update(WEB, { instances: 3 }, true);
    expect(idsOf(world)).to.have.members(alive.map(({ id }) => id));
    expect(world.conditions(WEB)).to.deep.equal({ Running: 3 });
    expect([...world.view.deployments.by('status', 'running')]).to.deep.equal([]);
    expect(killsOf(world)).to.deep.equal([]);
  });

  it('SCL-19: an unhealthy one goes before healthy ones', () => {
    const check = { protocol: 'COMMAND', command: { value: 'true' }, maxConsecutiveFailures: 0 };
    const world = running({
      instances: 3,
      healthChecks: [{ ...check, gracePeriodSeconds: 0 }],
    } as AppWire);
    const [a, sick, b] = world.instances(WEB);
    for (const one of [a, sick, b]) {
      const at = world.clock.now();
      const ok = one !== sick;
      world.hear({ kind: 'healthResult', taskId: taskOf(one), check: 0, at, ok });
    }
    world.update(WEB, { instances: 2 }, true);
    expect(idsOf(world)).to.have.members([a?.id, b?.id]);
  });

  it('SCL-21: what was removed from its host while nobody led is restored, once', () => {
    const world = running({ instances: 5 });
    const [lost] = world.instances(WEB);
    world.tasks.delete(taskOf(lost));
    world.newTerm();
    world.advance(seconds(5));
    expect(world.conditions(WEB)).to.deep.equal({ Running: 5 });
    expect(world.peak.get(WEB)).to.equal(5);
    expect(world.tasks.size).to.equal(5);
  });

  it('SCL-22: two hundred at once are two hundred, never more', () => {
    const world = running({ instances: 0, cpus: 0.01, portDefinitions: [] });
    world.update(WEB, { instances: 200 });
    expect(world.conditions(WEB)).to.deep.equal({ Running: 200 });
    const launched = world.performed.flatMap((effect) =>
      effect.kind === 'launch' ? [effect.taskId] : [],
    );
    expect(new Set(launched).size).to.equal(200);
  });

  it('SCL-28: of a million that find no place, ten thousand wait; more are made as places are found', () => {
    const world = running({ instances: 0, cpus: 16, portDefinitions: [] });
    world.update(WEB, { instances: 1_000_000 });
    expect(world.conditions(WEB)).to.deep.equal({ Running: 4, Scheduled: 10_000 });
    expect(explainQueue(viewOf(world.state), world.clock.now())[0]?.count).to.equal(999_996);
    world.update(WEB, { instances: 3 }, true);
    expect(world.conditions(WEB)).to.deep.equal({ Running: 3 });
  });

  it('LIM-07: crashes, scale-ups and looks at the same time never make more than wanted', () => {
    const world = running({ instances: 5, backoffSeconds: 0 });
    for (let round = 0; round < 10; round += 1) {
      for (const each of world.instances(WEB).slice(0, 2)) {
        if (each.task !== undefined) world.report(each.task.id, 'TASK_FAILED');
      }
      const entries = [{ id: WEB, app: { instances: 5 + (round % 2) } }];
      const change = { kind: 'upsertApps', entries, partial: true, mustExist: false } as const;
      world.command(changeCommand(change, true));
      world.state.memory.dirty.add(WEB);
      world.settle();
      if (round % 3 === 2) world.newTerm();
    }
    world.advance(seconds(60));
    expect(world.peak.get(WEB)).to.be.at.most(6);
    expect(world.conditions(WEB)).to.deep.equal({ Running: 6 });
    const alive = [...world.tasks.values()].filter(({ state }) => state === 'TASK_RUNNING');
    expect(alive).to.have.length(6);
  });

  it('SCL-26: of two at the same time the first is accepted and the second is told why not', () => {
    const world = running({ instances: 1 });
    world.behaviour = () => ({ stuck: true });
    expect(world.update(WEB, { instances: 3 }).kind).to.equal('deployed');
    expect(world.update(WEB, { instances: 5 }).kind).to.equal('locked');
    expect(world.view.root.apps.get(WEB)?.instances).to.equal(3);
  });
});

describe('kills by hand', () => {
  it('SCL-04: a killed task is replaced by the next incarnation of its instance', () => {
    const world = running({ instances: 2 });
    const before = idsOf(world);
    const [victim] = world.instances(WEB);
    kill(world, { by: 'appTask', app: WEB, task: taskOf(victim) });
    expect(idsOf(world)).to.deep.equal(before);
    expect(world.instances(WEB).map(({ incarnation }) => incarnation)).to.deep.equal([2, 1]);
    expect(world.conditions(WEB)).to.deep.equal({ Running: 2 });
  });

  it('SCL-06: all of an app are', () => {
    const world = running({ instances: 2 });
    kill(world, { by: 'app', app: WEB });
    expect(world.instances(WEB).map(({ incarnation }) => incarnation)).to.deep.equal([2, 2]);
  });

  it('SCL-07: with scale none is left', () => {
    const world = running({ instances: 2 });
    expect(kill(world, { by: 'app', app: WEB }, { scale: true }).kind).to.equal('deployed');
    expect(world.view.root.apps.get(WEB)?.instances).to.equal(0);
    expect(idsOf(world)).to.deep.equal([]);
    expect(world.tasks.size).to.equal(0);
  });

  it('SCL-08: with a host only those on it', () => {
    const agents = ['cpus:4;mem:4096', 'cpus:4;mem:4096'];
    const world = running(
      { instances: 2, constraints: [['hostname', 'UNIQUE']], portDefinitions: [] },
      { agents },
    );
    kill(world, { by: 'app', app: WEB, host: 'h1' });
    const seen = world.instances(WEB).map(({ task, incarnation }) => [task?.host, incarnation]);
    expect(seen).to.have.deep.members([
      ['h1', 2],
      ['h2', 1],
    ]);
  });

  it('SCL-09: with wipe a new instance takes its place', () => {
    const world = running({ instances: 1 });
    const [before] = world.instances(WEB);
    kill(world, { by: 'appTask', app: WEB, task: taskOf(before) }, { wipe: true });
    const [after] = world.instances(WEB);
    expect(after?.id).to.not.equal(before?.id);
    expect(after?.incarnation).to.equal(1);
  });

  it('SCL-11: tasks of several apps at once; with scale one deployment lowers both', () => {
    const world = running({ instances: 2 });
    world.create(API, { cmd: 'sleep 1000', cpus: 0.1, instances: 2 });
    const ids = [WEB, API].map((app) => taskOf(world.instances(app)[0]));
    kill(world, { by: 'ids', ids });
    const lives = (app: string) => world.instances(app).map(({ incarnation }) => incarnation);
    expect([lives(WEB), lives(API)]).to.deep.equal([
      [2, 1],
      [2, 1],
    ]);
    const victims = [WEB, API].map((app) => world.instances(app)[0]);
    const reply = kill(world, { by: 'ids', ids: victims.map(taskOf) }, { scale: true });
    expect(reply.kind).to.equal('deployed');
    for (const app of [WEB, API]) {
      expect(world.view.root.apps.get(app)?.instances).to.equal(1);
      expect(idsOf(world, app)).to.have.length(1);
    }
    const left = [...idsOf(world, WEB), ...idsOf(world, API)];
    expect(left.filter((id) => victims.some((one) => one?.id === id))).to.deep.equal([]);
  });

  it('SCL-11: a task that is named twice counts once', () => {
    const world = running({ instances: 3 });
    const task = taskOf(world.instances(WEB)[0]);
    kill(world, { by: 'ids', ids: [task, task] }, { scale: true });
    expect(world.view.root.apps.get(WEB)?.instances).to.equal(2);
    expect(idsOf(world, WEB)).to.have.length(2);
  });

  it('SCL-13: of what does not exist are refused', () => {
    const world = running({ instances: 1 });
    const none = '/none' as PathId;
    const task = 'web.instance-none._app.1' as TaskId;
    expect(kill(world, { by: 'app', app: none }).kind).to.equal('notFound');
    expect(kill(world, { by: 'appTask', app: WEB, task }).kind).to.equal('notFound');
  });

  it('LDR-13: the very task that was to go with scale goes, although the leader died on the way', () => {
    const world = running({ instances: 3, killSelection: 'YOUNGEST_FIRST' });
    const [, victim] = world.instances(WEB);
    world.losesEffects = true;
    kill(world, { by: 'ids', ids: [taskOf(victim)] }, { scale: true });
    expect(world.tasks.size).to.equal(3);
    world.newTerm();
    expect(idsOf(world)).to.have.length(2);
    expect(idsOf(world)).to.not.include(victim?.id);
    expect(world.tasks.has(taskOf(victim))).to.equal(false);
  });

  it('LDR-08: a new leader leaves the one alone that runs beside one without a place', () => {
    const world = running({ instances: 2, constraints: [['hostname', 'UNIQUE']] });
    const alive = world.instances(WEB).find(({ condition }) => condition === 'Running');
    expect(world.conditions(WEB)).to.deep.equal({ Running: 1, Scheduled: 1 });
    world.newTerm();
    world.advance(seconds(120));
    const after = world.instances(WEB).find(({ id }) => id === alive?.id);
    expect(after?.task?.id).to.equal(alive?.task?.id);
    expect(killsOf(world)).to.deep.equal([]);
  });
});

describe('the kill service', () => {
  it('SCL-23: has no more than a hundred kills unanswered, and all three hundred die', () => {
    const world = running({ instances: 300, cpus: 0.01, mem: 1, portDefinitions: [] });
    expect(world.conditions(WEB)).to.deep.equal({ Running: 300 });
    world.behaviour = () => ({ immortal: true });
    world.update(WEB, { instances: 0 });
    expect(new Set(killsOf(world)).size).to.equal(100);
    for (const task of world.tasks.keys()) {
      if (killsOf(world).includes(task)) world.report(task, 'TASK_KILLED');
    }
    world.settle();
    expect(new Set(killsOf(world)).size).to.equal(200);
    world.behaviour = () => ({});
    world.advance(seconds(31));
    expect(world.tasks.size).to.equal(0);
    expect(idsOf(world)).to.deep.equal([]);
  });

  it('SCL-23: an app whose kills wait goes on when those of another are answered', () => {
    const world = running({ instances: 4 }, { settings: { killsOutstanding: 3 } });
    world.create(API, { cmd: 'sleep 1000', cpus: 0.1, instances: 2 });
    world.behaviour = () => ({ immortal: true });
    const [api] = world.instances(API);
    kill(world, { by: 'app', app: API });
    kill(world, { by: 'app', app: WEB });
    expect(killsOf(world)).to.have.length(3);
    // That it is being killed is an answer: the call has arrived.
    world.report(taskOf(api), 'TASK_KILLING');
    world.settle();
    expect(killsOf(world)).to.have.length(4);
  });

  it('SCL-24: repeats a kill that nobody answered after half a minute', () => {
    const world = running({ instances: 1 });
    const task = taskOf(world.instances(WEB)[0]);
    world.losesEffects = true;
    world.update(WEB, { instances: 0 });
    world.losesEffects = false;
    world.advance(millis(29_999));
    expect(killsOf(world)).to.deep.equal([]);
    world.advance(millis(1));
    expect(killsOf(world)).to.deep.equal([task]);
    expect(idsOf(world)).to.deep.equal([]);
  });

  it('repeats it at growing distances, makes no more allowance at last, and says so once', () => {
    const world = running({ instances: 1, taskKillGracePeriodSeconds: 20 });
    world.behaviour = () => ({ immortal: true });
    const begun = world.clock.now();
    const asked: (readonly [after: number, grace: number])[] = [];
    world.update(WEB, { instances: 0 });
    for (let i = 0; i < 1_300; i += 1) {
      for (const effect of world.performed.splice(0)) {
        if (effect.kind !== 'kill') continue;
        const after = (world.clock.now() - begun) / 1000;
        asked.push([after, (effect.gracePeriod ?? -1) / 1000]);
      }
      world.advance(seconds(1));
    }
    expect(asked).to.deep.equal([
      [0, 20],
      [30, 20],
      [90, 0],
      [210, 0],
      [450, 0],
      [690, 0],
      [930, 0],
      [1_170, 0],
    ]);
    expect(world.eventTypes('task_kill_overdue_event')).to.have.length(1);
  });

  it('SCL-27: tells that a task is being killed before it tells that it was', () => {
    const world = running({ instances: 1 });
    world.behaviour = () => ({ immortal: true });
    const task = taskOf(world.instances(WEB)[0]);
    world.update(WEB, { instances: 0 });
    world.report(task, 'TASK_KILLING');
    world.report(task, 'TASK_KILLED', { message: 'Command terminated with signal SIGTERM' });
    world.settle();
    const told = world.events.flatMap((event) =>
      event.type === 'status_update_event' ? [event.taskStatus] : [],
    );
    expect(told.slice(-2)).to.deep.equal(['TASK_KILLING', 'TASK_KILLED']);
  });

  it('says why in status and event, by whom, for every kind of kill', () => {
    const world = running({ instances: 2 });
    const origin = { clientIp: '10.0.0.9', uri: '/v2/tasks/delete' };
    kill(world, { by: 'ids', ids: [taskOf(world.instances(WEB)[0])] }, { origin });
    world.update(WEB, { instances: 1 });
    world.update(WEB, { cmd: 'sleep 2000' });
    const order = { kind: 'drain', deadlineSeconds: 0, markGone: false } as const;
    world.send({ kind: 'tendAgent', agent: 'agent-1' as AgentId, order });
    world.send({ kind: 'tendAgent', agent: 'agent-1' as AgentId, order: { kind: 'activate' } });
    world.advance(seconds(2));
    world.change({ kind: 'deleteApp', id: WEB });
    const kinds = world.events.flatMap((event) =>
      event.type === 'instance_kill_ordered_event' ? [event.reason] : [],
    );
    expect(kinds).to.deep.equal(['userRequest', 'scaling', 'upgrading', 'draining', 'deletingApp']);
    const said = messages(world, 'TASK_KILLED');
    expect(said[0]).to.equal('Killed because somebody asked for it (10.0.0.9, /v2/tasks/delete)');
    expect(said[1]).to.match(/more instances than it wants \(deployment [0-9a-f-]{36}\)/);
    expect(said[2]).to.match(/newer configuration replaces it \(deployment /);
    expect(said[3]).to.match(/its agent is being emptied|was to be empty/);
    expect(said[4]).to.match(/its app was removed \(deployment /);
  });
});

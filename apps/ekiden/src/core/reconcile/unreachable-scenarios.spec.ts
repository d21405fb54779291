import { expect } from 'chai';
import { millis, seconds, type AgentId, type TaskId, type TaskState } from '@ekiden/kernel';
import { SmallWorld, type SmallWorldOptions } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import type { TaskSelection } from '../turn/index.js';

const WEB = '/web';
const ONE = 'agent-1' as AgentId;
const TWO_HOSTS: SmallWorldOptions = {
  agents: ['cpus:4;mem:4096;ports:[31000-31099]', 'cpus:4;mem:4096;ports:[31000-31099]'],
};

/** One instance of `/web` on two hosts, and the host it runs on. */
function placed(app: AppWire, options = TWO_HOSTS): { world: SmallWorld; host: AgentId } {
  const world = new SmallWorld(options);
  world.create(WEB, { cmd: 'sleep 1000', cpus: 0.1, ...app });
  return { world, host: world.instances(WEB)[0]?.task?.agentId ?? ONE };
}

function strategy(inactiveAfterSeconds: number, expungeAfterSeconds: number): AppWire {
  return { unreachableStrategy: { inactiveAfterSeconds, expungeAfterSeconds } };
}

/** Condition and host of each instance, oldest first. */
function sights(world: SmallWorld): readonly string[] {
  return [...world.instances(WEB)]
    .sort((a, b) => a.createdAt - b.createdAt)
    .map(({ condition, task }) => `${condition} ${task?.agentId ?? '-'}`);
}

function first(world: SmallWorld): Instance {
  const [instance] = world.instances(WEB);
  if (instance === undefined) throw new Error('no instance');
  return instance;
}

function other(host: AgentId): AgentId {
  return (host === ONE ? 'agent-2' : 'agent-1') as AgentId;
}

function kill(world: SmallWorld, tasks: TaskSelection, more: object = {}) {
  const options = { scale: false, wipe: false, force: false, ...more };
  return world.send({ kind: 'killTasks', tasks, ...options });
}

function statusOf(task: TaskId, agentId: AgentId, state: TaskState, world: SmallWorld) {
  const status = { taskId: task, agentId, state, source: 'EXECUTOR', at: world.clock.now() };
  return { kind: 'hostStatus', status } as Parameters<SmallWorld['hear']>[0];
}

describe('a host that cannot be reached', () => {
  it('UNR-01: by default its instance is replaced at once and forgotten', () => {
    const { world, host } = placed({});
    const lost = first(world).id;
    world.lose(host, 'cut off');
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
    expect(first(world).id).to.not.equal(lost);
  });

  it('UNR-02: with (0, 60) it is replaced at once and shown beside the new one', () => {
    const { world, host } = placed(strategy(0, 60));
    world.lose(host, 'cut off');
    expect(sights(world)).to.deep.equal([`UnreachableInactive ${host}`, `Running ${other(host)}`]);
  });

  it('UNR-03: with (10, 300) it is given up after ten seconds, to the millisecond', () => {
    const { world, host } = placed(strategy(10, 300));
    world.lose(host, 'cut off');
    world.advance(millis(9_999));
    expect(sights(world)).to.deep.equal([`Unreachable ${host}`]);
    world.advance(millis(1));
    expect(sights(world)).to.deep.equal([`UnreachableInactive ${host}`, `Running ${other(host)}`]);
    const told = world.events.some(
      (event) =>
        event.type === 'instance_changed_event' && event.condition === 'UnreachableInactive',
    );
    expect(told).to.equal(true);
    world.advance(seconds(290));
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
  });

  it('UNR-04: back in time the original runs on and its replacement, the youngest, ends', () => {
    const { world, host } = placed(strategy(10, 300));
    const original = first(world).id;
    world.lose(host, 'cut off');
    world.advance(seconds(30));
    expect(world.instances(WEB)).to.have.length(2);
    world.giveBack(host);
    expect(sights(world)).to.deep.equal([`Running ${host}`]);
    expect(first(world).id).to.equal(original);
    expect(first(world).incarnation).to.equal(1);
  });

  it('UNR-04: with the oldest to go first, the original ends and its replacement stays', () => {
    const { world, host } = placed({ ...strategy(10, 300), killSelection: 'OLDEST_FIRST' });
    world.lose(host, 'cut off');
    world.advance(seconds(30));
    world.giveBack(host);
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
  });

  it('UNR-04: a replacement that has found no place yet is the one that goes', () => {
    const { world, host } = placed({
      ...strategy(10, 300),
      killSelection: 'OLDEST_FIRST',
      constraints: [['hostname', 'CLUSTER', 'h1']],
    });
    world.lose(host, 'cut off');
    world.advance(seconds(30));
    expect(world.conditions(WEB)).to.deep.equal({ UnreachableInactive: 1, Scheduled: 1 });
    world.giveBack(host);
    expect(sights(world)).to.deep.equal([`Running ${host}`]);
  });

  it('UNR-06: back before it is given up, nothing has happened to its task', () => {
    const { world, host } = placed(strategy(300, 600));
    const before = first(world).task?.id;
    world.lose(host, 'cut off');
    world.advance(seconds(30));
    world.giveBack(host);
    expect(sights(world)).to.deep.equal([`Running ${host}`]);
    expect(first(world).task?.id).to.equal(before);
    world.advance(seconds(1_000));
    expect(first(world).task?.id).to.equal(before);
  });

  it('UNR-07: the task of a forgotten instance is stopped as soon as its host is back', () => {
    const { world, host } = placed({});
    const stale = first(world).task?.id;
    world.lose(host, 'cut off');
    expect(stale !== undefined && world.tasks.has(stale)).to.equal(true);
    world.giveBack(host);
    expect([...world.tasks.keys()]).to.deep.equal([first(world).task?.id]);
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
  });

  it('UNR-07: also when the leader has changed meanwhile', () => {
    const { world, host } = placed({});
    world.lose(host, 'cut off');
    world.newTerm();
    world.giveBack(host);
    expect([...world.tasks.keys()]).to.deep.equal([first(world).task?.id]);
  });

  it('UNR-09: "disabled" waits without end', () => {
    const { world, host } = placed({ unreachableStrategy: 'disabled' });
    world.lose(host, 'cut off');
    world.advance(seconds(300));
    expect(sights(world)).to.deep.equal([`Unreachable ${host}`]);
    world.giveBack(host);
    expect(sights(world)).to.deep.equal([`Running ${host}`]);
  });

  it('UNR-13: a host that was away too shortly to be missed keeps its tasks', () => {
    const { world, host } = placed({});
    const before = first(world).task?.id;
    world.lose(host);
    world.advance(seconds(5));
    world.giveBack(host);
    expect(first(world).task?.id).to.equal(before);
  });

  it('counts deadlines from the loss, also when the leader changes on the way', () => {
    const { world, host } = placed(strategy(60, 600));
    world.lose(host, 'cut off');
    world.advance(seconds(50));
    world.newTerm();
    world.advance(seconds(10));
    expect(sights(world)).to.deep.equal([`UnreachableInactive ${host}`, `Running ${other(host)}`]);
  });

  it('wakes nobody for an instance that is waited for without end', () => {
    const { world, host } = placed({ unreachableStrategy: 'disabled' });
    world.lose(host, 'cut off');
    expect(world.state.memory.wakes.next()).to.equal(undefined);
  });
});

describe('a task that is too long on its way', () => {
  it('UNR-14: is killed after five minutes and tried again, and says why', () => {
    const world = new SmallWorld(TWO_HOSTS);
    world.behaviour = () => ({ stuck: true });
    world.create(WEB, { cmd: 'sleep 1000', cpus: 0.1, backoffSeconds: 1 });
    world.advance(millis(299_999));
    expect(first(world).incarnation).to.equal(1);
    world.behaviour = () => ({});
    world.advance(seconds(2));
    expect(first(world).incarnation).to.equal(2);
    expect(world.conditions(WEB)).to.deep.equal({ Running: 1 });
    const failure = world.view.taskFailures.get(WEB as PathId);
    expect(failure?.message).to.match(/not running within 300 s/i);
  });
});

describe('statuses that come late, twice or from the wrong life', () => {
  it('UNR-16: a late RUNNING of an old incarnation has that one killed, not the current one', () => {
    const { world, host } = placed({});
    const old = first(world).task?.id;
    world.lose(host, 'cut off');
    world.uncut(host);
    if (old === undefined) throw new Error('no task');
    world.hear(statusOf(old, host, 'TASK_RUNNING', world));
    expect(world.tasks.has(old)).to.equal(false);
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
    const kills = world.performed.flatMap((effect) =>
      effect.kind === 'kill' ? [effect.taskId] : [],
    );
    expect(kills).to.deep.equal([old]);
  });

  it('UNR-17: the first end wins, and there is one replacement', () => {
    const { world, host } = placed({ backoffSeconds: 0 });
    const task = first(world).task?.id;
    if (task === undefined) throw new Error('no task');
    world.hear(
      statusOf(task, host, 'TASK_FAILED', world),
      statusOf(task, host, 'TASK_FINISHED', world),
      statusOf(task, host, 'TASK_RUNNING', world),
      statusOf(task, host, 'TASK_FAILED', world),
    );
    world.advance(seconds(2));
    expect(first(world).incarnation).to.equal(2);
    expect(world.instances(WEB)).to.have.length(1);
    expect(world.view.taskFailures.get(WEB as PathId)?.state).to.equal('TASK_FAILED');
  });
});

describe('what people do about hosts that are lost', () => {
  it('UNR-18: an agent declared gone takes its tasks with it; they are replaced at once', () => {
    const { world, host } = placed({ unreachableStrategy: 'disabled', backoffSeconds: 60 });
    const before = first(world).id;
    world.lose(host, 'cut off');
    const order = { kind: 'giveUp', force: false } as const;
    expect(world.send({ kind: 'tendAgent', agent: host, order }).kind).to.equal('done');
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
    expect(first(world).id).to.equal(before);
    expect(first(world).incarnation).to.equal(2);
  });

  it('UNR-18: should it come back all the same, what it runs is stopped', () => {
    const { world, host } = placed({ unreachableStrategy: 'disabled' });
    world.lose(host, 'cut off');
    world.send({ kind: 'tendAgent', agent: host, order: { kind: 'giveUp', force: false } });
    world.giveBack(host);
    expect([...world.tasks.values()].map(({ agentId }) => agentId)).to.deep.equal([other(host)]);
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
  });

  it('UNR-18: one that answers is given up only when that is insisted upon', () => {
    const { world, host } = placed({});
    const give = (force: boolean) =>
      world.send({ kind: 'tendAgent', agent: host, order: { kind: 'giveUp', force } });
    expect(give(false).kind).to.equal('conflict');
    expect(sights(world)).to.deep.equal([`Running ${host}`]);
    expect(give(true).kind).to.equal('done');
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
  });

  it('UNR-19: a task out of reach that is killed by hand is forgotten and replaced', () => {
    const { world, host } = placed({ unreachableStrategy: 'disabled' });
    const { id, task } = first(world);
    world.lose(host, 'cut off');
    kill(world, { by: 'ids', ids: [task?.id ?? ('' as TaskId)] });
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
    expect(first(world).id).to.not.equal(id);
    world.giveBack(host);
    expect(world.tasks.size).to.equal(1);
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
  });

  it('UNR-19: so is one that was to be killed when its host was lost', () => {
    const { world, host } = placed({ unreachableStrategy: 'disabled' });
    world.lose(host);
    kill(world, { by: 'app', app: WEB as PathId });
    expect(sights(world)).to.deep.equal([`Running ${host}`]);
    world.lose(host, 'cut off');
    expect(sights(world)).to.deep.equal([`Running ${other(host)}`]);
  });

  it('SCL-18: scaling down takes the one out of reach, and settles although its host is down', () => {
    const world = new SmallWorld(TWO_HOSTS);
    const app = { instances: 2, constraints: [['hostname', 'MAX_PER', '1']] };
    world.create(WEB, {
      ...app,
      cmd: 'sleep 1000',
      cpus: 0.1,
      unreachableStrategy: 'disabled',
    });
    world.lose(ONE, 'cut off');
    world.update(WEB, { instances: 1 });
    expect(sights(world)).to.deep.equal([`Running ${other(ONE)}`]);
    expect(world.eventTypes('deployment_success')).to.have.length(2);
  });
});

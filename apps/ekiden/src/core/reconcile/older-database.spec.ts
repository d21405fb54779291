import { expect } from 'chai';
import { millis, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import { incarnationOfTask } from '../instance/index.js';
import type { Reply } from '../turn/index.js';

const OLD = '/old' as PathId;
const NEW = '/new' as PathId;
const SLEEPER: AppWire = { cmd: 'sleep 1000', cpus: 0.1, portDefinitions: [] };

/** Dumped while only `/old` ran; then `/new` came and `/old` was killed once. */
function restored(): { readonly world: SmallWorld; readonly before: readonly TaskId[] } {
  const world = new SmallWorld();
  world.create(OLD, SLEEPER);
  const dump = world.dump();
  world.advance(seconds(10));
  world.create(NEW, SLEEPER);
  const tasks = { by: 'app', app: OLD } as const;
  world.send({ kind: 'killTasks', tasks, scale: false, wipe: false, force: false });
  world.advance(seconds(10));
  const before = [...world.tasks.keys()];
  world.performed.splice(0);
  world.newTerm(dump);
  world.advance(seconds(100));
  return { world, before };
}

function kills(world: SmallWorld): readonly TaskId[] {
  return world.performed.flatMap((effect) => (effect.kind === 'kill' ? [effect.taskId] : []));
}

function unknown(world: SmallWorld): readonly TaskId[] {
  return [...world.view.unknownTasks.values()].map(({ taskId }) => taskId).sort();
}

function decide(world: SmallWorld, task: TaskId | undefined, order: 'adopt' | 'remove'): Reply {
  return world.send({ kind: 'tendUnknownTask', task: task ?? ('' as TaskId), order });
}

function ofApp(tasks: readonly TaskId[], app: string): TaskId | undefined {
  return tasks.find((task) => task.startsWith(app.slice(1)));
}

describe('an older database restored under running tasks', () => {
  it('kills none of them, and shows them as unknown', () => {
    const { world, before } = restored();
    expect(kills(world)).to.deep.equal([]);
    expect(unknown(world)).to.deep.equal([...before].sort());
    for (const task of before) expect(world.tasks.get(task)?.state).to.equal('TASK_RUNNING');
  });

  it('does so after further changes of the leader, too', () => {
    const { world, before } = restored();
    world.newTerm();
    world.newTerm();
    world.advance(seconds(1_000));
    expect(kills(world)).to.deep.equal([]);
    expect(unknown(world)).to.deep.equal([...before].sort());
  });

  it('gives no new task the id of one that runs', () => {
    const { world, before } = restored();
    const [instance] = world.instances(OLD);
    expect(instance?.condition).to.equal('Running');
    expect(before).to.not.include(instance?.task?.id);
    expect(incarnationOfTask(instance?.task?.id ?? ('' as TaskId))).to.equal(3);
  });

  it('does not take what was started later for unknown', () => {
    const { world } = restored();
    const agent = 'agent-1' as AgentId;
    world.lose(agent, 'cut off');
    world.giveBack(agent);
    world.newTerm();
    expect(world.conditions(OLD)).to.deep.equal({ Running: 1 });
    expect(unknown(world)).to.have.length(2);
    expect(world.tasks.size).to.equal(3);
  });

  it('lets one go that an operator removes, and no other', () => {
    const { world, before } = restored();
    const victim = ofApp(before, NEW);
    expect(decide(world, victim, 'remove').kind).to.equal('done');
    expect(kills(world)).to.deep.equal([victim]);
    expect(unknown(world)).to.deep.equal([ofApp(before, OLD)]);
    expect(decide(world, victim, 'remove').kind).to.equal('notFound');
  });

  it('removes one as soon as its host is back', () => {
    const { world, before } = restored();
    const agent = 'agent-1' as AgentId;
    const victim = ofApp(before, NEW);
    world.lose(agent);
    decide(world, victim, 'remove');
    expect(unknown(world)).to.include(victim);
    expect(decide(world, victim, 'adopt').kind).to.equal('conflict');
    world.giveBack(agent);
    expect(kills(world)).to.deep.equal([victim]);
    expect(unknown(world)).to.not.include(victim);
  });

  it('adopts one into its app; the surplus, the youngest, goes as in any scaling', () => {
    const { world, before } = restored();
    const mine = ofApp(before, OLD);
    const twin = world.instances(OLD)[0]?.task?.id;
    expect(decide(world, mine, 'adopt').kind).to.equal('conflict');
    world.create(NEW, SLEEPER);
    const other = ofApp(before, NEW);
    const fresh = world.instances(NEW)[0]?.task?.id;
    expect(decide(world, other, 'adopt').kind).to.equal('done');
    expect(world.instances(NEW).map(({ task }) => task?.id)).to.deep.equal([other]);
    expect(kills(world)).to.deep.equal([fresh]);
    expect(twin).to.not.equal(undefined);
    world.advance(seconds(100));
    world.newTerm();
    expect(world.instances(NEW).map(({ task }) => task?.id)).to.deep.equal([other]);
    expect(world.conditions(NEW)).to.deep.equal({ Running: 1 });
  });

  it('says why one cannot be adopted', () => {
    const { world, before } = restored();
    const said = (task: TaskId | undefined) => {
      const reply = decide(world, task, 'adopt');
      return reply.kind === 'conflict' ? reply.message : reply.kind;
    };
    expect(said(ofApp(before, NEW))).to.match(/there is no app \/new; create it first/);
    expect(said(ofApp(before, OLD))).to.match(/its instance runs as .*; kill that one first/);
    expect(said('none.instance-1._app.1' as TaskId)).to.equal('notFound');
    world.create(NEW, { ...SLEEPER, portDefinitions: [{ port: 0 }] });
    expect(said(ofApp(before, NEW))).to.match(/it has 0 host ports and \/new wants 1 today/);
    world.update(NEW, { portDefinitions: [], cpus: 1_000 }, true);
    expect(said(ofApp(before, NEW))).to.match(/it needs cpus:1000;.* is free there/);
  });

  it('forgets one that has ended by itself', () => {
    const { world, before } = restored();
    const task = ofApp(before, NEW);
    if (task === undefined) throw new Error('no task');
    world.report(task, 'TASK_FINISHED');
    world.settle();
    expect(unknown(world)).to.deep.equal([ofApp(before, OLD)]);
    expect(world.eventTypes('unknown_task_changed_event')).to.have.length(3);
  });

  it('is told by the term, too, when a host has no times', () => {
    const world = new SmallWorld();
    world.create(OLD, SLEEPER);
    const agentId = 'agent-1' as AgentId;
    const later = { taskId: 'x.instance-1._app.1' as TaskId, epoch: 9 };
    const sooner = { taskId: 'y.instance-1._app.1' as TaskId, epoch: 1 };
    const own = [...world.tasks.keys()].map((taskId) => ({ taskId, epoch: 1 }));
    world.hear({ kind: 'hostRecovered', agentId, found: [...own, later, sooner] });
    expect(unknown(world)).to.deep.equal([later.taskId]);
    expect(kills(world)).to.deep.equal([sooner.taskId]);
  });
});

describe('a task that its host started after the newest commit', () => {
  it('is of this history where that had it launched, and is stopped once it is given up', () => {
    const world = new SmallWorld();
    const agent = 'agent-1' as AgentId;
    world.behaviour = () => ({ stuck: true });
    world.create(OLD, SLEEPER);
    const [[id, task] = []] = world.tasks;
    if (id === undefined || task === undefined) throw new Error('nothing was launched');
    const started = { ...task, startedAt: millis(world.clock.now() + seconds(5)) };
    world.tasks.set(id, { ...started });
    world.clock.advance(seconds(10));
    world.newTerm();
    world.change({ kind: 'deleteApp', id: OLD, wipe: false }, true);
    expect(world.tasks.has(id)).to.equal(false);
    // Its host was told that it has ended, and finds it all the same.
    world.tasks.set(id, { ...started });
    world.performed.splice(0);
    world.giveBack(agent);
    expect(unknown(world)).to.deep.equal([]);
    expect(kills(world)).to.include(id);
  });
});

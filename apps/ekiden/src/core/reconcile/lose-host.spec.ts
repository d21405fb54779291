import { expect } from 'chai';
import { ChanceIdSource, SeededChance, seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import { mergeTurn, takeTurn, type Turn } from '../loop/index.js';
import { DEFAULT_SETTINGS, type Command } from '../turn/index.js';

const AGENT = 'agent-1' as AgentId;
const PLAIN = '/plain';
const BOXED = '/boxed';
const WAITS = { unreachableStrategy: 'disabled' } as const;

/** An agent that runs a process and a container. */
function both(): SmallWorld {
  const world = new SmallWorld();
  world.create(PLAIN, { cmd: 'sleep 100', cpus: 0.1, ...WAITS });
  const container = { type: 'DOCKER', docker: { image: 'busybox' } } as const;
  world.create(BOXED, { cmd: 'sleep 100', cpus: 0.1, container, ...WAITS });
  return world;
}

function turn(world: SmallWorld, ...batch: Command[]): Turn {
  const chance = new SeededChance(5);
  const taken = takeTurn({
    state: world.state,
    batch,
    now: world.clock.now(),
    ids: new ChanceIdSource(chance),
    chance,
    settings: DEFAULT_SETTINGS,
  });
  mergeTurn(taken);
  return taken;
}

function conditionsOf(world: SmallWorld): readonly string[] {
  return [PLAIN, BOXED].flatMap((app) => world.instances(app).map(({ condition }) => condition));
}

function taskOf(world: SmallWorld, app: string): TaskId {
  const task = world.instances(app)[0]?.task;
  if (task === undefined) throw new Error(`${app} does not run`);
  return task.id;
}

describe('an agent that has lost one of its executors', () => {
  const lost = { kind: 'agentUnreachable', agentId: AGENT, reason: 'no engine' } as const;

  it('keeps the tasks of the other', () => {
    const world = both();
    turn(world, { ...lost, executor: 'docker' });
    expect(conditionsOf(world)).to.deep.equal(['Running', 'Unreachable']);
  });

  it('is unreachable altogether when it has lost both', () => {
    const world = both();
    turn(world, lost);
    expect(conditionsOf(world)).to.deep.equal(['Unreachable', 'Unreachable']);
  });

  it('has its task back when the executor answers again and runs it', () => {
    const world = both();
    turn(world, { ...lost, executor: 'docker' });
    const found = [
      { taskId: taskOf(world, PLAIN), epoch: 1, runs: true as const },
      { taskId: taskOf(world, BOXED), epoch: 1, runs: true as const },
    ];
    turn(world, { kind: 'hostRecovered', agentId: AGENT, found });
    expect(conditionsOf(world)).to.deep.equal(['Running', 'Running']);
  });
});

describe('a host that could not be asked for one kind of tasks', () => {
  it('says nothing about those by not naming them', () => {
    const world = both();
    const found = [{ taskId: taskOf(world, PLAIN), epoch: 1, runs: true as const }];
    turn(world, { kind: 'hostRecovered', agentId: AGENT, found, unasked: ['docker'] });
    expect(conditionsOf(world)).to.deep.equal(['Running', 'Running']);
  });

  it('has lost what it does not name of the other kind', () => {
    const world = both();
    const taskId = taskOf(world, PLAIN);
    turn(world, { kind: 'hostRecovered', agentId: AGENT, found: [], unasked: ['docker'] });
    expect(world.instances(PLAIN)[0]?.task?.id).to.not.equal(taskId);
    expect(conditionsOf(world)).to.include('Running');
  });

  it('has lost a task whose kind nobody knows any more', () => {
    const world = both();
    turn(world, { kind: 'agentUnreachable', agentId: AGENT, reason: 'cut off' });
    world.clock.advance(seconds(1));
    const stray = taskOf(world, BOXED);
    // Its instance and its app are gone; only the master still counts the task.
    for (const [id, instance] of world.state.rows.instances.entries()) {
      if (instance.appId === BOXED) world.state.rows.instances.remove(id);
    }
    for (const app of [...world.state.rows.apps.values()]) {
      if (app.id === BOXED) world.state.rows.apps.remove(app.id);
    }
    turn(world, { kind: 'hostRecovered', agentId: AGENT, found: [], unasked: ['docker'] });
    expect(world.state.master.state.tasks.has(stray)).to.equal(false);
  });
});

import { expect } from 'chai';
import {
  ChanceIdSource,
  SeededChance,
  type AgentId,
  type TaskId,
  type TaskState,
} from '@ekiden/kernel';
import { SmallWorld, changeCommand } from '../../../testing/small-world.js';
import { takeTurn, type Turn } from '../loop/index.js';
import { DEFAULT_SETTINGS, type FoundTask } from '../turn/index.js';

const AGENT = 'agent-1' as AgentId;

/** A world with one app, one instance; its task as the state knows it. */
function placed(state: TaskState): { readonly world: SmallWorld; readonly task: TaskId } {
  const world = new SmallWorld();
  world.behaviour = () => ({ stuck: true });
  const app = { cmd: 'sleep 100', cpus: 0.1 };
  world.command(changeCommand({ kind: 'createApp', id: '/a' as never, app }));
  if (state !== 'TASK_STAGING') world.settle();
  const task = world.instances('/a')[0]?.task?.id;
  if (task === undefined) throw new Error('nothing was placed');
  return { world, task };
}

/** The first turn of the next term, in which the host says what it runs. */
function nextTerm(world: SmallWorld, found: readonly FoundTask[], epoch = 2): Turn {
  const chance = new SeededChance(7);
  return takeTurn({
    state: { ...world.state, epoch },
    batch: [{ kind: 'hostRecovered', agentId: AGENT, found }],
    now: world.clock.now(),
    ids: new ChanceIdSource(chance),
    chance,
    settings: DEFAULT_SETTINGS,
  });
}

describe('what a host reports at the beginning of a term', () => {
  it('repeats a committed launch that never arrived, under the new epoch', () => {
    const { world, task } = placed('TASK_STAGING');
    const [effect] = nextTerm(world, []).effects;
    expect(effect).to.include({ kind: 'launch', taskId: task, epoch: 2 });
  });

  it('repeats a launch that broke off before its start', () => {
    const { world, task } = placed('TASK_STAGING');
    const [effect] = nextTerm(world, [{ taskId: task, epoch: 1, waits: true }]).effects;
    expect(effect).to.include({ kind: 'launch', taskId: task, epoch: 2 });
  });

  it('changes nothing for a task that is there', () => {
    const { world, task } = placed('TASK_STARTING');
    expect(nextTerm(world, [{ taskId: task, epoch: 1 }]).effects).to.deep.equal([]);
  });

  it('declares a started task gone that the host has lost, and places the instance again', () => {
    const { world, task } = placed('TASK_STARTING');
    const turn = nextTerm(world, []);
    expect(turn.draft.instances.by('app', '/a').map((i) => i.condition)).to.deep.equal([
      'Scheduled',
    ]);
    expect(turn.draft.taskFailures.get('/a' as never)).to.include({ taskId: task });
  });

  it('UNR-11: stops a task that nobody knows', () => {
    const { world, task } = placed('TASK_STARTING');
    const stray = 'stray.instance-1._app.1' as TaskId;
    const found = [
      { taskId: task, epoch: 1 },
      { taskId: stray, epoch: 1 },
    ];
    expect(nextTerm(world, found).effects).to.deep.equal([
      { kind: 'kill', agentId: AGENT, taskId: stray },
    ]);
  });

  it('UNR-12: stops the task of an app that was deleted while nobody led', () => {
    const { world, task } = placed('TASK_RUNNING');
    // The leader commits the removal and dies before it asks a host for anything.
    world.losesEffects = true;
    world.command(changeCommand({ kind: 'deleteApp', id: '/a' as never }, true));
    expect(world.view.root.apps.has('/a' as never)).to.equal(false);
    const [effect] = nextTerm(world, [{ taskId: task, epoch: 1 }]).effects;
    expect(effect).to.include({ kind: 'kill', agentId: AGENT, taskId: task });
  });

  it('leaves a task alone that a newer epoch than the database launched', () => {
    const { world, task } = placed('TASK_STARTING');
    const found = [
      { taskId: task, epoch: 1 },
      { taskId: 'newer.instance-1._app.1' as TaskId, epoch: 9 },
    ];
    expect(nextTerm(world, found).effects).to.deep.equal([]);
  });
});

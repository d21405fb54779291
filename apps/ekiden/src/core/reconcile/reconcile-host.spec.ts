import { ChanceIdSource, SeededChance, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';
import { SmallWorld } from '../../../testing/small-world.js';
import type { PathId } from '../app/index.js';
import { takeTurn } from '../loop/index.js';
import { DEFAULT_SETTINGS, type Effect, type FoundTask } from '../turn/index.js';

const WEB = '/web' as PathId;

/** One instance of an app, whose kill was asked for and has not happened. */
function killUnderWay(): SmallWorld {
  const world = new SmallWorld();
  world.create(WEB, { cmd: 'sleep 1', instances: 1 });
  world.behaviour = () => ({ immortal: true });
  world.send({
    kind: 'killTasks',
    tasks: { by: 'app', app: WEB },
    scale: false,
    wipe: false,
    force: false,
  });
  return world;
}

function taskIdOf(world: SmallWorld): TaskId {
  const [id] = world.tasks.keys();
  if (id === undefined) throw new Error('no task');
  return id;
}

/** What follows when the host comes back and was found to run this. */
function effectsOfReturn(world: SmallWorld, found: readonly FoundTask[]): readonly Effect[] {
  const [agent] = world.state.master.state.agents.values();
  if (agent === undefined) throw new Error('no agent');
  const chance = new SeededChance(7);
  return takeTurn({
    state: world.state,
    batch: [{ kind: 'hostRecovered', agentId: agent.id, found }],
    now: world.clock.now(),
    ids: new ChanceIdSource(chance),
    chance,
    settings: DEFAULT_SETTINGS,
  }).effects;
}

describe('A host that is back', () => {
  it('is asked again at once for every kill it has not carried out', () => {
    const world = killUnderWay();
    const taskId = taskIdOf(world);
    const [kill] = effectsOfReturn(world, [{ taskId, epoch: 1 }]);
    expect(kill).to.include({ kind: 'kill', taskId });
  });

  it('is rid of a task that was all but started and cannot be launched again', () => {
    const world = new SmallWorld();
    world.create(WEB, { cmd: 'sleep 1', instances: 1 });
    const taskId = taskIdOf(world);
    const effects = effectsOfReturn(world, [{ taskId, epoch: 1, waits: true }]);
    expect(effects.map(({ kind }) => kind)).to.deep.equal(['kill']);
    expect(effectsOfReturn(world, [{ taskId, epoch: 1 }])).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { seconds, type AgentId } from '@ekiden/kernel';
import { SmallWorld, type SmallWorldOptions } from '../../../testing/small-world.js';
import type { AppWire } from '../app/index.js';
import { leavingNotes } from '../pool/index.js';

const APP = '/web';
const SMALL = 'cpus:4;mem:4096;ports:[31000-31999]';
const THREE = { agents: [SMALL, SMALL, SMALL] };

function worldWith(app: AppWire, options: SmallWorldOptions = THREE): SmallWorld {
  const world = new SmallWorld(options);
  world.create(APP, { cmd: 'sleep 100', cpus: 1, mem: 32, ...app });
  return world;
}

function on(world: SmallWorld, agent: string): number {
  return world.instances(APP).filter(({ task }) => task?.agentId === agent).length;
}

function drain(world: SmallWorld, agent: string, deadlineSeconds = 600): void {
  world.send({
    kind: 'tendAgent',
    agent: agent as AgentId,
    order: { kind: 'drain', deadlineSeconds, markGone: false },
  });
}

function activate(world: SmallWorld, agent: string): void {
  world.send({ kind: 'tendAgent', agent: agent as AgentId, order: { kind: 'activate' } });
}

function stateOf(world: SmallWorld, agent: string): string | undefined {
  return world.state.master.state.agents.get(agent as AgentId)?.drain?.state;
}

/** Fewest running instances at any moment from here on. */
function watchFewest(world: SmallWorld): () => number {
  let fewest = Number.POSITIVE_INFINITY;
  const seen = world.behaviour;
  world.behaviour = (app, task) => {
    fewest = Math.min(fewest, world.conditions(APP)['Running'] ?? 0);
    return seen(app, task);
  };
  return () => fewest;
}

describe('draining an agent', () => {
  it('moves its instances without a gap, and lets them in again afterwards', () => {
    const world = worldWith({ instances: 6 });
    expect(on(world, 'agent-1')).to.equal(2);
    const fewest = watchFewest(world);
    drain(world, 'agent-1');
    expect(on(world, 'agent-1')).to.equal(0);
    expect(world.conditions(APP)).to.deep.equal({ Running: 6 });
    expect(fewest()).to.be.at.least(6);
    expect(stateOf(world, 'agent-1')).to.equal('DRAINED');
    expect(world.eventTypes('unhealthy_instance_kill_event')).to.deep.equal([]);
    activate(world, 'agent-1');
    expect(stateOf(world, 'agent-1')).to.equal(undefined);
    world.update(APP, { instances: 9 });
    expect(on(world, 'agent-1')).to.be.greaterThan(0);
  });

  it('tells of it, once', () => {
    const world = worldWith({ instances: 3 });
    drain(world, 'agent-2');
    drain(world, 'agent-2');
    const told = world.events.flatMap((event) =>
      event.type === 'agent_changed_event' ? [`${event.agentId} ${event.state}`] : [],
    );
    expect(told.slice(-2)).to.deep.equal(['agent-2 draining', 'agent-2 drained']);
  });

  it('stops first, within the minimum, where no more than the wanted number may run', () => {
    const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 };
    const world = worldWith({ instances: 6, upgradeStrategy });
    const fewest = watchFewest(world);
    drain(world, 'agent-1');
    expect(world.conditions(APP)).to.deep.equal({ Running: 6 });
    expect(on(world, 'agent-1')).to.equal(0);
    expect(world.peak.get(APP)).to.equal(6);
    expect(fewest()).to.be.at.least(3);
  });

  it('keeps what finds no other place until the deadline, and says so', () => {
    const world = worldWith({ instances: 1, cpus: 4 }, { agents: [SMALL] });
    drain(world, 'agent-1', 60);
    expect(world.conditions(APP)).to.deep.equal({ Running: 1, Scheduled: 1 });
    const app = world.view.root.apps.get(world.instances(APP)[0]?.appId ?? ('/' as never));
    expect(app && leavingNotes(world.view, app)).to.deep.equal([
      'agent agent-1 (h1) is draining: 1 instance is to move; what is still there at 2020-09-13T12:27:40.000Z is killed',
    ]);
    world.advance(seconds(61));
    expect(world.conditions(APP)).to.deep.equal({ Scheduled: 1 });
    expect(stateOf(world, 'agent-1')).to.equal('DRAINED');
    activate(world, 'agent-1');
    world.advance(seconds(10));
    expect(world.conditions(APP)).to.deep.equal({ Running: 1 });
  });

  it('goes on in the next term', () => {
    const world = worldWith({ instances: 4, cpus: 2 }, { agents: [SMALL, SMALL] });
    drain(world, 'agent-1');
    expect(on(world, 'agent-1')).to.equal(2);
    world.newTerm();
    expect(on(world, 'agent-1')).to.equal(2);
    world.update(APP, { instances: 2 });
    expect(on(world, 'agent-1')).to.equal(0);
    expect(world.conditions(APP)).to.deep.equal({ Running: 2 });
  });

  it('lets instances make way for replacements that find no place, as far as some may be missing', () => {
    const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 1 };
    const world = worldWith({ instances: 4, cpus: 2, upgradeStrategy }, { agents: [SMALL, SMALL] });
    drain(world, 'agent-1');
    expect(world.conditions(APP)['Running']).to.equal(4);
    world.advance(seconds(61));
    expect(world.conditions(APP)).to.deep.equal({ Running: 2, Scheduled: 2 });
    expect(on(world, 'agent-1')).to.equal(0);
  });

  it('leaves everything alone when it is called off', () => {
    const world = worldWith({ instances: 4, cpus: 2 }, { agents: [SMALL, SMALL] });
    const before = world.instances(APP).map(({ id }) => id);
    drain(world, 'agent-1');
    activate(world, 'agent-1');
    expect(world.instances(APP).map(({ id }) => id)).to.deep.equal(before);
    world.advance(seconds(3_600));
    expect(world.instances(APP).map(({ id }) => id)).to.deep.equal(before);
  });

  it('gives an agent up for good when asked to', () => {
    const world = worldWith({ instances: 3 });
    const agent = 'agent-3' as AgentId;
    const order = { kind: 'drain', deadlineSeconds: 60, markGone: true } as const;
    world.send({ kind: 'tendAgent', agent, order });
    expect(world.conditions(APP)).to.deep.equal({ Running: 3 });
    const reply = world.send({ kind: 'tendAgent', agent, order: { kind: 'activate' } });
    expect(reply.kind).to.equal('notFound');
  });

  it('knows only agents that are there, and says which may be meant', () => {
    const world = new SmallWorld(THREE);
    const agent = 'agent-11' as AgentId;
    const reply = world.send({ kind: 'tendAgent', agent, order: { kind: 'activate' } });
    expect(reply).to.have.property('kind', 'notFound');
    expect(reply)
      .to.have.property('message')
      .that.matches(/'agent-11'.*agent-1, agent-2, agent-3/);
  });
});

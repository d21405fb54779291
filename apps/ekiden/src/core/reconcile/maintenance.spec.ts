import { expect } from 'chai';
import { millis, seconds, type AgentId, type Millis } from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import type { AppWire } from '../app/index.js';
import type { OrchestratorSettings } from '../turn/index.js';
import { agentView } from '../pool/index.js';
import { explainWhy } from '../why/index.js';

const ROOM = 'cpus:4;mem:4096;disk:1000;ports:[31000-31010]';
const APP: AppWire = { cmd: 'sleep 60', cpus: 1, mem: 32, portDefinitions: [] };

function worldOf(agents: number, rules: Partial<OrchestratorSettings['maintenance']> = {}) {
  const maintenance = { enabled: true, lead: millis(0), ...rules };
  return new SmallWorld({
    agents: Array.from({ length: agents }, () => ROOM),
    settings: { maintenance },
  });
}

function agentsOf(world: SmallWorld): readonly AgentId[] {
  return [...world.view.master.state.agents.values()].map(({ id }) => id).sort();
}

function plan(world: SmallWorld, agent: AgentId, inSeconds: number, duration?: Millis): void {
  const start = millis(world.clock.now() + inSeconds * 1000);
  const window = { start, ...(duration === undefined ? {} : { duration }) };
  world.send({ kind: 'tendAgent', agent, order: { kind: 'maintain', window } });
}

function first<T>(all: readonly T[]): T {
  const [one] = all;
  if (one === undefined) throw new Error('there is none');
  return one;
}

function running(world: SmallWorld, app = '/web'): number {
  return world.conditions(app)['Running'] ?? 0;
}

const LEADS = [
  ['RES-16: nothing new is placed 200 s before maintenance where draining takes 300 s', 300, 0],
  ['RES-16: 200 s before maintenance things are placed where draining takes 100 s', 100, 1],
] as const;

describe('maintenance of agents', () => {
  for (const [name, lead, expected] of LEADS) {
    it(name, () => {
      const world = worldOf(1, { lead: seconds(lead) });
      plan(world, first(agentsOf(world)), 200, seconds(3_600));
      world.create('/web', APP);
      expect(running(world)).to.equal(expected);
    });
  }

  it('RES-17: without a duration nothing is placed for ever after its start, and why says so', () => {
    const world = worldOf(1);
    plan(world, first(agentsOf(world)), 10);
    world.advance(seconds(11));
    world.create('/web', APP);
    world.advance(seconds(86_400));
    expect(running(world)).to.equal(0);
    const report = explainWhy({ state: world.view, now: world.clock.now() }, '/web');
    expect(report?.summary).to.equal(
      'the instance does not run: the only agent takes no new tasks (in maintenance for good)',
    );
  });

  it('RES-18: windows have no consequences where maintenance is switched off', () => {
    const world = worldOf(1, { enabled: false });
    plan(world, first(agentsOf(world)), 10);
    world.advance(seconds(11));
    world.create('/web', APP);
    expect(running(world)).to.equal(1);
  });

  it('moves what is there when its window begins, replacements first, and kills nothing', () => {
    const world = worldOf(2);
    world.create('/web', { ...APP, instances: 1 });
    const here = first(world.instances('/web')).task?.agentId ?? ('' as AgentId);
    plan(world, here, 60, seconds(600));
    const { state } = world.view.master;
    expect(state.inverseOffers.by('agent', here).map(({ answer }) => answer)).to.deep.equal([
      'ACCEPT',
    ]);
    world.advance(seconds(59));
    expect(first(world.instances('/web')).task?.agentId).to.equal(here);
    world.advance(seconds(2));
    expect(world.instances('/web').map(({ task }) => task?.agentId)).to.not.include(here);
    expect([running(world), world.peak.get('/web')]).to.deep.equal([1, 2]);
    // BKO-17: a move is no failure.
    expect(world.view.launchDelays.size).to.equal(0);
  });

  it('is over by itself: the window is forgotten and the agent takes part again', () => {
    const world = worldOf(1);
    const agent = first(agentsOf(world));
    plan(world, agent, 1, seconds(60));
    world.advance(seconds(5));
    world.create('/web', APP);
    expect(running(world)).to.equal(0);
    world.advance(seconds(60));
    expect(running(world)).to.equal(1);
    expect(world.view.master.state.agents.get(agent)?.unavailability).to.equal(undefined);
  });

  it('called off or planned anew, and known to the next leader', () => {
    const world = worldOf(1);
    const agent = first(agentsOf(world));
    plan(world, agent, 0, seconds(600));
    world.advance(seconds(1));
    world.newTerm();
    world.create('/web', APP);
    expect(running(world)).to.equal(0);
    world.send({ kind: 'planMaintenance', windows: new Map() });
    world.advance(seconds(10));
    expect(running(world)).to.equal(1);
  });
});

describe('draining agents', () => {
  it('BKO-17: what a drain kills is started elsewhere without any delay', () => {
    const world = worldOf(2);
    world.create('/web', { ...APP, backoffSeconds: 300 });
    const here = first(world.instances('/web')).task?.agentId ?? ('' as AgentId);
    const order = { kind: 'drain', deadlineSeconds: 0, markGone: false } as const;
    world.send({ kind: 'tendAgent', agent: here, order });
    expect(running(world)).to.equal(1);
    expect(first(world.instances('/web')).task?.agentId).to.not.equal(here);
    expect(world.view.launchDelays.size).to.equal(0);
  });

  it('share one budget: however many are drained, an app has never fewer than it promises', () => {
    const world = worldOf(4);
    const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0.25 };
    world.create('/web', { ...APP, instances: 4, upgradeStrategy });
    const drained = agentsOf(world).slice(0, 3);
    for (const agent of drained) {
      const order = { kind: 'drain', deadlineSeconds: 3_600, markGone: false } as const;
      world.send({ kind: 'tendAgent', agent, order });
    }
    world.advance(seconds(120));
    expect(running(world)).to.equal(4);
    expect(world.peak.get('/web')).to.equal(5);
    const last = agentsOf(world).at(-1);
    expect(new Set(world.instances('/web').map(({ task }) => task?.agentId))).to.deep.equal(
      new Set([last]),
    );
  });
});

describe('an agent that is being left', () => {
  function movingOn(world: SmallWorld, agent: AgentId) {
    return agentView(world.view, agent, world.clock.now())?.moving;
  }

  it('shows how many are left, what cannot move and why, and when it may be empty', () => {
    const world = worldOf(2);
    world.behaviour = (app) => ({ stuck: app === '/slow' });
    world.create('/web', { ...APP, instances: 2, constraints: [['hostname', 'UNIQUE']] });
    const here = first(world.instances('/web')).task?.agentId ?? ('' as AgentId);
    const order = { kind: 'drain', deadlineSeconds: 600, markGone: false } as const;
    world.send({ kind: 'tendAgent', agent: here, order });
    world.advance(seconds(10));
    const moving = movingOn(world, here);
    expect(moving).to.include({ cause: 'drain', left: 1, of: 1 });
    expect(moving?.blocked.map(({ reason }) => reason)).to.deep.equal([
      'its replacement waits for a place; ask why of /web',
    ]);
    world.send({ kind: 'tendAgent', agent: here, order: { kind: 'activate' } });
    expect(movingOn(world, here)).to.equal(undefined);
  });
});

import { expect } from 'chai';
import {
  ChanceIdSource,
  SeededChance,
  millis,
  seconds,
  type AgentId,
  type Millis,
} from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import { buildState } from '../../runtime/build-state.js';
import type { AppWire } from '../app/index.js';
import { instanceIdOfTask } from '../instance/index.js';
import { mergeTurn, takeTurn, type Turn } from '../loop/index.js';
import { DEFAULT_SETTINGS, type Command, type ServiceState } from '../turn/index.js';

const LOST = 'agent-1' as AgentId;

/** What a later term reads of a world's rows. */
function storedOf({ state }: SmallWorld): Parameters<typeof buildState>[0] {
  const { rows, master } = state;
  return {
    turn: state.turn,
    lastEvent: state.lastEvent,
    lastCommitAt: state.lastCommitAt,
    rootVersion: state.rootVersion,
    apps: [...rows.apps.values()],
    groups: [...rows.groups.values()],
    appVersions: [],
    instances: [...rows.instances.values()],
    deployments: [...rows.deployments.values()],
    launchDelays: [],
    taskFailures: [],
    volumes: [],
    unknownTasks: [],
    agents: [...master.state.agents.values()],
    frameworks: [...master.state.frameworks.values()],
    tasks: [...master.state.tasks.values()],
    roles: [],
  };
}

/** A second term on the same rows, turn by turn. */
class NextTerm {
  readonly state: ServiceState;
  now: Millis;
  private readonly chance = new SeededChance(5);
  private readonly ids = new ChanceIdSource(this.chance);

  constructor(world: SmallWorld) {
    this.now = world.clock.now();
    this.state = buildState(storedOf(world), { epoch: 2, ids: this.ids, now: this.now });
  }

  turn(...batch: Command[]): Turn {
    const { state, now, ids, chance } = this;
    for (const app of state.memory.wakes.due(now)) state.memory.dirty.add(app);
    const turn = takeTurn({ state, batch, now, ids, chance, settings: DEFAULT_SETTINGS });
    mergeTurn(turn);
    return turn;
  }

  after(delay: Millis): Turn {
    this.now = millis(this.now + delay);
    return this.turn();
  }

  conditions(): string[] {
    return [...this.state.rows.instances.values()].map(({ condition }) => condition).sort();
  }
}

function running(more: AppWire = {}): SmallWorld {
  const world = new SmallWorld();
  world.create('/a', { cmd: 'sleep 100', cpus: 0.1, ...more });
  return world;
}

describe('an agent that does not come back in a new term', () => {
  it('is given up after its patience, and its instance is replaced as the app says', () => {
    const term = new NextTerm(running());
    term.turn();
    expect(term.conditions()).to.deep.equal(['Running']);
    expect(term.state.masterDeadline).to.equal(term.now + DEFAULT_SETTINGS.agentSilence);
    term.after(DEFAULT_SETTINGS.agentSilence);
    expect(term.conditions()).to.deep.equal(['Scheduled']);
  });

  it('keeps its instances when it does come back in time', () => {
    const world = running();
    const agent = world.state.master.state.agents.get(LOST);
    const found = [...world.tasks.keys()].map((taskId) => ({ taskId, epoch: 1 }));
    const term = new NextTerm(world);
    if (agent === undefined) throw new Error('no agent');
    term.turn({ kind: 'agentRegistered', agent }, { kind: 'hostRecovered', agentId: LOST, found });
    term.after(DEFAULT_SETTINGS.agentSilence);
    expect(term.conditions()).to.deep.equal(['Running']);
  });
});

describe('an instance on an unreachable host', () => {
  const strategy = { inactiveAfterSeconds: 10, expungeAfterSeconds: 60 };

  it('is replaced at its first deadline and forgotten at its second', () => {
    const world = running({ unreachableStrategy: strategy });
    const term = new NextTerm(world);
    term.turn({ kind: 'agentUnreachable', agentId: LOST, reason: 'cut off' });
    expect(term.conditions()).to.deep.equal(['Unreachable']);
    term.after(seconds(10));
    expect(term.conditions()).to.deep.equal(['Scheduled', 'UnreachableInactive']);
    term.after(seconds(50));
    expect(term.conditions()).to.deep.equal(['Scheduled']);
  });

  it('is waited for without end when the strategy is disabled', () => {
    const term = new NextTerm(running({ unreachableStrategy: 'disabled' }));
    term.turn({ kind: 'agentUnreachable', agentId: LOST, reason: 'cut off' });
    term.after(seconds(100_000));
    expect(term.conditions()).to.deep.equal(['Unreachable']);
  });

  it('counts as running again when its host comes back in time and still runs it', () => {
    const world = running({ unreachableStrategy: strategy });
    const agent = world.state.master.state.agents.get(LOST);
    const [task] = [...world.tasks.keys()];
    if (agent === undefined || task === undefined) throw new Error('nothing runs');
    const term = new NextTerm(world);
    term.turn({ kind: 'agentUnreachable', agentId: LOST, reason: 'cut off' });
    const found = [{ taskId: task, epoch: 1, runs: true as const }];
    term.turn({ kind: 'agentRegistered', agent }, { kind: 'hostRecovered', agentId: LOST, found });
    expect(term.conditions()).to.deep.equal(['Running']);
  });

  it('EVT-06: is stopped when it turns up after it was forgotten, and its end is told', () => {
    const world = running();
    const agent = world.state.master.state.agents.get(LOST);
    const [task] = [...world.tasks.keys()];
    if (agent === undefined || task === undefined) throw new Error('nothing runs');
    const term = new NextTerm(world);
    term.turn({ kind: 'agentUnreachable', agentId: LOST, reason: 'cut off' });
    expect(term.conditions()).to.deep.equal(['Scheduled']);
    const status = {
      taskId: task,
      agentId: LOST,
      state: 'TASK_RUNNING' as const,
      source: 'EXECUTOR' as const,
      at: term.now,
    };
    const turn = term.turn(
      { kind: 'agentRegistered', agent },
      { kind: 'hostRecovered', agentId: LOST, found: [{ taskId: task, epoch: 1 }] },
      { kind: 'hostStatus', status },
    );
    const kills = turn.effects.filter((effect) => effect.kind === 'kill');
    expect(kills.map(({ taskId }) => taskId)).to.deep.equal([task]);
    const { events } = term.turn({
      kind: 'hostStatus',
      status: { ...status, state: 'TASK_KILLED' },
    });
    expect(events.map(({ event }) => event)).to.deep.include({
      type: 'unknown_instance_terminated_event',
      instanceId: instanceIdOfTask(task),
      runSpecId: '/a',
      condition: 'Killed',
    });
  });
});

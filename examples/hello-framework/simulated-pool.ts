import {
  assert,
  ChanceIdSource,
  isTerminalTaskState,
  ManualClock,
  SeededChance,
  seconds,
} from '@ekiden/kernel';
import type { AgentId, Millis, TaskId, TaskState, TaskStatus } from '@ekiden/kernel';
import { createMaster, scalarOf } from '@ekiden/offers';
import type { FrameworkId, Master, MasterEffect, MasterTurn, Resources } from '@ekiden/offers';

import type { Command, Framework } from './framework.js';

/** A bound on the turns of one moment. */
const TURNS_MAX = 1_000;

export interface PoolOptions {
  readonly agents: number;
  /** What each agent has. */
  readonly total: Resources;
  readonly seed: number;
  /** How many of a hundred tasks fail instead of finishing. */
  readonly failPercent?: number;
}

/** A master, agents that only pretend to run tasks, and a clock that is turned by hand. */
export class SimulatedPool {
  readonly master: Master = createMaster();
  private readonly clock = new ManualClock();
  private readonly start = this.clock.now();
  private readonly chance: SeededChance;
  private readonly ids: ChanceIdSource;
  private readonly failPercent: number;
  private readonly frameworks: Framework[] = [];
  /** What the agents will say, and when. */
  private due: TaskStatus[] = [];

  constructor(options: PoolOptions) {
    this.chance = new SeededChance(options.seed);
    this.ids = new ChanceIdSource(this.chance);
    this.failPercent = options.failPercent ?? 0;
    const { total } = options;
    this.turn((turn) => {
      for (let i = 1; i <= options.agents; i += 1) {
        const hostname = `host-${i}`;
        turn.registerAgent({ id: hostname as AgentId, hostname, attributes: [], total });
      }
    });
  }

  /** Seconds since the beginning. */
  get elapsed(): number {
    return (this.clock.now() - this.start) / 1000;
  }

  add(framework: Framework): void {
    this.frameworks.push(framework);
    this.turn((turn) => {
      framework.join(turn);
    });
  }

  /** A second goes by; the agents say what came of their tasks meanwhile. */
  tick(): void {
    this.clock.advance(seconds(1));
    const now = this.clock.now();
    const said = this.due.filter((status) => status.at <= now);
    this.due = this.due.filter((status) => status.at > now);
    this.turn((turn) => {
      for (const status of said) turn.status(status);
    });
  }

  /** Turns until nothing is due any more: what is given back is offered in the next. */
  turn(happened: (turn: MasterTurn) => void): void {
    let next = this.oneTurn(happened);
    for (let i = 0; next !== undefined && next <= this.clock.now(); i += 1) {
      assert(i < TURNS_MAX, 'the frameworks do not come to rest');
      next = this.oneTurn(() => undefined);
    }
  }

  /** The processors that the tasks of a framework have. */
  cpusOf(framework: FrameworkId): number {
    let milli = 0;
    for (const task of this.master.state.tasks.by('framework', framework)) {
      if (!isTerminalTaskState(task.state)) milli += scalarOf(task.resources, 'cpus');
    }
    return milli / 1000;
  }

  /** What happened, then offers, then the answers, then the check; and only then it acts. */
  private oneTurn(happened: (turn: MasterTurn) => void): Millis | undefined {
    const { chance, ids } = this;
    const turn = this.master.begin({ now: this.clock.now(), chance, ids, epoch: 1 });
    happened(turn);
    turn.allocate(1_000);
    for (const each of this.frameworks) each.hear(turn, turn.takeEvents(each.id));
    const breaches = turn.checkInvariants();
    assert(breaches.length === 0, breaches.join('; '));
    const effects = turn.takeEffects();
    const next = turn.nextDeadline();
    turn.merge();
    for (const effect of effects) this.act(effect);
    return next;
  }

  private act(effect: MasterEffect): void {
    const now = this.clock.now();
    if (effect.kind === 'kill') {
      this.due = this.due.filter((status) => status.taskId !== effect.taskId);
      this.will(now, effect.agentId, effect.taskId, 'TASK_KILLED');
      return;
    }
    const { agentId, task } = effect;
    this.will(now, agentId, task.id, 'TASK_RUNNING');
    const { runSeconds } = task.info as Command;
    if (runSeconds === undefined) return;
    // Not all at once, or freed resources would always come in whole hosts.
    const late = this.chance.int(Math.max(1, Math.floor(runSeconds)));
    const end = (now + seconds(runSeconds + late)) as Millis;
    const fails = this.chance.int(100) < this.failPercent;
    this.will(end, agentId, task.id, fails ? 'TASK_FAILED' : 'TASK_FINISHED');
  }

  private will(at: Millis, agentId: AgentId, taskId: TaskId, state: TaskState): void {
    this.due.push({ at, agentId, taskId, state, source: 'AGENT' });
  }
}

import { millis, type AgentId, type Steps } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { rolling, type RollingTargets } from '../deployment/index.js';
import { isHealthyAndReady, isTerminal, type Instance } from '../instance/index.js';
import { spreadOf, thoughtUp, type Refusal, type Seat } from '../matching/index.js';
import type { Paper } from './paper.js';

/** Rounds of "start, stop" that are played; what is left then is replaced at once. */
const ROUNDS_MAX = 60;

/** What became of the instances of one app. */
export interface Played {
  readonly starts: number;
  readonly seats: readonly Seat[];
  readonly refusals: readonly Refusal[];
  /** Why some have no place, where no rule of matching says it. */
  readonly because?: string;
}

/**
 * A rolling replacement (also a scale up or down) on paper: the very arithmetic that does it, with
 * new instances that do their work as soon as they have a place.
 */
export function* playRolling(
  paper: Paper,
  app: AppDefinition,
  sentenced: readonly string[],
): Steps<Played> {
  const play = new RollingPlay(paper, app, new Set(sentenced));
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (!play.round()) return play.outcome();
    yield;
  }
  play.finish();
  return play.outcome();
}

class RollingPlay {
  private readonly paper: Paper;
  private readonly app: AppDefinition;
  private readonly sentenced: ReadonlySet<string>;
  private readonly seats: Seat[] = [];
  private readonly starts: number;
  private refusals: readonly Refusal[] = [];
  private set: Instance[];
  private made = 0;

  constructor(paper: Paper, app: AppDefinition, sentenced: ReadonlySet<string>) {
    this.paper = paper;
    this.app = app;
    this.sentenced = sentenced;
    const alive = paper.context.draft.instances
      .by('app', app.id)
      .filter(({ condition }) => !isTerminal(condition));
    for (const each of alive) if (each.goal !== 'Running') paper.release(each);
    this.set = alive.filter(({ goal }) => goal === 'Running');
    const kept = this.set.filter((each) => this.isNew(each) && each.condition !== 'Scheduled');
    this.starts = Math.max(0, app.instances - kept.length);
  }

  /** Whether anything has moved. */
  round(): boolean {
    const { start, stop } = this.targets();
    for (let n = 0; n < start; n += 1) {
      this.made += 1;
      this.set.push(thoughtUp(this.app, this.made));
    }
    const placed = this.seatWaiting();
    this.stop(stop);
    return placed > 0 || stop.length > 0;
  }

  /** The rest of a long replacement: all that is old goes, all that is new comes. */
  finish(): void {
    this.stop(this.set.filter((each) => !this.isNew(each)));
    for (let n = this.seats.length; n < this.starts; n += 1) {
      this.made += 1;
      this.set.push(thoughtUp(this.app, this.made));
    }
    this.set = this.set.slice(0, this.app.instances);
    this.seatWaiting();
  }

  outcome(): Played {
    return { starts: this.starts, seats: this.seats, refusals: this.refusals };
  }

  private isNew({ configVersion }: Instance): boolean {
    return configVersion === this.app.versionInfo.lastConfigChangeAt;
  }

  private targets(): RollingTargets {
    const { app, paper } = this;
    const { draft, master } = paper.context;
    paper.work += this.set.length;
    return rolling({
      wanted: app.instances,
      configVersion: app.versionInfo.lastConfigChangeAt,
      strategy: app.upgradeStrategy,
      killSelection: app.killSelection,
      instances: this.set,
      isHealthy: (each) =>
        this.isNew(each)
          ? each.condition !== 'Scheduled'
          : isHealthyAndReady(each, draft.definitionOf(each)),
      sentenced: this.sentenced,
      spread: spreadOf(app, (id) => master.agent(id)),
    });
  }

  /** Returns how many have found a place. */
  private seatWaiting(): number {
    const waiting = this.set.filter((each) => this.isNew(each) && each.condition === 'Scheduled');
    if (waiting.length === 0) return 0;
    const beside = this.seats.map(({ agentId }) => agentId);
    const { seats, refusals } = this.paper.place(this.app, waiting.length, beside);
    this.refusals = refusals;
    this.seats.push(...seats);
    const agents = new Map(waiting.slice(0, seats.length).map(({ id }, at) => [id, seats[at]]));
    this.set = this.set.map((each) => {
      const seat = agents.get(each.id);
      return seat === undefined ? each : seated(each, seat.agentId);
    });
    return seats.length;
  }

  private stop(victims: readonly Instance[]): void {
    if (victims.length === 0) return;
    const gone = new Set(victims.map(({ id }) => id));
    for (const each of victims) this.paper.release(each);
    this.set = this.set.filter(({ id }) => !gone.has(id));
  }
}

function seated(instance: Instance, agentId: AgentId): Instance {
  const task = {
    id: `${instance.id}.paper` as never,
    agentId,
    host: '',
    hostPorts: [],
    ipAddresses: [],
    state: 'TASK_RUNNING' as const,
    stagedAt: millis(0),
  };
  return { ...instance, condition: 'Running', task };
}

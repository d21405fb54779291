import { ManualClock, millis, seconds, type SeededChance } from '@ekiden/kernel';
import type { Millis } from '@ekiden/kernel';
import { Trace, VirtualScheduler, chanceFor } from '@ekiden/testkit';
import { confirmTurn, mergeTurn, type Turn, type TurnInput } from '../../src/core/loop/index.js';
import {
  viewOf,
  type ApiCommand,
  type Command,
  type OrchestratorSettings,
  type Reply,
  type ServiceState,
  type WorldCommand,
} from '../../src/core/turn/index.js';
import { buildState } from '../../src/runtime/build-state.js';
import { Acknowledgements } from './acknowledgements.js';
import { describeCommand, describeEffect, describeTurn } from './describe.js';
import { LEADER_FAULTS, faultsFor, type Faults } from './faults.js';
import { mayFail, simulatedHosts } from './hosts.js';
import { Inspector } from './inspector.js';
import { MemoryStore } from './memory-store.js';
import { RandomUser } from './random-user.js';
import { shownOf } from './shown-of.js';
import { healsWithin, missingAfterHeal, wordsFor } from './settled.js';
import { settingsFor } from './settings.js';
import type { SimulatedHost } from './simulated-host.js';
import { SimulatedHooks } from './simulated-hooks.js';
import { SimulatedRouter } from './simulated-router.js';
import { TurnDraws, type Drawn } from './turn-draws.js';

export interface WorldOptions {
  /** Changes a decided turn before anything looks at it: for proving that checkers bite. */
  readonly tamper?: (turn: Turn, state: ServiceState) => void;
  /** Changes what is stored after a commit, for the same purpose. */
  readonly tamperStore?: (store: MemoryStore) => void;
  /** Changes what is asked of hosts, or the state, after a turn was merged. */
  readonly tamperEffects?: (effects: Turn['effects'], state: ServiceState) => Turn['effects'];
  /** The costly comparisons are made once in so many turns. */
  readonly forkEvery?: number;
  readonly onNote?: (text: string) => void;
}

interface Waiting {
  readonly command: Command;
  /** Present for commands of users. */
  readonly answer?: (reply: Reply) => void;
}

/** A turn as it was decided, before anything of it is real. */
interface Decided {
  readonly turn: Turn;
  readonly batch: readonly Waiting[];
  readonly now: Millis;
}

const START = new ManualClock().now();

/** Turns without anything to do, at one moment, before the loop counts as spinning. */
const IDLE_TURNS_MAX = 12;
/** The same for turns that find something to write or to tell each time, though nobody asks. */
const BUSY_TURNS_MAX = 500;

const FORK_EVERY = 12;
const SHORT_STEP = seconds(3);
const LONG_STEP = seconds(90);
const LONG_STEP_ONE_IN = 5;

/**
 * The real cores in a world drawn from a seed: hosts, a store, a user and faults. Safety is checked
 * at every turn; `settle` heals everything and demands that all wishes come true.
 */
export class World {
  readonly clock = new ManualClock();
  readonly store = new MemoryStore();
  private readonly options: WorldOptions;
  private readonly faults: Faults;
  private readonly trace: Trace;
  private readonly inspector: Inspector;
  private readonly hosts: readonly SimulatedHost[];
  private readonly scheduler: VirtualScheduler;
  private readonly router: SimulatedRouter;
  private readonly hooks: SimulatedHooks;
  private readonly chance: SeededChance;
  private readonly user: RandomUser;
  private readonly acknowledged: Acknowledgements;
  /** Tasks whose process was started, and where. */
  private readonly started = new Map<string, string>();
  private readonly userActsOneIn: number;
  private readonly settings: OrchestratorSettings;
  /** Whether the next turn is decided while one is being written (ADR 0058). */
  private readonly decidesAhead: boolean;
  private readonly draws: TurnDraws;
  private state: ServiceState;
  private inbox: Waiting[] = [];
  private idleTurns = 0;
  private busyTurns = 0;
  private terms = 0;
  private restAfter = millis(0);

  constructor(seed: number, options: WorldOptions = {}) {
    this.draws = new TurnDraws(seed);
    this.options = options;
    this.trace = new Trace(this.clock);
    this.chance = chanceFor(seed, 'world');
    this.faults = faultsFor(chanceFor(seed, 'faults'));
    this.scheduler = new VirtualScheduler(this.clock, chanceFor(seed, 'order'));
    this.user = new RandomUser(chanceFor(seed, 'user'));
    this.userActsOneIn = 2 ** (1 + this.chance.int(5));
    this.settings = settingsFor(chanceFor(seed, 'settings'));
    this.decidesAhead = chanceFor(seed, 'pace').int(2) === 0;
    this.acknowledged = new Acknowledgements(this.store);
    const { store, trace } = this;
    this.inspector = new Inspector({ seed, setting: this.faults.describe(), store, trace });
    const outside = {
      scheduler: this.scheduler,
      state: () => this.state,
      tell: (command: WorldCommand) => this.inbox.push({ command }),
    };
    this.router = new SimulatedRouter({ ...outside, chance: chanceFor(seed, 'router') });
    this.hooks = new SimulatedHooks({ ...outside, chance: chanceFor(seed, 'hooks') });
    this.hosts = simulatedHosts({
      ...{ seed, clock: this.clock, scheduler: this.scheduler, faults: this.faults },
      ...{ started: this.started, tell: outside.tell },
      note: (text) => this.note(text),
      demand: (rule, sentences) => this.inspector.demand(rule, sentences),
    });
    this.state = this.recover('the first term');
  }

  get turns(): number {
    return this.inspector.turn;
  }

  /** Lets the user and the faults act for so many turns. */
  run(turns: number): this {
    const end = this.turns + turns;
    while (this.turns < end) {
      if (this.chance.int(this.userActsOneIn) === 0) this.userActs();
      for (const host of this.hosts) mayFail(host, this.faults);
      this.step(this.chance.int(LONG_STEP_ONE_IN) === 0 ? LONG_STEP : SHORT_STEP);
    }
    return this;
  }

  /** Ends all faults and brings everything back. */
  heal(): this {
    this.note('--- everything heals ---');
    this.faults.end();
    this.router.heal();
    this.hooks.heal();
    for (const host of this.hosts) {
      host.heal();
      host.thaw();
      host.behave();
      const command = { kind: 'tendAgent', agent: host.id, order: { kind: 'activate' } } as const;
      this.inbox.push({ command, answer: () => undefined });
    }
    return this;
  }

  /** Demands that a healed world comes to rest with every wish fulfilled. */
  settle(): this {
    const healedAt = this.clock.now();
    const patience = healsWithin(viewOf(this.state));
    let missing: readonly string[] = ['nothing was looked at yet'];
    while (this.clock.now() < healedAt + patience) {
      this.step(seconds(60));
      this.resumeAll();
      if (this.inbox.length > 0 || this.state.memory.dirty.size > 0) continue;
      missing = missingAfterHeal(viewOf(this.state), this.hosts);
      if (missing.length === 0) break;
    }
    this.restAfter = millis(this.clock.now() - healedAt);
    this.inspector.demand('liveness', missing);
    this.inspector.idle(this.input([]));
    this.fork([]);
    this.inspector.rest(this.state, this.clock.now(), true);
    return this;
  }

  /** A line about this world, for progress. */
  describe(): string {
    const { rows } = this.state;
    return [
      `${this.turns} turns, ${this.terms} terms`,
      `${Math.round((this.clock.now() - START) / 1000)} s`,
      `${rows.apps.size} apps`,
      `${rows.instances.size} instances`,
      `${this.store.lastEvent} events, ${this.started.size} tasks`,
      `at rest ${Math.round(this.restAfter / 1000)} s after healing`,
    ].join(', ');
  }

  /** Also what was said just before the world healed is taken back. */
  private resumeAll(): void {
    const said = this.inbox.flatMap(({ command }) => ('id' in command ? [command.id] : []));
    for (const command of wordsFor(viewOf(this.state), new Set(said))) {
      this.inbox.push({ command, answer: () => undefined });
    }
  }

  /** One turn if anything asks for one, else time moves on, by `most` at most. */
  private step(most: Millis): void {
    this.scheduler.runDue();
    const { memory, masterDeadline } = this.state;
    const now = this.clock.now();
    const wishes = [memory.wakes.next(), masterDeadline];
    const wanted = Math.min(...wishes.flatMap((at) => at ?? []));
    if (this.inbox.length > 0 || memory.dirty.size > 0 || wanted <= now) {
      this.turn();
      return;
    }
    const next = Math.min(now + most, wanted, this.scheduler.next() ?? Number.POSITIVE_INFINITY);
    this.clock.advance(millis(Math.max(1, next - now)));
    this.idleTurns = 0;
    this.busyTurns = 0;
    this.scheduler.runDue();
    if (this.inbox.length > 0 || wanted <= this.clock.now()) this.turn();
  }

  private turn(): void {
    this.carryOut(this.decide());
  }

  private decide(): Decided {
    this.inspector.turn += 1;
    const { memory } = this.state;
    const now = this.clock.now();
    for (const app of memory.wakes.due(now)) memory.dirty.add(app);
    const batch = this.inbox.splice(0);
    const commands = batch.map(({ command }) => command);
    for (const command of commands) this.note(describeCommand(command));
    if (this.isThorough()) this.fork(commands);
    const input = this.input(commands);
    const turn = this.inspector.decide(input);
    this.draws.keep(input);
    this.options.tamper?.(turn, this.state);
    return { turn, batch, now };
  }

  private carryOut(decided: Decided): void {
    const { turn, batch, now } = decided;
    for (const line of describeTurn(turn)) this.note(line);
    this.inspector.look(turn, this.state, now);
    if (turn.hasWrites || turn.events.length > 0) {
      this.idleTurns = 0;
      this.watchBusy(batch);
      const stored = this.store.encode(turn);
      const hasMore = turn.more || this.inbox.length > 0;
      const next = this.decidesAhead && hasMore ? this.decideAhead(turn) : undefined;
      this.commit(decided, next, stored);
      return;
    }
    this.watchSpinning(batch.map(({ command }) => command));
    mergeTurn(turn);
    this.settleTurn(turn, batch, turn.effects.length);
    this.lookAround(turn);
  }

  /** The next turn, on what the state will be when this one is stored; nobody sees that yet. */
  private decideAhead(turn: Turn): Decided {
    const shown = shownOf(turn);
    const before = shown(viewOf(this.state));
    mergeTurn(turn, { provisional: true });
    const after = shown(viewOf(this.state));
    this.inspector.demand('unconfirmed-is-hidden', before === after ? [] : [`${before} ${after}`]);
    return this.decide();
  }

  /** The commit, or what becomes of it; memory is dropped whenever it is not certain. */
  private commit(
    { turn, batch }: Decided,
    next: Decided | undefined,
    stored: (epoch: number) => void,
  ): void {
    const fault = LEADER_FAULTS.find((kind) => this.faults.strikes(kind));
    if (fault !== undefined) this.note(`the leader: ${fault}`);
    if (fault === undefined || fault === 'crashBetweenEffects') {
      const { length } = turn.effects;
      this.write(stored);
      if (next === undefined) mergeTurn(turn);
      else confirmTurn(turn);
      this.settleTurn(turn, batch, fault === undefined ? length : this.chance.int(length + 1));
    }
    if (fault === undefined) {
      if (next === undefined) this.lookAround(turn);
      else this.carryOut(next);
      return;
    }
    if (fault === 'unknownCommitted' || fault === 'crashAfterCommit') this.write(stored);
    this.state = this.recover(fault);
    // What dies takes with it what it was asked.
    if (fault.startsWith('crash')) return;
    if (next !== undefined) this.giveBack(next.batch);
    if (fault === 'unknownCommitted') this.answer(turn, batch);
    else this.giveBack(batch);
  }

  private write(stored: (epoch: number) => void): void {
    stored(this.state.epoch);
    this.options.tamperStore?.(this.store);
  }

  /** What follows a commit: answers, and so many of the effects. */
  private settleTurn(turn: Turn, batch: readonly Waiting[], effects: number): void {
    this.answer(turn, batch);
    const wanted = this.options.tamperEffects?.(turn.effects, this.state) ?? turn.effects;
    for (const effect of wanted.slice(0, effects)) {
      this.note(describeEffect(effect));
      this.hosts.find(({ id }) => id === effect.agentId)?.perform(effect);
    }
    this.router.look();
    this.hooks.look();
  }

  /** A moment between two turns, at which none is under way. */
  private lookAround(turn: Turn): void {
    const thorough = this.isThorough();
    this.inspector.rest(this.state, this.clock.now(), thorough);
    const settled = this.inbox.length === 0 && this.state.memory.dirty.size === 0 && !turn.more;
    if (thorough && settled) this.inspector.idle(this.input([]));
  }

  private answer(turn: Turn, batch: readonly Waiting[]): void {
    batch.forEach(({ answer }, index) => {
      const reply = turn.replies[index];
      if (reply !== undefined) answer?.(reply);
    });
  }

  /** Commands of users survive a turn that certainly did not happen; reports are repeated anyway. */
  private giveBack(batch: readonly Waiting[]): void {
    this.inbox.unshift(...batch.filter(({ answer }) => answer !== undefined));
  }

  /** A new term: memory is dropped and read anew, hosts are asked what they run. */
  private recover(why: string): ServiceState {
    this.terms += 1;
    for (const host of this.hosts) host.leave();
    this.inbox = this.inbox.filter(({ answer }) => answer !== undefined);
    const epoch = this.store.elect();
    this.note(`term ${epoch} begins after ${why}`);
    const drawn = this.draws.draw();
    this.draws.keep(drawn);
    const { ids } = drawn;
    const state = buildState(this.store.load(), { epoch, ids, now: this.clock.now() });
    for (const host of this.hosts) host.enter(epoch);
    this.inspector.demand('acknowledged-survives', this.acknowledged.missing());
    return state;
  }

  private userActs(): void {
    const command: ApiCommand | undefined = this.user.next(viewOf(this.state));
    if (command === undefined) return;
    const answer = (reply: Reply): void => {
      this.note(`  answered ${reply.kind}`);
      if (reply.kind !== 'deployed') return;
      this.inspector.demand('acknowledged-survives', this.acknowledged.add(reply));
    };
    this.inbox.push({ command, answer });
  }

  /** Decides the coming turn both ways, with the same chance. */
  private fork(commands: readonly Command[]): void {
    const drawn = this.draws.repeatable();
    this.inspector.fork(() => this.input(commands, drawn()));
  }

  private isThorough(): boolean {
    return this.turns % (this.options.forkEvery ?? FORK_EVERY) === 0;
  }

  private input(batch: readonly Command[], drawn = this.draws.draw()): TurnInput & Drawn {
    const { state, settings } = this;
    return { state, batch, now: this.clock.now(), settings, ...drawn };
  }

  private watchBusy(batch: readonly Waiting[]): void {
    this.busyTurns = batch.length > 0 ? 0 : this.busyTurns + 1;
    if (this.busyTurns <= BUSY_TURNS_MAX) return;
    const text = `dirty: ${[...this.state.memory.dirty].join(', ')}`;
    this.inspector.demand('no-spinning', [`${this.busyTurns} turns at one moment; ${text}`]);
  }

  private watchSpinning(commands: readonly Command[]): void {
    this.idleTurns = commands.length > 0 ? 0 : this.idleTurns + 1;
    if (this.idleTurns <= IDLE_TURNS_MAX) return;
    const { memory, masterDeadline } = this.state;
    const deadline = masterDeadline === undefined ? 'none' : masterDeadline - this.clock.now();
    const text = `dirty: ${[...memory.dirty].join(', ')}; master deadline in ms: ${deadline}`;
    this.inspector.demand('no-spinning', [`empty turns without end; ${text}`]);
  }

  private note(text: string | undefined): void {
    if (text === undefined) return;
    this.trace.note(text);
    this.options.onNote?.(text);
  }
}

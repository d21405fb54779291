import {
  ChanceIdSource,
  ManualClock,
  SeededChance,
  millis,
  seconds,
  type Millis,
} from '@ekiden/kernel';
import {
  Trace,
  VirtualScheduler,
  WorldBroken,
  breaches,
  chanceFor,
  type Breach,
} from '@ekiden/testkit';
import {
  InvariantBroken,
  mergeTurn,
  takeTurn,
  type Turn,
  type TurnInput,
} from '../../src/core/loop/index.js';
import {
  DEFAULT_SETTINGS,
  viewOf,
  type ApiCommand,
  type Command,
  type OrchestratorSettings,
  type Reply,
  type ServiceState,
} from '../../src/core/turn/index.js';
import { buildState } from '../../src/runtime/build-state.js';
import { agentOf } from './agents.js';
import { Acknowledgements } from './acknowledgements.js';
import { restCheckers, turnCheckers } from './checkers/index.js';
import { faultsFor, type FaultKind, type Faults } from './faults.js';
import { compareForks, emptyTurnWrites } from './forks.js';
import { describeCommand, describeEffect, describeTurn } from './describe.js';
import { MemoryStore } from './memory-store.js';
import { RandomUser } from './random-user.js';
import { missingAfterHeal } from './settled.js';
import { SimulatedHost } from './simulated-host.js';
import type { TurnChecker } from './sight.js';

export interface WorldOptions {
  /** Changes a decided turn before anything looks at it: for proving that checkers bite. */
  readonly tamper?: (turn: Turn, state: ServiceState) => void;
  /** Changes what is stored after a commit, for the same purpose. */
  readonly tamperStore?: (store: MemoryStore) => void;
  /** Every how many turns the costly comparisons are made. */
  readonly forkEvery?: number;
  readonly onNote?: (text: string) => void;
}

interface Waiting {
  readonly command: Command;
  /** Present for commands of users. */
  readonly answer?: (reply: Reply) => void;
}

const HOSTS = 4;
const HOST_SIZE = 'cpus:8;mem:8192;disk:10000;ports:[31000-31199]';

/** Turns without anything to do, at one moment, before the loop counts as spinning. */
const IDLE_TURNS_MAX = 12;

/** Virtual time within which a healed world must have come to rest. */
const HEAL_WITHIN = seconds(400);

const SHORT_STEP = seconds(3);
const LONG_STEP = seconds(90);
const LONG_STEP_ONE_IN = 5;

const LEADER_FAULTS: readonly FaultKind[] = [
  'crashBeforeCommit',
  'commitRefused',
  'unknownCommitted',
  'unknownNotCommitted',
  'crashAfterCommit',
  'crashBetweenEffects',
];

/**
 * The real cores in a world drawn from a seed: hosts, a store, a user and faults. Safety is checked
 * at every turn; `settle` heals everything and demands that all wishes come true.
 */
export class World {
  readonly seed: number;
  readonly clock = new ManualClock();
  readonly store = new MemoryStore();
  readonly hosts: readonly SimulatedHost[];
  readonly faults: Faults;
  readonly trace: Trace;
  turns = 0;
  terms = 0;
  /** How long the healed world took to come to rest. */
  restAfter = millis(0);
  private state: ServiceState;
  private readonly options: WorldOptions;
  private readonly scheduler: VirtualScheduler;
  private readonly chance: SeededChance;
  private readonly user: RandomUser;
  private readonly settings: OrchestratorSettings;
  private readonly turnCheckers: readonly TurnChecker[];
  private readonly restCheckers: ReturnType<typeof restCheckers>;
  private readonly acknowledged: Acknowledgements;
  /** Tasks whose process was started, by host. */
  private readonly started = new Map<string, string>();
  private inbox: Waiting[] = [];
  private idleTurns = 0;
  private draws = 0;

  constructor(seed: number, options: WorldOptions = {}) {
    this.seed = seed;
    this.options = options;
    this.trace = new Trace(this.clock);
    this.chance = chanceFor(seed, 'world');
    this.faults = faultsFor(chanceFor(seed, 'faults'));
    this.scheduler = new VirtualScheduler(this.clock, chanceFor(seed, 'order'));
    this.user = new RandomUser(chanceFor(seed, 'user'));
    this.settings = { ...DEFAULT_SETTINGS, deploymentHistory: 10_000 };
    this.turnCheckers = turnCheckers();
    this.restCheckers = restCheckers();
    this.acknowledged = new Acknowledgements(this.store);
    this.hosts = Array.from({ length: HOSTS }, (_, index) => this.host(index));
    this.state = this.recover('the first term');
  }

  /** Lets the user and the faults act for so many turns. */
  run(turns: number): this {
    const end = this.turns + turns;
    while (this.turns < end) {
      if (this.chance.int(3) === 0) this.userActs();
      this.hostsFail();
      this.step(millis(this.chance.int(LONG_STEP_ONE_IN) === 0 ? LONG_STEP : SHORT_STEP));
    }
    return this;
  }

  /** Ends all faults and brings everything back. */
  heal(): this {
    this.note('--- everything heals ---');
    this.faults.end();
    for (const host of this.hosts) {
      host.heal();
      host.behave();
    }
    return this;
  }

  /** Demands that a healed world comes to rest with every wish fulfilled. */
  settle(): this {
    const healedAt = this.clock.now();
    const end = healedAt + HEAL_WITHIN;
    let missing: readonly string[] = ['nothing was looked at yet'];
    while (this.clock.now() < end) {
      this.step(seconds(60));
      if (this.inbox.length > 0 || this.state.memory.dirty.size > 0) continue;
      missing = missingAfterHeal(viewOf(this.state), this.hosts);
      if (missing.length === 0) break;
    }
    this.demand('liveness', missing);
    this.restAfter = millis(this.clock.now() - healedAt);
    this.demand('idempotence', emptyTurnWrites(this.input([])));
    this.fork([]);
    this.rest(true);
    return this;
  }

  /** A line about this world, for progress. */
  describe(): string {
    const { rows } = this.state;
    const seconds = Math.round((this.clock.now() - new ManualClock().now()) / 1000);
    return [
      `${this.turns} turns`,
      `${this.terms} terms`,
      `${seconds} s`,
      `${rows.apps.size} apps`,
      `${rows.instances.size} instances`,
      `${rows.deployments.size} deployments`,
      `${this.store.lastEvent} events`,
      `${this.started.size} tasks`,
      `at rest ${Math.round(this.restAfter / 1000)} s after healing`,
    ].join(', ');
  }

  /** One turn if anything asks for one, else time moves on, by `most` at most. */
  private step(most: Millis): void {
    this.scheduler.runDue();
    const { memory } = this.state;
    if (this.inbox.length > 0 || memory.dirty.size > 0) {
      this.turn();
      return;
    }
    const now = this.clock.now();
    const wishes = [memory.wakes.next(), this.state.masterDeadline];
    const wanted = Math.min(...wishes.flatMap((at) => at ?? []));
    if (wanted <= now) {
      this.turn();
      return;
    }
    const next = Math.min(now + most, wanted, this.scheduler.next() ?? Number.POSITIVE_INFINITY);
    this.clock.advance(millis(Math.max(1, next - now)));
    this.idleTurns = 0;
    this.scheduler.runDue();
    if (this.inbox.length > 0 || wanted <= this.clock.now()) this.turn();
  }

  private turn(): void {
    this.turns += 1;
    const { memory } = this.state;
    const now = this.clock.now();
    for (const app of memory.wakes.due(now)) memory.dirty.add(app);
    const batch = this.inbox.splice(0);
    const commands = batch.map(({ command }) => command);
    for (const command of commands) {
      const text = describeCommand(command);
      if (text !== undefined) this.note(text);
    }
    if (this.turns % (this.options.forkEvery ?? 8) === 0) this.fork(commands);
    const turn = this.decide(commands);
    this.options.tamper?.(turn, this.state);
    this.demandAll(breaches(this.turnCheckers, { now, state: this.state, turn, store: this.store }));
    for (const line of describeTurn(turn)) this.note(line);
    if (!turn.hasWrites && turn.events.length === 0) {
      this.watchSpinning(commands);
      this.settleTurn(turn, batch, turn.effects.length);
      return;
    }
    this.idleTurns = 0;
    this.commit(turn, batch);
  }

  private decide(commands: readonly Command[]): Turn {
    try {
      return takeTurn(this.input(commands));
    } catch (fault) {
      const rule = fault instanceof InvariantBroken ? 'invariants' : 'no-fault';
      const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
      throw this.broken([{ rule, sentence: text }]);
    }
  }

  /** The commit, or what becomes of it; memory is dropped whenever it is not certain. */
  private commit(turn: Turn, batch: readonly Waiting[]): void {
    const fault = LEADER_FAULTS.find((kind) => this.faults.strikes(kind));
    if (fault !== undefined) this.note(`the leader: ${fault}`);
    switch (fault) {
      case 'crashBeforeCommit':
        this.state = this.recover(fault);
        return;
      case 'commitRefused':
      case 'unknownNotCommitted':
        this.state = this.recover(fault);
        this.giveBack(batch);
        return;
      case 'unknownCommitted':
        this.write(turn);
        this.state = this.recover(fault);
        this.answer(turn, batch);
        return;
      case 'crashAfterCommit':
        this.write(turn);
        this.state = this.recover(fault);
        return;
      case 'crashBetweenEffects':
        this.write(turn);
        this.settleTurn(turn, batch, this.chance.int(turn.effects.length + 1));
        this.state = this.recover(fault);
        return;
      default:
        this.write(turn);
        this.settleTurn(turn, batch, turn.effects.length);
    }
  }

  private write(turn: Turn): void {
    this.store.commit(this.state.epoch, turn);
    this.options.tamperStore?.(this.store);
  }

  private settleTurn(turn: Turn, batch: readonly Waiting[], effects: number): void {
    mergeTurn(turn);
    this.answer(turn, batch);
    for (const effect of turn.effects.slice(0, effects)) {
      const text = describeEffect(effect);
      if (text !== undefined) this.note(text);
      this.hosts.find(({ id }) => id === effect.agentId)?.perform(effect);
    }
    const thorough = this.turns % (this.options.forkEvery ?? 8) === 0;
    this.rest(thorough);
    if (!thorough) return;
    const settled = this.inbox.length === 0 && this.state.memory.dirty.size === 0 && !turn.more;
    if (settled) this.demand('idempotence', emptyTurnWrites(this.input([])));
  }

  private rest(thorough: boolean): void {
    const { clock, state, store, restCheckers: rules } = this;
    const checkers = thorough ? [...rules.always, ...rules.thorough] : rules.always;
    this.demandAll(breaches(checkers, { now: clock.now(), state, store }));
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
    const state = buildState(this.store.load(), {
      epoch,
      ids: new ChanceIdSource(this.fresh()),
      now: this.clock.now(),
    });
    for (const host of this.hosts) host.enter(epoch);
    this.demand('acknowledged-survives', this.acknowledged.missing());
    return state;
  }

  private userActs(): void {
    const command = this.user.next(viewOf(this.state));
    if (command !== undefined) this.submit(command);
  }

  private submit(command: ApiCommand): void {
    this.inbox.push({
      command,
      answer: (reply) => {
        this.note(`  answered ${reply.kind}`);
        if (reply.kind === 'deployed') this.acknowledged.add(reply);
        if (reply.kind === 'quarantined') this.demand('no-fault', [reply.message]);
      },
    });
  }

  private hostsFail(): void {
    for (const host of this.hosts) {
      if (this.faults.strikes('partition')) host.partition();
      if (this.faults.strikes('reboot')) host.reboot();
      if (this.faults.strikes('wipe')) host.wipe();
    }
  }

  private host(index: number): SimulatedHost {
    const rack = index < 2 ? 'a' : 'b';
    const agent = agentOf(index, HOST_SIZE, `rack:${rack}`);
    const host: SimulatedHost = new SimulatedHost({
      agent,
      clock: this.clock,
      scheduler: this.scheduler,
      chance: chanceFor(this.seed, `host ${index}`),
      faults: this.faults,
      tell: (command) => this.inbox.push({ command }),
      note: (text) => this.note(text),
      onFenced: (task) => this.demand('launches-of-this-term', [`${task} bears an older term`]),
      onStart: (task) => {
        const before = this.started.get(task);
        this.started.set(task, host.id);
        const again = before !== undefined && !(before === host.id && host.hasForgotten(task));
        if (again) this.demand('started-once', [`${task} on ${before} and on ${host.id}`]);
      },
    });
    return host;
  }

  /** Decides the turn both ways, with the same chance. */
  private fork(commands: readonly Command[]): void {
    const { draws } = this;
    const again = (): TurnInput => {
      this.draws = draws;
      return this.input(commands);
    };
    this.demand('dirty-is-enough', compareForks(again));
  }

  private input(batch: readonly Command[]): TurnInput {
    const chance = this.fresh();
    const { state, settings } = this;
    return {
      state,
      batch,
      now: this.clock.now(),
      ids: new ChanceIdSource(chance),
      chance,
      settings,
    };
  }

  /** New chance per turn, so that a turn can be decided twice the same way. */
  private fresh(): SeededChance {
    this.draws += 1;
    return chanceFor(this.seed, `turn ${this.draws}`);
  }

  private watchSpinning(commands: readonly Command[]): void {
    this.idleTurns = commands.length > 0 ? 0 : this.idleTurns + 1;
    if (this.idleTurns <= IDLE_TURNS_MAX) return;
    const { memory, masterDeadline } = this.state;
    const dirty = [...memory.dirty].join(', ');
    const deadline = masterDeadline === undefined ? 'none' : masterDeadline - this.clock.now();
    const text = `empty turns without end; dirty: ${dirty}, master deadline in ${deadline} ms`;
    this.demand('no-spinning', [text]);
  }

  private demand(rule: string, sentences: readonly string[]): void {
    this.demandAll(sentences.map((sentence) => ({ rule, sentence })));
  }

  private demandAll(found: readonly Breach[]): void {
    if (found.length > 0) throw this.broken(found);
  }

  private broken(found: readonly Breach[]): WorldBroken {
    const { seed, turns: turn } = this;
    return new WorldBroken({
      seed,
      turn,
      breaches: found,
      setting: this.faults.describe(),
      trace: this.trace.show(),
    });
  }

  private note(text: string): void {
    this.trace.note(text);
    this.options.onNote?.(text);
  }
}

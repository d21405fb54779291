import { ChanceIdSource, ManualClock, millis, seconds, type SeededChance } from '@ekiden/kernel';
import type { Millis } from '@ekiden/kernel';
import { Trace, VirtualScheduler, chanceFor } from '@ekiden/testkit';
import { mergeTurn, type Turn, type TurnInput } from '../../src/core/loop/index.js';
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
import { agentOf } from './agents.js';
import { describeCommand, describeEffect, describeTurn } from './describe.js';
import { LEADER_FAULTS, faultsFor, type Faults } from './faults.js';
import { Inspector } from './inspector.js';
import { MemoryStore } from './memory-store.js';
import { RandomUser } from './random-user.js';
import { healsWithin, missingAfterHeal, wordsFor } from './settled.js';
import { settingsFor } from './settings.js';
import { SimulatedHost } from './simulated-host.js';
import { SimulatedHooks } from './simulated-hooks.js';
import { SimulatedRouter } from './simulated-router.js';

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

const HOSTS = 4;
const HOST_SIZE = 'cpus:8;mem:8192;disk:10000;ports:[31000-31199]';
const START = new ManualClock().now();

/** Turns without anything to do, at one moment, before the loop counts as spinning. */
const IDLE_TURNS_MAX = 12;

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
  private readonly seed: number;
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
  private state: ServiceState;
  private inbox: Waiting[] = [];
  private idleTurns = 0;
  private draws = 0;
  private terms = 0;
  private restAfter = millis(0);

  constructor(seed: number, options: WorldOptions = {}) {
    this.seed = seed;
    this.options = options;
    this.trace = new Trace(this.clock);
    this.chance = chanceFor(seed, 'world');
    this.faults = faultsFor(chanceFor(seed, 'faults'));
    this.scheduler = new VirtualScheduler(this.clock, chanceFor(seed, 'order'));
    this.user = new RandomUser(chanceFor(seed, 'user'));
    this.userActsOneIn = 2 ** (1 + this.chance.int(5));
    this.settings = settingsFor(chanceFor(seed, 'settings'));
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
    this.hosts = Array.from({ length: HOSTS }, (_, index) => this.host(index));
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
      this.hostsFail();
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
    this.scheduler.runDue();
    if (this.inbox.length > 0 || wanted <= this.clock.now()) this.turn();
  }

  private turn(): void {
    this.inspector.turn += 1;
    const { memory } = this.state;
    const now = this.clock.now();
    for (const app of memory.wakes.due(now)) memory.dirty.add(app);
    const batch = this.inbox.splice(0);
    const commands = batch.map(({ command }) => command);
    for (const command of commands) this.note(describeCommand(command));
    if (this.isThorough()) this.fork(commands);
    const turn = this.inspector.decide(this.input(commands));
    this.options.tamper?.(turn, this.state);
    for (const line of describeTurn(turn)) this.note(line);
    this.inspector.look(turn, this.state, now);
    if (turn.hasWrites || turn.events.length > 0) {
      this.idleTurns = 0;
      this.commit(turn, batch);
      return;
    }
    this.watchSpinning(commands);
    this.finish(turn, batch, turn.effects.length);
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
        this.finish(turn, batch, this.chance.int(turn.effects.length + 1));
        this.state = this.recover(fault);
        return;
      case undefined:
        this.write(turn);
        this.finish(turn, batch, turn.effects.length);
    }
  }

  private write(turn: Turn): void {
    this.store.commit(this.state.epoch, turn);
    this.options.tamperStore?.(this.store);
  }

  /** What follows a commit: merge, answers, and so many of the effects. */
  private finish(turn: Turn, batch: readonly Waiting[], effects: number): void {
    mergeTurn(turn);
    this.answer(turn, batch);
    const wanted = this.options.tamperEffects?.(turn.effects, this.state) ?? turn.effects;
    for (const effect of wanted.slice(0, effects)) {
      this.note(describeEffect(effect));
      this.hosts.find(({ id }) => id === effect.agentId)?.perform(effect);
    }
    this.router.look();
    this.hooks.look();
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
    const ids = new ChanceIdSource(this.fresh());
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

  private hostsFail(): void {
    for (const host of this.hosts) {
      if (this.faults.strikes('partition')) host.partition();
      if (this.faults.strikes('freeze')) host.freeze();
      if (this.faults.strikes('lookAgain')) host.lookAgain();
      if (this.faults.strikes('reboot')) host.reboot();
      if (this.faults.strikes('wipe')) host.wipe();
    }
  }

  private host(index: number): SimulatedHost {
    const host: SimulatedHost = new SimulatedHost({
      agent: agentOf(index, HOST_SIZE, `rack:${index < 2 ? 'a' : 'b'}`),
      clock: this.clock,
      scheduler: this.scheduler,
      chance: chanceFor(this.seed, `host ${index}`),
      faults: this.faults,
      tell: (command) => this.inbox.push({ command }),
      note: (text) => this.note(text),
      onFenced: (task) => {
        this.inspector.demand('launches-of-this-term', [`${task} bears an older term`]);
      },
      onWipedInUse: (volume, task) => {
        this.inspector.demand('data-in-use-stays', [`${volume} is wiped under ${task}`]);
      },
      onStart: (task) => {
        const before = this.started.get(task);
        this.started.set(task, host.id);
        if (before === undefined || (before === host.id && host.hasForgotten(task))) return;
        this.inspector.demand('started-once', [`${task} on ${before}, again on ${host.id}`]);
      },
    });
    return host;
  }

  /** Decides the coming turn both ways, with the same chance. */
  private fork(commands: readonly Command[]): void {
    const { draws } = this;
    this.inspector.fork(() => {
      this.draws = draws;
      return this.input(commands);
    });
  }

  private isThorough(): boolean {
    return this.turns % (this.options.forkEvery ?? FORK_EVERY) === 0;
  }

  private input(batch: readonly Command[]): TurnInput {
    const chance = this.fresh();
    const ids = new ChanceIdSource(chance);
    return {
      state: this.state,
      batch,
      now: this.clock.now(),
      ids,
      chance,
      settings: this.settings,
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

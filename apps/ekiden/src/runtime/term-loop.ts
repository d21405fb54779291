import { millis, type Chance, type Change, type Clock } from '@ekiden/kernel';
import type { IdSource, Result, SlicedWork } from '@ekiden/kernel';
import type { Instance, InstanceId } from '../core/instance/index.js';
import type { NumberedEvent } from '../core/events/index.js';
import {
  AppTurnFailed,
  confirmTurn,
  mergeTurn,
  turnInSteps,
  type Turn,
} from '../core/loop/index.js';
import { viewOf, type OrchestratorSettings, type ServiceState } from '../core/turn/index.js';
import type { Look, StateView } from '../core/turn/index.js';
import type {
  CommitFailure,
  Hosts,
  LeaderTerm,
  Log,
  PreparedTurn,
  StateStore,
} from '../ports/index.js';
import type { Looks } from './looks.js';
import { isApiCommand, type Request, type RequestDesk } from './request-desk.js';
import type { ServiceMeters } from './service-meters.js';
import { TurnPace } from './turn-pace.js';
import { inTurnSlices } from './turn-slices.js';

export interface TermLoopOptions {
  readonly term: LeaderTerm;
  readonly state: ServiceState;
  readonly store: StateStore;
  readonly hosts: Hosts;
  readonly desk: RequestDesk;
  readonly looks: Looks;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly chance: Chance;
  readonly settings: OrchestratorSettings;
  readonly meters: ServiceMeters;
  readonly log: Log;
  /** Called with committed state after every turn, and the instances it changed. */
  readonly publish: (view: StateView, changes: readonly Change<InstanceId, Instance>[]) => void;
  /** Called with what happened, once readers can see the state that came of it. */
  readonly tell: (events: readonly NumberedEvent[]) => void;
}

/** How a term ended, and a turn whose fate only the database knows. */
export interface TermEnd {
  readonly reason: string;
  readonly unsure?: { readonly turn: Turn; readonly batch: readonly Request[] };
}

const COMMANDS_PER_TURN = 1_000;

/** Turns longer than this are logged (DESIGN 4: never hold the event loop over 50 ms). */
const SLOW_TURN_MS = 50;

/** The longest sleep between two looks at the clock. */
const IDLE_MAX_MS = 30_000;

/** A decided turn. */
interface Decided {
  readonly turn: Turn;
  readonly batch: readonly Request[];
  readonly prepared: PreparedTurn;
  /** Milliseconds that deciding it has held the event loop for. */
  readonly heldMs: number;
}

/** What is told of a turn and has to be noted before it is merged. */
interface Settlement {
  readonly changes: readonly Change<InstanceId, Instance>[];
  /** Deployments that began in it. */
  readonly started: number;
}

type Settled = Pick<Decided, 'turn' | 'batch'> & Settlement;

/**
 * Runs turns while the term lasts: take, decide, commit, merge, publish, answer, act. While the
 * database works on one turn the next is decided on what will be then, and waits: nothing of a turn
 * leaves the process, is answered or is shown before its own commit (ADR 0058). Any failed commit
 * ends the term: memory is dropped and read anew.
 */
export class TermLoop {
  private readonly options: TermLoopOptions;
  private readonly faults = new Map<string, number>();
  private readonly pace: TurnPace;
  /** The turn that is merged provisionally: resolves when it has been acted on, or ended the term. */
  private underWay: Promise<TermEnd | undefined> | undefined;

  constructor(options: TermLoopOptions) {
    this.options = options;
    this.pace = new TurnPace(options.settings);
  }

  async run(signal: AbortSignal): Promise<TermEnd> {
    try {
      return await this.loop(signal);
    } catch (fault) {
      // Whoever waits for what is under way is to hear what became of it.
      const end = await this.landed();
      if (end !== undefined) return end;
      throw fault;
    }
  }

  private async loop(signal: AbortSignal): Promise<TermEnd> {
    const { desk, looks, term } = this.options;
    let more = true;
    looks.enter(() => this.beginLook());
    for (;;) {
      const over = signal.aborted ? 'the service is stopping' : 'the lease ran out';
      if (signal.aborted || !term.stillHeld()) return (await this.landed()) ?? { reason: over };
      if (!more) await desk.idle(this.idleFor(), signal);
      const batch = desk.take(COMMANDS_PER_TURN);
      looks.pause();
      const outcome = await this.turn(batch, signal);
      if (outcome.end !== undefined) return outcome.end;
      if (this.underWay === undefined) looks.resume();
      more = outcome.more || desk.waiting > 0;
      // Let requests and timers in between two turns.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private beginLook(): Look {
    const { chance, clock, ids, state } = this.options;
    const now = clock.now();
    const master = state.master.begin({ now, chance, ids, epoch: state.epoch });
    return { state: viewOf(state), master, now };
  }

  private async turn(
    batch: readonly Request[],
    signal: AbortSignal,
  ): Promise<{ readonly more: boolean; readonly end?: TermEnd }> {
    const work = await this.decide(batch, signal);
    const prepared = await this.prepare(work?.value);
    // It was decided on what the turn before has made of the state.
    const end = await this.landed();
    if (end !== undefined) {
      if (work !== undefined) this.options.desk.giveBack(batch);
      return { more: false, end };
    }
    if (work === undefined) return { more: true };
    const { value: turn, heldMs } = work;
    if (prepared === undefined) {
      const settlement = settlementOf(turn);
      mergeTurn(turn);
      this.settle({ turn, batch, ...settlement });
      return { more: turn.more };
    }
    if (!this.options.term.stillHeld()) {
      this.options.desk.giveBack(batch);
      return { more: false, end: { reason: 'the lease ran out' } };
    }
    const failed = await this.commit({ turn, batch, heldMs, prepared });
    return failed === undefined ? { more: turn.more } : { more: false, end: failed };
  }

  /** Also while the turn before is being written. `undefined`: there is nothing to write. */
  private async prepare(turn: Turn | undefined): Promise<PreparedTurn | undefined> {
    if (turn === undefined || isEmpty(turn)) return undefined;
    const { store, term } = this.options;
    return store.prepare(term, turn);
  }

  /** Comes back when the turn is stored, or when the next one can be decided meanwhile. */
  private async commit(decided: Decided): Promise<TermEnd | undefined> {
    const { desk, looks, meters } = this.options;
    const { turn, prepared, heldMs } = decided;
    this.pace.note({ heldMs, full: turn.full });
    const stored = meters.commit();
    const settlement = settlementOf(turn);
    let isSent: () => void = () => undefined;
    const sent = new Promise<void>((resolve) => {
      isSent = resolve;
    });
    const answer = prepared.commit(isSent).finally(stored);
    await Promise.race([sent, answer]);
    mergeTurn(turn, { provisional: true });
    this.underWay = this.landing({ ...decided, ...settlement }, answer);
    // A fault of ours comes up when somebody waits for it.
    this.underWay.catch(() => undefined);
    const hasMore = turn.more || desk.waiting > 0;
    // Whoever wants to look at the books waits for a moment at which nothing is under way.
    return hasMore && !looks.isWanted ? undefined : this.landed();
  }

  /** Acts on a turn as soon as it is stored, also while the next is being decided. */
  private async landing(
    settled: Settled,
    answer: Promise<Result<void, CommitFailure>>,
  ): Promise<TermEnd | undefined> {
    const committed = await answer;
    if (!committed.ok) return this.endOf(committed.error, settled.turn, settled.batch);
    confirmTurn(settled.turn);
    this.settle(settled);
    return undefined;
  }

  /** Waits for the turn that is under way, if one is; says how the term ended if it did. */
  private async landed(): Promise<TermEnd | undefined> {
    const { underWay } = this;
    this.underWay = undefined;
    return underWay;
  }

  private endOf(failure: CommitFailure, turn: Turn, batch: readonly Request[]): TermEnd {
    switch (failure.kind) {
      case 'unknown':
        return { reason: databaseAway(failure.reason), unsure: { turn, batch } };
      case 'deposed':
        this.options.desk.giveBack(batch);
        return { reason: 'another leader has taken over' };
      case 'conflict':
        this.options.desk.giveBack(batch);
        return { reason: 'the database is not at the turn this leader believed in' };
      case 'unavailable':
        this.options.desk.giveBack(batch);
        return { reason: databaseAway(failure.reason) };
    }
  }

  /**
   * Decides a turn; `undefined` when a fault of ours was met and dealt with, or the term is over:
   * try again.
   */
  private async decide(
    batch: readonly Request[],
    signal: AbortSignal,
  ): Promise<SlicedWork<Turn> | undefined> {
    const { state, clock, ids, chance, meters } = this.options;
    const decided = meters.turn(batch.length);
    const now = clock.now();
    for (const app of state.memory.wakes.due(now)) state.memory.dirty.add(app);
    try {
      const steps = turnInSteps({
        state,
        batch: batch.map(({ command }) => command),
        now,
        ids,
        chance,
        settings: this.pace.settings({ awaited: batch.some(isAwaited) }),
      });
      const work = await inTurnSlices(steps, clock, signal);
      if (work === undefined) this.options.desk.giveBack(batch);
      else this.watchDuration(work.heldMs, batch.length);
      return work;
    } catch (fault) {
      this.meetFault(fault, batch);
      return undefined;
    } finally {
      decided();
    }
  }

  /**
   * Our own fault. Nothing was committed and the state is as before. An app that fails twice is
   * frozen; a command that fails twice is set aside; the rest goes on. A fault that belongs to
   * neither ends the term, so that everything is read anew.
   */
  private meetFault(fault: unknown, batch: readonly Request[]): void {
    const { desk, log, meters, state } = this.options;
    meters.failed();
    const message = fault instanceof Error ? fault.message : String(fault);
    const stack = fault instanceof Error ? fault.stack : undefined;
    const facts = { commands: batch.length, stack };
    log({ level: 'error', event: 'turn-failed', message, facts });
    if (fault instanceof AppTurnFailed && this.again(`app ${fault.app}`)) {
      state.memory.frozen.set(fault.app, message);
      desk.giveBack(batch);
      return;
    }
    const asked = batch.filter((request) => !request.isSettled());
    const [only] = asked;
    if (only !== undefined && asked.length === 1 && this.again('command')) {
      this.faults.delete('command');
      only.answer({
        kind: 'quarantined',
        message: `This request met an internal fault and was set aside; nothing was changed: ${message}`,
      });
      return;
    }
    if (asked.length === 0 && this.again('idle')) throw fault;
    // Several: each alone from here on, so that only the guilty one suffers.
    desk.giveBack(batch, { isolated: asked.length > 1 });
  }

  /** Counts a fault; true from its second occurrence on. */
  private again(subject: string): boolean {
    const count = (this.faults.get(subject) ?? 0) + 1;
    this.faults.set(subject, count);
    return count > 1;
  }

  /** Tells of a turn that is committed and merged, and has hosts do what follows from it. */
  private settle({ turn, batch, changes, started }: Settled): void {
    const { hosts, meters, publish, state, tell, term } = this.options;
    publish(viewOf(state), changes);
    tell(turn.events);
    meters.settled({ ...turn, started });
    batch.forEach((request, index) => {
      const reply = turn.replies[index];
      if (reply !== undefined) request.answer(reply);
    });
    for (const effect of turn.effects) {
      if (!term.stillHeld()) return;
      hosts.perform(effect);
    }
  }

  private idleFor(): number {
    const { clock, state } = this.options;
    const now = clock.now();
    const deadlines = [state.memory.wakes.next(), state.masterDeadline];
    const next = Math.min(...deadlines.flatMap((at) => at ?? []));
    return Math.max(0, Math.min(IDLE_MAX_MS, next - now));
  }

  private watchDuration(spent: number, commands: number): void {
    if (spent < SLOW_TURN_MS) return;
    this.options.log({
      level: 'warn',
      event: 'slow-turn',
      message: `a turn took ${millis(spent)} ms`,
      facts: { durationMs: millis(spent), commands },
    });
  }
}

/** Somebody has asked for it, and is to be answered. */
function isAwaited({ command }: Request): boolean {
  return isApiCommand(command);
}

function settlementOf({ draft, context }: Turn): Settlement {
  const { deployments } = context.state.rows;
  const begun = draft.deployments.changes().filter(([id, row]) => row && !deployments.has(id));
  return { changes: draft.instances.changes(), started: begun.length };
}

function databaseAway(reason: string): string {
  return `the database does not answer (${reason})`;
}

/** Nothing to write and nothing to tell: no need to bother the database. */
function isEmpty(turn: Turn): boolean {
  return turn.events.length === 0 && !turn.hasWrites;
}

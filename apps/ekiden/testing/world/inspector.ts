import type { Millis } from '@ekiden/kernel';
import { WorldBroken, breaches, type Breach, type Trace } from '@ekiden/testkit';
import { InvariantBroken, takeTurn, type Turn, type TurnInput } from '../../src/core/loop/index.js';
import type { ServiceState } from '../../src/core/turn/index.js';
import { restCheckers, turnCheckers } from './checkers/index.js';
import { compareForks, emptyTurnWrites } from './forks.js';
import type { MemoryStore } from './memory-store.js';

export interface InspectorOptions {
  readonly seed: number;
  readonly setting: string;
  readonly store: MemoryStore;
  readonly trace: Trace;
}

/** Looks at every turn and every moment between turns; throws at the first broken rule. */
export class Inspector {
  /** Turns taken so far, for the report. */
  turn = 0;
  private readonly options: InspectorOptions;
  private readonly turnRules = turnCheckers();
  private readonly restRules = restCheckers();

  constructor(options: InspectorOptions) {
    this.options = options;
  }

  /** Decides a turn; a fault of the core is a broken rule. */
  decide(input: TurnInput): Turn {
    try {
      return takeTurn(input);
    } catch (fault) {
      const rule = fault instanceof InvariantBroken ? 'invariants' : 'no-fault';
      const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
      throw this.broken([{ rule, sentence: text }]);
    }
  }

  /** A decided turn, before it is committed. */
  look(turn: Turn, state: ServiceState, now: Millis): void {
    const { store } = this.options;
    this.demandAll(breaches(this.turnRules, { now, state, turn, store }));
  }

  /** A moment between turns; `thorough` compares every row. */
  rest(state: ServiceState, now: Millis, thorough: boolean): void {
    const { always, thorough: dear } = this.restRules;
    const rules = thorough ? [...always, ...dear] : always;
    this.demandAll(breaches(rules, { now, state, store: this.options.store }));
  }

  /** `again` gives the same input each time it is called. */
  fork(again: () => TurnInput): void {
    this.demand('dirty-is-enough', compareForks(again));
  }

  /** After a turn that left nothing to do. */
  idle(input: TurnInput): void {
    this.demand('idempotence', emptyTurnWrites(input));
  }

  demand(rule: string, sentences: readonly string[]): void {
    this.demandAll(sentences.map((sentence) => ({ rule, sentence })));
  }

  private demandAll(found: readonly Breach[]): void {
    if (found.length > 0) throw this.broken(found);
  }

  private broken(found: readonly Breach[]): WorldBroken {
    const { seed, setting, trace } = this.options;
    return new WorldBroken({
      seed,
      turn: this.turn,
      breaches: found,
      setting,
      trace: trace.show(),
    });
  }
}

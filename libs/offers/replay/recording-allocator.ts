import { SeededChance, type Millis } from '@ekiden/kernel';

import type {
  AgentBooks,
  AllocateOptions,
  AllocationRun,
  Allocator,
  AllocatorEvent,
  AllocatorTurn,
  DrfOptions,
  ExplainQuery,
  Explanation,
  PoolSnapshot,
  PoolTransaction,
  RoleBooks,
  Room,
  TransactionOutcome,
} from '../src/allocator/index.js';
import type { Ask, FrameworkId } from '../src/framework/index.js';
import { inSeconds } from './event-lines.js';
import { configureLine, recordedLine, type RecordedLine } from './recorded-lines.js';

/**
 * Writes down what an allocator is told, as lines that `offers replay` plays again with the same
 * outcome. Only merged turns are written, each at once and in order, so the recording is what
 * happened. `inner` is fresh and made with `options`: what it knew before would be missing.
 * Chance is drawn anew for each run: a seed for it is part of the line. `write` gets a line
 * without its end; it must not throw, since the turn is merged by then.
 */
export function recordingAllocator(
  inner: Allocator,
  write: (line: string) => void,
  options: DrfOptions = {},
): Allocator {
  const say = (line: RecordedLine): void => {
    write(JSON.stringify(line));
  };
  say(configureLine(options));
  return {
    begin: () => new RecordedTurn(inner.begin(), say),
  };
}

const SEEDS = 2 ** 32;

class RecordedTurn implements AllocatorTurn {
  readonly snapshots?: NonNullable<AllocatorTurn['snapshots']>;
  private readonly inner: AllocatorTurn;
  private readonly say: (line: RecordedLine) => void;
  private lines: RecordedLine[] = [];

  constructor(inner: AllocatorTurn, say: (line: RecordedLine) => void) {
    this.inner = inner;
    this.say = say;
    const { snapshots } = inner;
    if (snapshots === undefined) return;
    this.snapshots = {
      snapshot: (): PoolSnapshot => snapshots.snapshot(),
      commit: (transaction): TransactionOutcome => {
        const outcome = snapshots.commit(transaction);
        this.keepTakings(transaction, outcome);
        return outcome;
      },
    };
  }

  get queued(): number {
    return this.inner.queued;
  }

  get filters(): number {
    return this.inner.filters;
  }

  reduce(event: AllocatorEvent): void {
    this.inner.reduce(event);
    this.lines.push(recordedLine(event));
  }

  allocate(options: AllocateOptions): AllocationRun {
    const seed = options.chance.int(SEEDS);
    const run = this.inner.allocate({ ...options, chance: new SeededChance(seed) });
    const { now, offersMax, cycle } = options;
    this.lines.push({
      op: 'allocate',
      atSeconds: inSeconds(now),
      seed,
      offersMax,
      ...(cycle !== undefined && { cycle }),
    });
    return run;
  }

  explain(query: ExplainQuery): Explanation {
    return this.inner.explain(query);
  }

  agent(agentId: Parameters<AllocatorTurn['agent']>[0]): AgentBooks | undefined {
    return this.inner.agent(agentId);
  }

  roles(): readonly RoleBooks[] {
    return this.inner.roles();
  }

  couldRun(framework: FrameworkId, ask: Ask, count: number): Room {
    return this.inner.couldRun(framework, ask, count);
  }

  nextDeadline(): Millis | undefined {
    return this.inner.nextDeadline();
  }

  merge(): void {
    this.inner.merge();
    const { lines } = this;
    this.lines = [];
    lines.forEach(this.say);
  }

  private keepTakings(transaction: PoolTransaction, { committed }: TransactionOutcome): void {
    const { frameworkId, role, takings } = transaction;
    for (const { agentId, resources } of takings) {
      if (!committed.includes(agentId)) continue;
      this.lines.push(recordedLine({ kind: 'allocated', frameworkId, role, agentId, resources }));
    }
  }
}

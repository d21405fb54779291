import { assert, type AgentId, type Millis } from '@ekiden/kernel';

import type {
  AgentBooks,
  AllocateOptions,
  AllocationRun,
  Allocator,
  AllocatorEvent,
  AllocatorTurn,
  ExplainQuery,
  Explanation,
  PoolSnapshot,
  PoolTransaction,
  RoleBooks,
  Room,
  TransactionOutcome,
} from '../../src/allocator/index.js';
import type { Ask, FrameworkId } from '../../src/framework/index.js';
import { allocate } from './allocate.js';
import { explain } from './explain.js';
import { reduce } from './reduce.js';
import { settingsOf, type OracleOptions, type Settings } from './settings.js';
import { commit, snapshot } from './snapshots.js';
import { copyState, emptyState, type State } from './state.js';
import { agentBooks, couldRun, nextDeadline, roleBooks, standingFilters } from './views.js';

/**
 * The allocator written to be read, not to be fast: facts only, everything else is computed anew
 * whenever it is needed. Close to offer-core 2.2 to 2.8, so that the other one can be held
 * against it. A draft is a copy of everything.
 */
export function oracleAllocator(options: OracleOptions = {}): Allocator {
  const settings = settingsOf(options);
  let committed = emptyState();
  let open: OracleTurn | undefined;
  return {
    begin() {
      open?.close();
      const draft = copyState(committed);
      open = new OracleTurn(draft, settings, () => {
        committed = draft;
      });
      return open;
    },
  };
}

class OracleTurn implements AllocatorTurn {
  private readonly state: State;
  private readonly settings: Settings;
  private readonly keep: () => void;
  private closed = false;

  constructor(state: State, settings: Settings, keep: () => void) {
    this.state = state;
    this.settings = settings;
    this.keep = keep;
  }

  readonly snapshots = {
    snapshot: (): PoolSnapshot => snapshot(this.open()),
    commit: (transaction: PoolTransaction): TransactionOutcome => commit(this.open(), transaction),
  };

  get queued(): number {
    return this.open().candidates.size;
  }

  get filters(): number {
    return standingFilters(this.open()).length;
  }

  reduce(event: AllocatorEvent): void {
    reduce(this.open(), this.settings, event);
  }

  allocate(options: AllocateOptions): AllocationRun {
    return allocate(this.open(), this.settings, options);
  }

  explain(query: ExplainQuery): Explanation {
    return explain(this.open(), this.settings, query);
  }

  agent(agentId: AgentId): AgentBooks | undefined {
    return agentBooks(this.open(), agentId);
  }

  roles(): readonly RoleBooks[] {
    return roleBooks(this.open(), this.settings);
  }

  couldRun(framework: FrameworkId, ask: Ask, count: number): Room {
    return couldRun(this.open(), this.settings, framework, ask, count);
  }

  nextDeadline(): Millis | undefined {
    return nextDeadline(this.open());
  }

  merge(): void {
    this.open();
    this.closed = true;
    this.keep();
  }

  close(): void {
    this.closed = true;
  }

  private open(): State {
    assert(!this.closed, 'this allocator turn is over');
    return this.state;
  }
}

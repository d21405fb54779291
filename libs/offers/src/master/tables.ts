import { DeadlineQueue, Table, type AgentId, type TableView, type TaskId } from '@ekiden/kernel';

import type { Allocator } from '../allocator/index.js';
import type {
  Ask,
  FrameworkEvent,
  FrameworkId,
  InverseOffer,
  Offer,
  OfferId,
} from '../framework/index.js';
import type { Eviction } from './preemption-rows.js';
import type {
  AgentRow,
  FrameworkRow,
  MasterEffect,
  RoleRow,
  TaskRow,
  WithheldPorts,
} from './rows.js';
import { UsageBooks } from './usage-books.js';

/**
 * Committed rows as readers see them. Indexes: tasks, offers and inverse offers by `agent` and
 * `framework`, frameworks by `connected` (`yes`, `no`), agents by `drain` (`DRAINING`, `DRAINED`)
 * and `gone` (`yes`).
 */
export interface MasterState {
  readonly agents: TableView<AgentId, AgentRow>;
  readonly frameworks: TableView<FrameworkId, FrameworkRow>;
  readonly tasks: TableView<TaskId, TaskRow>;
  readonly roles: TableView<string, RoleRow>;
  readonly offers: TableView<OfferId, Offer>;
  readonly inverseOffers: TableView<string, InverseOffer>;
  /** Ports somebody else holds on an agent; never stored. */
  readonly withheld: TableView<AgentId, WithheldPorts>;
}

/** What a framework last asked for; never stored, it says so again when it is back. */
export interface AskRow {
  readonly id: FrameworkId;
  readonly asks: readonly Ask[];
}

/** Everything the master remembers between turns. */
export class MasterTables {
  readonly allocator: Allocator;
  readonly agents = new Table<AgentId, AgentRow>({
    drain: ({ drain }) => (drain === undefined ? [] : [drain.state]),
    gone: ({ goneSince }) => (goneSince === undefined ? [] : ['yes']),
  });
  readonly frameworks = new Table<FrameworkId, FrameworkRow>({
    connected: (row) => [row.connected ? 'yes' : 'no'],
  });
  readonly tasks = new Table<TaskId, TaskRow>({
    agent: (row) => [row.agentId],
    framework: (row) => [row.frameworkId],
  });
  /** Of `tasks`. */
  readonly usage = new UsageBooks(this.tasks);
  readonly roles = new Table<string, RoleRow>();
  readonly offers = new Table<OfferId, Offer>({
    agent: (row) => [row.agentId],
    framework: (row) => [row.frameworkId],
  });
  readonly inverseOffers = new Table<string, InverseOffer>({
    agent: (row) => [row.agentId],
    framework: (row) => [row.frameworkId],
  });
  readonly withheld = new Table<AgentId, WithheldPorts>();
  readonly asks = new Table<FrameworkId, AskRow>();
  readonly evictions = new Table<TaskId, Eviction>();
  readonly confirmed: MasterState = {
    agents: this.agents.confirmed,
    frameworks: this.frameworks.confirmed,
    tasks: this.tasks.confirmed,
    roles: this.roles.confirmed,
    offers: this.offers.confirmed,
    inverseOffers: this.inverseOffers.confirmed,
    withheld: this.withheld.confirmed,
  };
  /** Ends of the leases of committed offers. */
  readonly leases = new DeadlineQueue<OfferId>();
  /** Not taken yet by the end of a turn: kept for the next. */
  readonly events = new Map<FrameworkId, readonly FrameworkEvent[]>();
  effects: readonly MasterEffect[] = [];
  /** Restored with quotas: so many are awaited from the first turn on; 0 = nothing to wait for. */
  expectedAgents = 0;
  /** As of the draft that was merged last. */
  waiting = 0;

  constructor(allocator: Allocator) {
    this.allocator = allocator;
  }
}

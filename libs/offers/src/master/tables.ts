import { Table, type AgentId, type TableView, type TaskId } from '@ekiden/kernel';

import type { Allocator } from '../allocator/index.js';
import type { FrameworkEvent, FrameworkId, Offer, OfferId } from '../framework/index.js';
import { Journal, JournaledDeadlines } from '../journal/index.js';
import type { AgentRow, FrameworkRow, MasterEffect, TaskRow, WithheldPorts } from './rows.js';

/**
 * Committed rows as readers see them. Indexes: tasks and offers by `agent` and `framework`,
 * frameworks by `connected` (`yes`, `no`).
 */
export interface MasterState {
  readonly agents: TableView<AgentId, AgentRow>;
  readonly frameworks: TableView<FrameworkId, FrameworkRow>;
  readonly tasks: TableView<TaskId, TaskRow>;
  readonly offers: TableView<OfferId, Offer>;
  /** Ports somebody else holds on an agent; never stored. */
  readonly withheld: TableView<AgentId, WithheldPorts>;
}

/** Everything the master remembers between turns. */
export class MasterTables {
  readonly allocator: Allocator;
  readonly agents = new Table<AgentId, AgentRow>();
  readonly frameworks = new Table<FrameworkId, FrameworkRow>({
    connected: (row) => [row.connected ? 'yes' : 'no'],
  });
  readonly tasks = new Table<TaskId, TaskRow>({
    agent: (row) => [row.agentId],
    framework: (row) => [row.frameworkId],
  });
  readonly offers = new Table<OfferId, Offer>({
    agent: (row) => [row.agentId],
    framework: (row) => [row.frameworkId],
  });
  readonly withheld = new Table<AgentId, WithheldPorts>();
  readonly journal = new Journal();
  readonly offerDeadlines = new JournaledDeadlines<Offer>(this.journal);
  /** Not taken yet by the end of a turn: kept for the next. */
  readonly events = new Map<FrameworkId, readonly FrameworkEvent[]>();
  effects: readonly MasterEffect[] = [];

  constructor(allocator: Allocator) {
    this.allocator = allocator;
  }
}

import type { AgentId } from '@ekiden/kernel';

import type { FrameworkId } from '../framework/index.js';
import type { Resources } from '../resources/index.js';
import type { AgentFacts } from './allocator.js';

/** What an agent had when the snapshot was taken; `version` grows whenever that changes. */
export interface SnapshotAgent {
  readonly facts: AgentFacts;
  readonly version: number;
  readonly available: Resources;
}

/** The active agents at one moment. Immutable: it stays as it was. */
export interface PoolSnapshot {
  readonly agents: readonly SnapshotAgent[];
}

/**
 * A framework takes resources by its own choice (Omega, EuroSys'13): each taking names the version
 * of the agent it was decided on. Role limits hold as for offers; fair shares do not withhold.
 */
export interface PoolTransaction {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly takings: readonly {
    readonly agentId: AgentId;
    readonly version: number;
    readonly resources: Resources;
  }[];
  /** `all`: everything or nothing, as gangs need it. */
  readonly mode: 'all' | 'partial';
}

export interface TransactionConflict {
  readonly agentId: AgentId;
  readonly reason: 'unknownAgent' | 'agentInactive' | 'changed' | 'notAvailable' | 'limit';
}

/** Agents whose taking was booked, and those whose was not. `all` commits all or none. */
export interface TransactionOutcome {
  readonly committed: readonly AgentId[];
  readonly conflicts: readonly TransactionConflict[];
}

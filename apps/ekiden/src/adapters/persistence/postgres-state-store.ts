import { assert, millis, type Clock, type Millis } from '@ekiden/kernel';
import {
  Leadership,
  TurnStore,
  type Database,
  type StoreLog,
  type StoredRow,
  type TableSpec,
  type Term,
} from '@ekiden/store';
import type { AppDefinition, PathId } from '../../core/app/index.js';
import type { DomainEvent, NumberedEvent } from '../../core/events/index.js';
import type { RootSnapshot } from '../../core/group/index.js';
import type { Turn } from '../../core/loop/index.js';
import type {
  LeaderTerm,
  PreparedTurn,
  StateStore,
  StoredState,
  VersionsKept,
} from '../../ports/index.js';
import { readRootAt, readRootVersions } from './root-history.js';
import {
  AGENTS,
  APPS,
  DEPLOYMENTS,
  FRAMEWORKS,
  GROUPS,
  INSTANCES,
  LAUNCH_DELAYS,
  ROLES,
  TASKS,
  TASK_FAILURES,
  VOLUMES,
  UNKNOWN_TASKS,
  deploymentOf,
  instanceOf,
  taskOf,
} from './tables.js';
import { turnEvents, turnWrites } from './turn-writes.js';
import { VersionPruner, type PruneStep } from './version-pruner.js';

export interface PostgresStateStoreOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Who we are, for people looking at the lease row. */
  readonly holder: string;
  /** `host:port` for standbys and clients. */
  readonly address: string;
  readonly leaseMs: number;
  readonly log: StoreLog;
}

/** Versions listed per app at most. */
const VERSIONS_MAX = 1_000;

/** Versions go with their app; what is left of them belongs to root versions (marathon-api 8). */
const SINCE_REMOVAL = `version > coalesce(
  (SELECT max(version) FROM app_versions WHERE app_id = $1 AND data IS NULL), -1)`;

/** The service's state in Postgres: one row per thing, one transaction per turn. */
export class PostgresStateStore implements StateStore {
  private readonly database: Database;
  private readonly leadership: Leadership;
  private readonly turns: TurnStore;
  private readonly versions: VersionPruner;
  private term: Term | undefined;

  constructor(options: PostgresStateStoreOptions) {
    this.database = options.database;
    this.leadership = new Leadership(options);
    this.turns = new TurnStore({ database: options.database });
    this.versions = new VersionPruner(options.database);
  }

  async campaign(signal: AbortSignal): Promise<LeaderTerm> {
    this.term = await this.leadership.campaign(signal);
    return this.term;
  }

  async load(): Promise<StoredState> {
    // First, as it settles the fate of a commit that broke off.
    const { turn, lastEvent } = await this.turns.position();
    return {
      turn,
      lastEvent,
      lastCommitAt: await this.turns.lastCommitAt(),
      rootVersion: await this.rootVersion(),
      apps: await this.all(APPS),
      groups: await this.all(GROUPS),
      appVersions: await this.referencedVersions(),
      instances: await this.turns.loadAll(INSTANCES, instanceOf),
      deployments: await this.turns.loadAll(DEPLOYMENTS, deploymentOf),
      launchDelays: await this.all(LAUNCH_DELAYS),
      taskFailures: await this.all(TASK_FAILURES),
      volumes: await this.all(VOLUMES),
      unknownTasks: await this.all(UNKNOWN_TASKS),
      agents: await this.all(AGENTS),
      frameworks: await this.all(FRAMEWORKS),
      tasks: await this.turns.loadAll(TASKS, taskOf),
      roles: await this.all(ROLES),
    };
  }

  prepare(term: LeaderTerm, turn: Turn): Promise<PreparedTurn> {
    const { term: own } = this;
    assert(own !== undefined && own.epoch === term.epoch, 'a commit under a term that is not ours');
    return this.turns.prepare({
      term: own,
      turn: turn.number,
      writes: turnWrites(turn),
      events: turnEvents(turn),
    });
  }

  async appVersion(id: PathId, version: Millis): Promise<AppDefinition | undefined> {
    const rows = await this.database.query<{ data: AppDefinition | null }>(
      `SELECT data FROM app_versions WHERE app_id = $1 AND version = $2 AND ${SINCE_REMOVAL}`,
      [id, version],
    );
    return rows[0]?.data ?? undefined;
  }

  async appVersions(id: PathId): Promise<readonly Millis[]> {
    const rows = await this.database.query<{ version: string }>(
      `SELECT version FROM app_versions WHERE app_id = $1 AND ${SINCE_REMOVAL}
        ORDER BY version DESC LIMIT $2`,
      [id, VERSIONS_MAX],
    );
    return rows.map(({ version }) => millis(Number(version)));
  }

  rootVersionsOf(group: PathId): Promise<readonly Millis[]> {
    return readRootVersions(this.database, group);
  }

  rootAt(group: PathId, version: Millis): Promise<RootSnapshot | undefined> {
    return readRootAt(this.database, group, version);
  }

  async readEvents(after: number, limit: number): Promise<readonly NumberedEvent[]> {
    const rows = await this.turns.readEvents({ after, limit });
    return rows.map(({ number, at, type, payload }) => {
      // As `turnEvents` took it apart.
      const event = { type, ...(payload as object) } as DomainEvent;
      return { number, at, event };
    });
  }

  async pruneEvents(keep: number): Promise<{ readonly removed: number; readonly more: boolean }> {
    const removed = await this.turns.pruneEvents({ keep });
    return { removed, more: removed > 0 };
  }

  pruneVersions(kept: VersionsKept): Promise<PruneStep> {
    return this.versions.step(kept);
  }

  async leaderAddress(): Promise<string | undefined> {
    return (await this.leadership.currentLeader())?.address;
  }

  async close(): Promise<void> {
    await this.turns.close();
  }

  private all<Row>(table: TableSpec<Row>): Promise<readonly Row[]> {
    // What we stored is what we read: the rows are written by this class alone.
    return this.turns.loadAll(table, (row: StoredRow) => row.json('data') as Row);
  }

  private async rootVersion(): Promise<Millis> {
    const rows = await this.database.query<{ version: string | null }>(
      'SELECT max(version) AS version FROM root_versions',
    );
    return millis(Number(rows[0]?.version ?? 0));
  }

  /** Definitions that instances were launched from and that are not the current ones. */
  private async referencedVersions(): Promise<readonly AppDefinition[]> {
    const rows = await this.database.query<{ data: AppDefinition }>(
      `SELECT v.data FROM app_versions v
        JOIN (SELECT DISTINCT app_id, (data->>'appVersion')::bigint AS version FROM instances) i
          ON i.app_id = v.app_id AND i.version = v.version
       WHERE v.data IS NOT NULL`,
    );
    return rows.map(({ data }) => data);
  }
}

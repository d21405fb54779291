import { assert, type Clock } from '@ekiden/kernel';
import { DatabaseError, type Client } from 'pg';

import type { Database } from '../database/index.js';
import { silentLog, type StoreLog } from '../log/index.js';
import { Backoff, pause } from '../retry/index.js';
import { HeldTerm } from './held-term.js';
import {
  overdueLockHolder,
  takeLease,
  terminateOverdue,
  terminateOverdueWriters,
  tryLeaderLock,
} from './lease.js';
import type { Leader, Term } from './term.js';

export interface LeadershipOptions {
  readonly database: Database;
  /** Who we are, in words for people (host and pid). */
  readonly holder: string;
  /** Where we take requests, for standbys that pass them on. */
  readonly address: string;
  readonly clock: Clock;
  /** 300 ms to 10 minutes; default 15 s. All services on one database must agree. */
  readonly leaseMs?: number;
  readonly log?: StoreLog;
}

/** `campaign` was ended by its signal. */
export class CampaignAborted extends Error {
  override readonly name = 'CampaignAborted';
}

const LEASE_MS = 15_000;
const RECONNECT = { firstMs: 100, maxMs: 5_000 } as const;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Elects one leader per database (rollouts, Leadership). A session advisory lock elects: it ends
 * with the leader's process, so a crash is followed at once. The lease row decides: it carries the
 * epoch that every commit asserts, and a leader that is frozen while its session lives on is
 * followed when its lease is over by the database's clock; its session is then terminated.
 */
export class Leadership {
  private readonly options: LeadershipOptions;
  private readonly leaseMs: number;
  private readonly log: StoreLog;

  constructor(options: LeadershipOptions) {
    this.options = options;
    this.leaseMs = options.leaseMs ?? LEASE_MS;
    this.log = options.log ?? silentLog;
    assert(
      Number.isInteger(this.leaseMs) && this.leaseMs >= 300 && this.leaseMs <= 600_000,
      `leaseMs ${this.leaseMs} is outside 300 to 600000`,
    );
  }

  /** Resolves when we lead, however long that takes. Rejects with `CampaignAborted` only. */
  async campaign(signal: AbortSignal): Promise<Term> {
    const backoff = new Backoff(RECONNECT);
    while (!signal.aborted) {
      let client: Client | undefined;
      try {
        client = await this.connect();
        backoff.reset();
        const term = await this.standFor(client, signal);
        if (term !== undefined) return term;
      } catch (error) {
        const delayMs = backoff.next();
        const reason = this.options.database.explain(error);
        this.log({
          level: 'warn',
          event: 'leadership-campaign-interrupted',
          message: `the election cannot go on (${reason}); trying again in ${delayMs} ms`,
        });
        await pause(delayMs, signal);
      }
      void client?.end().catch(() => undefined);
    }
    throw new CampaignAborted('the campaign was ended');
  }

  /** Who leads now, by the database's clock; undefined between leaderships. */
  async currentLeader(): Promise<Leader | undefined> {
    const rows = await this.options.database.query<{
      epoch: string;
      holder: string;
      address: string;
    }>('SELECT epoch, holder, address FROM lease WHERE id = 1 AND expires_at > clock_timestamp()');
    const row = rows[0];
    if (row === undefined) return undefined;
    return { epoch: Number(row.epoch), holder: row.holder, address: row.address };
  }

  private async connect(): Promise<Client> {
    // Server-side waits are cut short, so that the election looks around again.
    const statementTimeoutMs = Math.max(200, Math.floor(this.leaseMs / 3));
    const client = await this.options.database.connect({
      applicationName: 'ekiden-leader',
      connectTimeoutMs: Math.min(this.leaseMs, 5_000),
      statementTimeoutMs: statementTimeoutMs * 2,
      queryTimeoutMs: this.leaseMs,
    });
    try {
      await client.query(`SET lock_timeout = ${statementTimeoutMs}`);
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  /** Waits for the lock, then for the lease. Undefined when the campaign was ended. */
  private async standFor(client: Client, signal: AbortSignal): Promise<Term | undefined> {
    const retryMs = Math.min(500, Math.max(25, this.leaseMs / 20));
    const watch = new OverdueWatch(this.options.clock, this.leaseMs);
    while (!(await tryLeaderLock(client))) {
      await this.unseatOverdue(client, watch);
      await pause(retryMs, signal);
      if (signal.aborted) return undefined;
    }
    while (!signal.aborted) {
      const term = await this.tryTerm(client);
      if (term !== undefined) return term;
      const ended = await terminateOverdueWriters(client);
      if (ended > 0) this.logTermination(`${ended} session(s) that kept the lease row locked`);
    }
    return undefined;
  }

  /** Undefined when the lease row is locked, by a commit of the old leader that is still open. */
  private async tryTerm(client: Client): Promise<Term | undefined> {
    const { clock, database, holder, address } = this.options;
    const takenAt = clock.monotonic();
    try {
      const epoch = await takeLease(client, { holder, address, leaseMs: this.leaseMs });
      this.log({ level: 'info', event: 'leadership-won', message: `leading with epoch ${epoch}` });
      return new HeldTerm({
        epoch,
        client,
        clock,
        leaseMs: this.leaseMs,
        takenAt,
        explain: (error) => database.explain(error),
      });
    } catch (error) {
      if (error instanceof DatabaseError && error.code === LOCK_NOT_AVAILABLE) return undefined;
      throw error;
    }
  }

  private async unseatOverdue(client: Client, watch: OverdueWatch): Promise<void> {
    const overdue = await overdueLockHolder(client);
    if (!watch.mayTerminate(overdue) || overdue === undefined) return;
    if (await terminateOverdue(client, overdue.pid)) {
      this.logTermination(`session ${overdue.pid} of a leader that let its lease run out`);
    }
  }

  private logTermination(what: string): void {
    this.log({ level: 'warn', event: 'leadership-unseated', message: `terminated ${what}` });
  }
}

/**
 * A leader whose lease is over is terminated at once. A session that has the lock but not yet the
 * lease may just be starting its term: it gets a full lease's time before it counts as frozen.
 */
class OverdueWatch {
  private readonly clock: Clock;
  private readonly leaseMs: number;
  private seen: { readonly pid: number; readonly since: number } | undefined;

  constructor(clock: Clock, leaseMs: number) {
    this.clock = clock;
    this.leaseMs = leaseMs;
  }

  mayTerminate(
    overdue: { readonly pid: number; readonly isLeaseHolder: boolean } | undefined,
  ): boolean {
    if (overdue === undefined) {
      this.seen = undefined;
      return false;
    }
    if (overdue.isLeaseHolder) return true;
    const now = this.clock.monotonic();
    if (this.seen?.pid !== overdue.pid) this.seen = { pid: overdue.pid, since: now };
    return now - this.seen.since > this.leaseMs;
  }
}

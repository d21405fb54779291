import type { Client } from 'pg';

import { LEADER_LOCK } from '../database/index.js';

/** The SQL of the election; all times are the database's. */

/** The election lock lives as long as the session, so it ends with the leader's process. */
export async function tryLeaderLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_lock($1, $2) AS taken',
    [...LEADER_LOCK],
  );
  return rows[0]?.taken === true;
}

/** Begins a new epoch; the caller holds the lock. Waits for a commit of the old leader in flight. */
export async function takeLease(
  client: Client,
  lease: { readonly holder: string; readonly address: string; readonly leaseMs: number },
): Promise<number> {
  const { rows } = await client.query<{ epoch: string }>(
    `UPDATE lease SET epoch = epoch + 1, holder = $1, address = $2, backend_pid = pg_backend_pid(),
            expires_at = clock_timestamp() + $3 * interval '1 millisecond'
      WHERE id = 1 RETURNING epoch`,
    [lease.holder, lease.address, lease.leaseMs],
  );
  const epoch = rows[0]?.epoch;
  if (epoch === undefined) throw new Error('the lease row is missing: the schema is not migrated');
  return Number(epoch);
}

/** False when a successor has begun its epoch. */
export async function renewLease(client: Client, epoch: number, leaseMs: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE lease SET expires_at = clock_timestamp() + $2 * interval '1 millisecond'
      WHERE id = 1 AND epoch = $1`,
    [epoch, leaseMs],
  );
  return rowCount === 1;
}

export async function endLease(client: Client, epoch: number): Promise<void> {
  await client.query(
    'UPDATE lease SET expires_at = clock_timestamp() WHERE id = 1 AND epoch = $1',
    [epoch],
  );
}

export interface LockHolder {
  readonly pid: number;
  /** Began the present epoch; else it has the lock but not yet the lease. */
  readonly isLeaseHolder: boolean;
}

/** The session that holds the election lock although the lease is over; undefined otherwise. */
export async function overdueLockHolder(client: Client): Promise<LockHolder | undefined> {
  const { rows } = await client.query<{ pid: number; is_lease_holder: boolean }>(
    `SELECT locks.pid, locks.pid = lease.backend_pid AS is_lease_holder
       FROM lease
       JOIN pg_locks AS locks
         ON locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 2
        AND locks.classid = $1::bigint::oid AND locks.objid = $2::bigint::oid
        AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      WHERE lease.id = 1 AND lease.expires_at < clock_timestamp()`,
    [...LEADER_LOCK],
  );
  const row = rows[0];
  return row === undefined ? undefined : { pid: row.pid, isLeaseHolder: row.is_lease_holder };
}

/** Ends one session, if the lease is still over at that very moment. */
export async function terminateOverdue(client: Client, pid: number): Promise<boolean> {
  const { rows } = await client.query<{ ended: boolean }>(
    `SELECT pg_terminate_backend($1) AS ended FROM lease
      WHERE id = 1 AND expires_at < clock_timestamp()`,
    [pid],
  );
  return rows[0]?.ended === true;
}

/** Ends sessions that keep the lease row locked inside an open transaction after the lease. */
export async function terminateOverdueWriters(client: Client): Promise<number> {
  const { rows } = await client.query(
    `SELECT pg_terminate_backend(locks.pid) FROM lease
       JOIN pg_locks AS locks
         ON locks.locktype = 'relation' AND locks.granted AND locks.mode = 'RowExclusiveLock'
        AND locks.relation = 'lease'::regclass AND locks.pid <> pg_backend_pid()
        AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      WHERE lease.id = 1 AND lease.expires_at < clock_timestamp()`,
  );
  return rows.length;
}

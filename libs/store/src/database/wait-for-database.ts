import { Client, DatabaseError } from 'pg';

import type { StoreLog } from '../log/index.js';
import { Backoff, errorText, pause } from '../retry/index.js';
import { clientSettings, type ConnectionLimits } from './client-settings.js';
import { describeTarget, type ConnectionTarget } from './connection-target.js';
import { redact, secretsIn } from './redact.js';

/** The database answers, and waiting would not help. The message says what to do. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';
}

/** Waiting was ended by the caller's signal. */
export class WaitAborted extends Error {
  override readonly name = 'WaitAborted';
}

const BACKOFF = { firstMs: 100, maxMs: 5_000 } as const;
const VERSION_MIN = 150_000;

/** SQLSTATEs that an operator has to resolve, with the hint for it. */
const HOPELESS: Readonly<Record<string, string>> = {
  '28P01': 'check user and password in DATABASE_URL',
  '28000': "check the user in DATABASE_URL and the server's pg_hba.conf",
  '3D000': 'create the database (CREATE DATABASE) or correct its name in DATABASE_URL',
};

/**
 * Returns when the database accepts connections and suits us. A server that is not up yet is
 * asked again, at a bounded rate, until `signal` aborts; each time the log says why.
 */
export async function waitForDatabase(
  target: ConnectionTarget,
  limits: ConnectionLimits,
  options: { readonly log: StoreLog; readonly signal?: AbortSignal },
): Promise<void> {
  const backoff = new Backoff(BACKOFF);
  const { log, signal } = options;
  for (;;) {
    if (signal?.aborted === true) throw new WaitAborted(`gave up on ${describeTarget(target)}`);
    try {
      await probe(target, limits);
      return;
    } catch (error) {
      if (error instanceof DatabaseUnusable) throw error;
      const delayMs = backoff.next();
      const reason = cleanText(target, error);
      log({
        level: 'warn',
        event: 'database-waiting',
        message: `${describeTarget(target)} is not there yet (${reason}); asking again in ${delayMs} ms`,
      });
      await pause(delayMs, signal);
    }
  }
}

/** An error's text without passwords. */
export function cleanText(target: ConnectionTarget, error: unknown): string {
  return redact(errorText(error), target.kind === 'url' ? secretsIn(target.url) : []);
}

async function probe(target: ConnectionTarget, limits: ConnectionLimits): Promise<void> {
  const client = newClient(target, limits);
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; encoding: string }>(
      `SELECT current_setting('server_version_num') AS version,
              current_setting('server_encoding') AS encoding`,
    );
    const version = Number(rows[0]?.version);
    if (version < VERSION_MIN) {
      throw new DatabaseUnusable(
        `Postgres 15 or newer is needed, the server is ${version / 10_000}`,
      );
    }
    const encoding = rows[0]?.encoding;
    if (encoding !== 'UTF8') {
      throw new DatabaseUnusable(
        `the database must be encoded in UTF8, not ${encoding ?? 'unknown'}`,
      );
    }
  } catch (error) {
    const hint = error instanceof DatabaseError ? HOPELESS[error.code ?? ''] : undefined;
    if (hint === undefined) throw error;
    throw new DatabaseUnusable(`${cleanText(target, error)}: ${hint}`);
  } finally {
    void client.end().catch(() => undefined);
  }
}

function newClient(target: ConnectionTarget, limits: ConnectionLimits): Client {
  try {
    return new Client(clientSettings(target, limits));
  } catch (error) {
    throw new DatabaseUnusable(`DATABASE_URL cannot be understood: ${cleanText(target, error)}`);
  }
}

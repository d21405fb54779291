import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { cpuSecondsOf, nameOf, parentOf } from '../machine/index.js';

/** Seldom enough not to load the database, often enough for runs of many seconds. */
const LOOK_EVERY_MS = 20;

/** A look at a database of the service from outside, on a connection of its own. */
export class DatabaseView {
  readonly client: Client;
  private readonly postmaster: number | undefined;

  private constructor(client: Client, postmaster: number | undefined) {
    this.client = client;
    this.postmaster = postmaster;
  }

  static async open(url: string): Promise<DatabaseView> {
    const client = new Client({ connectionString: url });
    // Dropping the database ends the session.
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const postmaster = parentOf(rows[0]?.pid ?? 0);
    // Of a server on another machine the number means nothing here.
    return new DatabaseView(client, nameOf(postmaster) === 'postgres' ? postmaster : undefined);
  }

  /** Of the whole server so far; 0 when it is not on this machine. */
  cpuSeconds(): number {
    return this.postmaster === undefined ? 0 : cpuSecondsOf(this.postmaster);
  }

  /** The first column of a statement that answers with one whole number. */
  async number(sql: string): Promise<number> {
    const { rows } = await this.client.query<{ value: string }>(`SELECT (${sql})::text AS value`);
    return Number(rows[0]?.value);
  }

  /** Asks until the number is as wanted. */
  async until(sql: string, wanted: number, limitMs: number): Promise<void> {
    const begun = performance.now();
    for (;;) {
      const found = await this.number(sql);
      if (found === wanted) return;
      if (performance.now() - begun > limitMs) {
        throw new Error(`${sql} is still ${found}, not ${wanted}, after ${limitMs} ms`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

import { randomBytes } from 'node:crypto';

import { Client } from 'pg';

import { migrations } from '../../../migrations/index.js';
import { openDatabase, urlOf } from '../src/database/index.js';
import { startTestServer, type TestServer } from './test-server.js';

/** One fresh, migrated database. */
export interface TestDatabase {
  /** For `openDatabase({ at: { url } })` or a child's DATABASE_URL. */
  readonly url: string;
  readonly name: string;
  /** Also ends sessions that are still open in it. */
  readonly drop: () => Promise<void>;
}

interface Server {
  urlFor(name: string): string;
  stop(): Promise<void>;
}

const CREATE_LIMIT_MS = 30_000;

/**
 * Fresh databases on one real Postgres per test run: an embedded one, started when the first is
 * asked for, or the server EKIDEN_TEST_DATABASE_URL names (its user must be allowed to create
 * databases).
 */
export class TestDatabases {
  private readonly prefix = `ekiden_test_${randomBytes(4).toString('hex')}`;
  private server: Promise<Server> | undefined;
  private made = 0;
  private readonly live = new Set<string>();

  /** A copy of a migrated template, in about 100 ms. */
  async create(): Promise<TestDatabase> {
    this.server ??= this.start();
    const server = await this.server;
    this.made += 1;
    const name = `${this.prefix}_${this.made}`;
    await this.asAdmin(server, `CREATE DATABASE ${name} TEMPLATE ${this.template}`);
    this.live.add(name);
    return {
      url: server.urlFor(name),
      name,
      drop: async () => {
        this.live.delete(name);
        await this.asAdmin(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      },
    };
  }

  /** At the end of the run. */
  async stop(): Promise<void> {
    const starting = this.server;
    this.server = undefined;
    const server = await starting?.catch(() => undefined);
    await server?.stop();
  }

  private get template(): string {
    return `${this.prefix}_template`;
  }

  private async start(): Promise<Server> {
    const given = process.env['EKIDEN_TEST_DATABASE_URL'];
    const server = given === undefined ? await embeddedServer() : this.givenServer(given);
    await this.asAdmin(server, `CREATE DATABASE ${this.template}`);
    const at = { url: server.urlFor(this.template) };
    const database = await openDatabase({ at, entities: [], migrations });
    await database.close();
    return server;
  }

  private givenServer(url: string): Server {
    const server: Server = {
      urlFor: (name) => {
        const changed = new URL(url);
        if (name !== ADMIN) changed.pathname = `/${name}`;
        return changed.href;
      },
      stop: async () => {
        for (const name of [...this.live, this.template]) {
          await this.asAdmin(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        }
      },
    };
    return server;
  }

  private async asAdmin(server: Server, sql: string): Promise<void> {
    const client = new Client({
      connectionString: server.urlFor(ADMIN),
      statement_timeout: CREATE_LIMIT_MS,
    });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

/** Where CREATE DATABASE is said: any database other than the template. */
const ADMIN = 'postgres';

async function embeddedServer(): Promise<Server> {
  const server: TestServer = await startTestServer();
  return {
    urlFor: (name) => urlOf(server.postgres.connection, name),
    stop: () => server.stop(),
  };
}

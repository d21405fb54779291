import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { migrations } from '../../../../migrations/index.js';
import { testDatabases, type TestDatabase } from '../../testing/index.js';
import { startEmbeddedPostgres } from '../embedded/index.js';
import { silentLog, type StoreLogLine } from '../log/index.js';
import { openDatabase, urlOf } from './index.js';

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

describe('opening a database', () => {
  let place: TestDatabase;

  beforeEach(async () => {
    place = await testDatabases.create();
  });

  afterEach(async () => {
    await place.drop();
  });

  const open = () => openDatabase({ at: { url: place.url }, entities: [], migrations });

  it('sets all limits on pooled and dedicated connections', async () => {
    const database = await open();
    const sql = `SELECT current_setting('statement_timeout') AS statement,
                        current_setting('idle_in_transaction_session_timeout') AS idle,
                        current_setting('application_name') AS name`;
    expect(await database.query(sql)).to.deep.equal([
      { statement: '15s', idle: '10s', name: 'ekiden' },
    ]);
    const own = await database.connect({ applicationName: 'mine', statementTimeoutMs: 250 });
    expect((await own.query<object>(sql)).rows).to.deep.equal([
      { statement: '250ms', idle: '10s', name: 'mine' },
    ]);
    await own.end();
    await database.close();
  });

  it('migrates once when two services start together', async () => {
    const admin = await open();
    await admin.query('DROP SCHEMA public CASCADE');
    await admin.query('CREATE SCHEMA public');
    const both = await Promise.all([open(), open()]);
    const applied = await admin.query<{ name: string }>('SELECT name FROM migrations');
    expect(applied.map((row) => row.name)).to.deep.equal(migrations.map((made) => made.name));
    expect(await admin.query('SELECT count(*)::int AS n FROM cluster')).to.deep.equal([{ n: 1 }]);
    await Promise.all([...both, admin].map((database) => database.close()));
  });

  it('says at once what is wrong when waiting cannot help', async () => {
    const url = place.url.replace(place.name, `${place.name}_missing`);
    const error = await openDatabase({ at: { url }, entities: [], migrations }).catch(
      (cause: unknown) => cause,
    );
    expect(nameOf(error)).to.equal('DatabaseUnusable');
    expect(String(error)).to.contain('CREATE DATABASE');
  });

  it('stops waiting when told to, and hides the password', async () => {
    const stop = new AbortController();
    const lines: StoreLogLine[] = [];
    const error = await openDatabase({
      at: { url: 'postgres://someone:sesame@127.0.0.1:1/none' },
      entities: [],
      migrations,
      signal: stop.signal,
      log: (line) => {
        lines.push(line);
        if (lines.length === 2) stop.abort();
      },
    }).catch((cause: unknown) => cause);
    expect(nameOf(error)).to.equal('WaitAborted');
    expect(lines[0]?.event).to.equal('database-waiting');
    expect(lines[0]?.message).to.contain('ECONNREFUSED').and.to.contain('127.0.0.1:1/none');
    expect(JSON.stringify(lines) + String(error)).not.to.contain('sesame');
  });

  it('waits for a server that comes up later', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'ekiden-late-'));
    await chmod(dataDir, 0o755);
    const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
    const url = urlOf(postgres.connection);
    process.kill(postgres.serverPid() ?? 0, 'SIGKILL');
    const database = await openDatabase({ at: { url }, entities: [], migrations });
    expect(await database.query('SELECT number FROM turn')).to.deep.equal([{ number: '0' }]);
    await database.close();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
});

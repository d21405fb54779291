import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { familyOf } from '../../testing/processes.js';
import { runProgram } from '../../testing/run-program.js';
import { openDatabase, type Database } from '../database/index.js';
import { silentLog } from '../log/index.js';
import { TurnStore } from '../turn/index.js';
import { startEmbeddedPostgres } from './index.js';

/** Acknowledged turns before the kill; it then falls at an arbitrary point of a later one. */
const ACKNOWLEDGED_MIN = 100;

describe('a service killed with its embedded Postgres', () => {
  let base: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'ekiden-kill-'));
    await chmod(base, 0o755);
  });

  afterEach(async () => {
    await rm(base, { recursive: true, force: true });
  });

  async function writeAndKill(
    kill: (postgresPid: number, signal: () => void) => Promise<void>,
  ): Promise<number> {
    const writer = runProgram('acknowledging-writer', [base]);
    const pid = Number((await writer.line('postgres')).split(' ')[1]);
    await writer.lineCount('ack', ACKNOWLEDGED_MIN);
    await kill(pid, () => {
      writer.signal('SIGKILL');
    });
    await writer.ended;
    return Number(writer.lines.at(-1)?.split(' ')[1]);
  }

  async function expectNothingLost(acknowledged: number): Promise<void> {
    const postgres = await startEmbeddedPostgres({ dataDir: base, log: silentLog });
    const database = await openDatabase({
      at: postgres.connection,
      entities: [],
      migrations: [],
    });
    const store = new TurnStore({ database });
    const { turn, lastEvent } = await store.position();
    expect(turn).to.be.at.least(acknowledged);
    // At most the one turn whose acknowledgement the kill cut off.
    expect(turn).to.be.at.most(acknowledged + 1);
    expect(lastEvent).to.equal(turn);
    expect(await countOf(database, 'launch_delays')).to.equal(turn);
    expect(await countOf(database, 'outbox_events')).to.equal(turn);
    await store.close();
    await database.close();
    await postgres.stop();
  }

  async function countOf(database: Database, table: string): Promise<number> {
    const [row] = await database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    return row?.n ?? -1;
  }

  it('loses nothing acknowledged when only the service is killed', async () => {
    const acknowledged = await writeAndKill(async (postgresPid, killService) => {
      killService();
      // Postgres lives on by itself; the next start has to deal with it.
      expect(await readFile(`/proc/${postgresPid}/cmdline`, 'utf8')).to.contain('postgres');
    });
    await expectNothingLost(acknowledged);
  });

  it('loses nothing acknowledged when service and every Postgres process are killed', async () => {
    const acknowledged = await writeAndKill(async (postgresPid, killService) => {
      const family = await familyOf(postgresPid);
      expect(family.length).to.be.greaterThan(3);
      killService();
      for (const pid of family) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // A backend may end by itself when the service is gone.
        }
      }
    });
    await expectNothingLost(acknowledged);
  });

  it('does not know the outcome while Postgres is frozen, and the truth afterwards', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir: base, log: silentLog });
    const { migrations } = await import('../../../../migrations/index.js');
    const database = await openDatabase({ at: postgres.connection, entities: [], migrations });
    const store = new TurnStore({ database, queryTimeoutMs: 400 });
    await store.position();
    const term = {
      epoch: 0,
      leaseMs: 10_000,
      lost: new Promise<string>(() => undefined),
      stillHeld: () => true,
      beginRenewal: () => () => undefined,
      resign: () => Promise.resolve(),
    };
    const frozen = await familyOf(postgres.serverPid() ?? 0);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    const first = await store.commit({ term, turn: 1, writes: [], events: [] });
    expect(first.ok ? 'committed' : first.error.kind).to.equal('unknown');
    const second = await store.commit({ term, turn: 1, writes: [], events: [] });
    expect(second.ok ? 'committed' : second.error.kind).to.equal('unavailable');
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    // What it held up ends in its own time; until then the store says so and is asked again.
    const { turn } = await positionOf(store);
    const next = await store.commit({ term, turn: turn + 1, writes: [], events: [] });
    expect(next.ok).to.equal(true);
    expect((await store.position()).turn).to.equal(turn + 1);
    await store.close();
    await database.close();
    await postgres.stop();
  });
});

/** The position, as soon as the store can tell it; each attempt waits for the database itself. */
async function positionOf(store: TurnStore): ReturnType<TurnStore['position']> {
  for (let left = 20; ; left -= 1) {
    try {
      return await store.position();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

import { millis } from '@ekiden/kernel';
import { expect } from 'chai';

import { machineClock, testDatabases, type TestDatabase } from '../../testing/index.js';
import {
  APP_VERSION_TABLE,
  DELAY_TABLE,
  ROOT_VERSION_TABLE,
  type SampleDelay,
} from '../../testing/sample-tables.js';
import { openDatabase, type Database } from '../database/index.js';
import { Leadership, type Term } from '../leadership/index.js';
import { TurnStore, tableWrite, type OutboxEvent } from './index.js';

const NUL = String.fromCharCode(0);

function eventsFrom(first: number, count: number): readonly OutboxEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    number: first + index,
    type: 'sample',
    at: millis(1_700_000_000_000 + index),
    payload: { index },
  }));
}

describe('the turn store', () => {
  let place: TestDatabase;
  let database: Database;
  let term: Term;
  let store: TurnStore;
  let leadership: Leadership;

  beforeEach(async () => {
    place = await testDatabases.create();
    database = await openDatabase({ at: { url: place.url }, entities: [], migrations: [] });
    leadership = new Leadership({ database, holder: 'spec', address: '', clock: machineClock });
    term = await leadership.campaign(new AbortController().signal);
    store = new TurnStore({ database, queryTimeoutMs: 1_000 });
  });

  afterEach(async () => {
    await term.resign();
    await store.close();
    await database.close();
    await place.drop();
  });

  const commitDelays = (turn: number, upserts: readonly SampleDelay[]) =>
    store.commit({ term, turn, writes: [tableWrite(DELAY_TABLE, { upserts })], events: [] });

  /** Of many times what a socket holds. */
  const largeTurn = (turn: number) => {
    const data = 'x'.repeat(1_000);
    const upserts = Array.from({ length: 10_000 }, (_, n) => ({ id: `row-${n}`, data }));
    return { term, turn, writes: [tableWrite(DELAY_TABLE, { upserts })], events: [] };
  };

  const loadDelays = () =>
    store.loadAll(DELAY_TABLE, (row) => ({
      id: row.text('id'),
      data: row.json('data'),
      turn: row.turn,
    }));

  it('knows the identity of the database', async () => {
    expect(await store.clusterId()).to.match(/^[0-9a-f-]{36}$/);
    expect(await store.clusterId()).to.equal(await new TurnStore({ database }).clusterId());
  });

  it('begins at turn 0', async () => {
    expect(await store.position()).to.deep.equal({ epoch: 0, turn: 0, lastEvent: 0 });
  });

  it('knows when it committed last, also without an event', async () => {
    expect(await store.lastCommitAt()).to.equal(0);
    await commitDelays(1, []);
    const first = await store.lastCommitAt();
    expect(first).to.be.greaterThan(0);
    await commitDelays(2, [{ id: 'a', data: {} }]);
    expect(await store.lastCommitAt()).to.be.greaterThan(first);
  });

  it('commits rows, deletes and events as one turn', async () => {
    const first = await store.commit({
      term,
      turn: 1,
      writes: [
        tableWrite(DELAY_TABLE, {
          upserts: [
            { id: 'a', data: { n: 1 } },
            { id: 'b', data: ['"quoted\\"', null, 'ü'] },
          ],
        }),
        tableWrite(APP_VERSION_TABLE, {
          upserts: [
            { appId: '/x', version: 1, data: {} },
            { appId: '/x', version: 2, data: {} },
          ],
        }),
        tableWrite(ROOT_VERSION_TABLE, { upserts: [1, 2] }),
      ],
      events: eventsFrom(1, 3),
    });
    expect(first).to.deep.equal({ ok: true, value: undefined });
    const second = await store.commit({
      term,
      turn: 2,
      writes: [
        tableWrite(DELAY_TABLE, { upserts: [{ id: 'a', data: { n: 2 } }], deletes: [['b']] }),
        tableWrite(APP_VERSION_TABLE, {
          upserts: [{ appId: '/x', version: 2, data: {} }],
          deletes: [['/x', 1]],
        }),
      ],
      events: eventsFrom(4, 1),
    });
    expect(second.ok).to.equal(true);
    expect(await store.position()).to.deep.equal({ epoch: term.epoch, turn: 2, lastEvent: 4 });
    expect(await loadDelays()).to.deep.equal([{ id: 'a', data: { n: 2 }, turn: 2 }]);
    const versions = await store.loadAll(APP_VERSION_TABLE, (row) => [
      row.text('app_id'),
      row.integer('version'),
      row.json('data'),
    ]);
    expect(versions).to.deep.equal([['/x', 2, {}]]);
    const roots = await store.loadAll(ROOT_VERSION_TABLE, (row) => row.integer('version'));
    expect(roots).to.deep.equal([1, 2]);
    expect(await store.readEvents({ after: 1, limit: 2 })).to.deep.equal(eventsFrom(1, 3).slice(1));
  });

  it('refuses a turn that does not follow, and writes nothing of it', async () => {
    expect(await commitDelays(2, [{ id: 'a', data: 1 }])).to.deep.equal({
      ok: false,
      error: { kind: 'conflict' },
    });
    expect(await loadDelays()).to.deep.equal([]);
  });

  it('refuses events that do not follow the last one', async () => {
    const result = await store.commit({ term, turn: 1, writes: [], events: eventsFrom(2, 1) });
    expect(result).to.deep.equal({ ok: false, error: { kind: 'conflict' } });
    expect(await store.position()).to.deep.equal({ epoch: 0, turn: 0, lastEvent: 0 });
  });

  it('refuses the turn of an older epoch, and writes nothing of it', async () => {
    await database.query('UPDATE lease SET epoch = epoch + 1');
    expect(await commitDelays(1, [{ id: 'a', data: 1 }])).to.deep.equal({
      ok: false,
      error: { kind: 'deposed' },
    });
    expect(await loadDelays()).to.deep.equal([]);
  });

  it('asks nothing of the database under a term that is over', async () => {
    await term.resign();
    expect(await commitDelays(1, [])).to.deep.equal({ ok: false, error: { kind: 'deposed' } });
  });

  it('keeps events gap-free when several writers race for the same turns', async () => {
    const others = [new TurnStore({ database }), new TurnStore({ database })];
    const race = async (writer: TurnStore): Promise<number> => {
      let wins = 0;
      for (let attempt = 0; attempt < 40; attempt += 1) {
        const at = await writer.position();
        const result = await writer.commit({
          term,
          turn: at.turn + 1,
          writes: [],
          events: eventsFrom(at.lastEvent + 1, 3),
        });
        if (result.ok) wins += 1;
        else expect(result.error.kind).to.equal('conflict');
      }
      return wins;
    };
    const wins = await Promise.all([store, ...others].map(race));
    const total = wins.reduce((sum, count) => sum + count, 0);
    const { turn, lastEvent } = await store.position();
    expect([turn, lastEvent]).to.deep.equal([total, total * 3]);
    const numbers = (await store.readEvents({ after: 0, limit: 1_000 })).map((e) => e.number);
    expect(numbers).to.deep.equal(eventsFrom(1, total * 3).map((e) => e.number));
    await Promise.all(others.map((writer) => writer.close()));
  });

  it('brings back text and JSON that Postgres cannot hold', async () => {
    const data = { [`k${NUL}`]: [`v${NUL}`, '\uD800', '\uF8FE', '\\u0000'] };
    expect((await commitDelays(1, [{ id: `id${NUL}`, data }])).ok).to.equal(true);
    expect(await loadDelays()).to.deep.equal([{ id: `id${NUL}`, data, turn: 1 }]);
  });

  it('crashes on a key that occurs twice, and on a gap within the events', async () => {
    const twice = { id: 'a', data: 1 };
    expect(() => tableWrite(DELAY_TABLE, { upserts: [twice, twice] })).to.throw('occurs twice');
    expect(() => tableWrite(DELAY_TABLE, { upserts: [twice], deletes: [['a']] })).to.throw(
      'occurs twice',
    );
    const events = [...eventsFrom(1, 1), ...eventsFrom(3, 1)];
    const failure = await store
      .commit({ term, turn: 1, writes: [], events })
      .catch((error: unknown) => String(error));
    expect(failure).to.contain('gap');
  });

  it('fails for certain when the server cancels a slow commit', async () => {
    const blocker = await database.connect({});
    await blocker.query('BEGIN; LOCK TABLE launch_delays');
    const result = await commitDelays(1, [{ id: 'a', data: 1 }]);
    expect(result.ok ? 'committed' : result.error.kind).to.equal('unavailable');
    await blocker.end();
    expect((await commitDelays(1, [{ id: 'a', data: 1 }])).ok).to.equal(true);
  });

  it('does not know the outcome when its session is ended during the commit', async () => {
    const blocker = await database.connect({});
    await blocker.query('BEGIN; LOCK TABLE launch_delays');
    const committing = commitDelays(1, [{ id: 'a', data: 1 }]);
    let ended: readonly object[] = [];
    while (ended.length === 0) {
      ended = await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'ekiden-turn' AND wait_event_type = 'Lock'
            AND datname = current_database()`,
      );
    }
    const result = await committing;
    expect(result.ok ? 'committed' : result.error.kind).to.equal('unknown');
    await blocker.end();
    expect((await store.position()).turn).to.equal(0);
    expect((await commitDelays(1, [{ id: 'a', data: 1 }])).ok).to.equal(true);
  });

  it('says that a turn has left when the server has all of it, before it answers', async () => {
    const blocker = await database.connect({});
    await blocker.query('BEGIN; SELECT 1 FROM turn FOR UPDATE');
    const prepared = await store.prepare(largeTurn(1));
    let isAnswered = false;
    let committing: Promise<{ readonly ok: boolean }> | undefined;
    await new Promise<void>((sent) => {
      committing = prepared.commit(sent).finally(() => {
        isAnswered = true;
      });
    });
    expect(isAnswered).to.equal(false);
    await blocker.end();
    expect((await committing)?.ok).to.equal(true);
  });

  it('does not say so of a turn of which a frozen server takes no more than fits on the way', async () => {
    await commitDelays(1, []);
    const [session] = await database.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
        WHERE application_name = 'ekiden-turn' AND datname = current_database()`,
    );
    const pid = session?.pid ?? 0;
    expect(pid).to.be.greaterThan(1);
    const prepared = await store.prepare(largeTurn(2));
    process.kill(pid, 'SIGSTOP');
    try {
      let isSent = false;
      const result = await prepared.commit(() => {
        isSent = true;
      });
      expect(result.ok ? 'committed' : result.error.kind).to.equal('unknown');
      expect(isSent).to.equal(false);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect((await store.position()).turn).to.equal(1);
  });

  it('prunes the oldest events only', async () => {
    await store.commit({ term, turn: 1, writes: [], events: eventsFrom(1, 10) });
    expect(await store.pruneEvents({ keep: 4 })).to.equal(6);
    expect(await store.pruneEvents({ keep: 4 })).to.equal(0);
    const left = await store.readEvents({ after: 0, limit: 100 });
    expect(left.map((event) => event.number)).to.deep.equal([7, 8, 9, 10]);
  });

  it('loads more rows than one page holds, once each', async () => {
    const upserts = Array.from({ length: 12_001 }, (_, n) => ({ id: `row-${n}`, data: n }));
    expect((await commitDelays(1, upserts)).ok).to.equal(true);
    const loaded = await loadDelays();
    expect(loaded.length).to.equal(12_001);
    expect(new Set(loaded.map((row) => row.id)).size).to.equal(12_001);
  });
});

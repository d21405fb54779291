import { millis, type Clock } from '@ekiden/kernel';
import { expect } from 'chai';

import { machineClock, testDatabases, type TestDatabase } from '../../testing/index.js';
import { runProgram } from '../../testing/run-program.js';
import { openDatabase, type Database } from '../database/index.js';
import { TurnStore } from '../turn/index.js';
import { Leadership, type LeadershipOptions } from './index.js';

describe('leadership', () => {
  let place: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    place = await testDatabases.create();
    database = await openDatabase({ at: { url: place.url }, entities: [], migrations: [] });
  });

  afterEach(async () => {
    await database.close();
    await place.drop();
  });

  const candidate = (holder: string, more: Partial<LeadershipOptions> = {}) =>
    new Leadership({
      database,
      holder,
      address: `http://${holder}`,
      clock: machineClock,
      leaseMs: 600,
      ...more,
    });
  const forever = new AbortController().signal;

  it('gives each term a newer epoch and shows the leader to readers', async () => {
    const leadership = candidate('one');
    expect(await leadership.currentLeader()).to.equal(undefined);
    const term = await leadership.campaign(forever);
    expect(term.epoch).to.equal(1);
    expect(term.stillHeld()).to.equal(true);
    expect(await leadership.currentLeader()).to.deep.equal({
      epoch: 1,
      holder: 'one',
      address: 'http://one',
    });
    await term.resign();
    expect(term.stillHeld()).to.equal(false);
    expect(await term.lost).to.equal('resigned');
    expect(await leadership.currentLeader()).to.equal(undefined);
    const next = await leadership.campaign(forever);
    expect(next.epoch).to.equal(2);
    await next.resign();
  });

  it('has exactly one leader among several candidates, for longer than a lease', async () => {
    const campaigns = new AbortController();
    const terms = ['one', 'two', 'three'].map((name) => candidate(name).campaign(campaigns.signal));
    const first = await Promise.race(terms);
    const others = await Promise.race([
      Promise.any(
        terms.map(async (term) =>
          (await term) === first ? Promise.reject(new Error()) : 'second',
        ),
      ),
      afterRenewals(database, 3),
    ]);
    expect(others).to.equal('renewed');
    expect(first.stillHeld()).to.equal(true);
    await first.resign();
    const second = await Promise.any(
      terms.map(async (term) => ((await term) === first ? Promise.reject(new Error()) : term)),
    );
    expect(second.epoch).to.equal(2);
    campaigns.abort();
    await second.resign();
    const ends = await Promise.allSettled(terms);
    expect(ends.map((end) => end.status).sort()).to.deep.equal([
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
  });

  it('ends the term when the session with the lock breaks', async () => {
    const term = await candidate('one').campaign(forever);
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'ekiden-leader' AND datname = current_database()`,
    );
    expect(await term.lost).to.contain('lock');
    expect(term.stillHeld()).to.equal(false);
  });

  it('ends the term for good when the clock passes the lease, whatever comes later', async () => {
    let jump = 0;
    const clock: Clock = {
      now: () => machineClock.now(),
      monotonic: () => millis(machineClock.monotonic() + jump),
    };
    const term = await candidate('one', { clock, leaseMs: 60_000 }).campaign(forever);
    const renewed = term.beginRenewal();
    jump = 61_000;
    expect(term.stillHeld()).to.equal(false);
    renewed();
    jump = 0;
    expect(term.stillHeld()).to.equal(false);
    expect(await term.lost).to.contain('lease ran out');
  });

  it('ends the term when a newer epoch has begun', async () => {
    const term = await candidate('one').campaign(forever);
    await database.query('UPDATE lease SET epoch = epoch + 1');
    expect(await term.lost).to.contain('newer epoch');
  });

  it('follows a killed leader at once', async () => {
    const leader = runProgram('freezable-leader', [place.url, '60000']);
    await leader.line('leading');
    const campaign = candidate('two', { leaseMs: 60_000 }).campaign(forever);
    leader.signal('SIGKILL');
    const term = await campaign;
    expect(term.epoch).to.equal(2);
    await term.resign();
    await leader.ended;
  });

  it('follows a frozen leader after its lease, whose commits fail when it wakes', async () => {
    const leader = runProgram('freezable-leader', [place.url, '600']);
    await leader.line('leading');
    leader.signal('SIGSTOP');
    const [before] = await database.query<{ expires_at: Date }>('SELECT expires_at FROM lease');
    const term = await candidate('two').campaign(forever);
    const [after] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    expect(term.epoch).to.equal(2);
    expect(Number(after?.now)).to.be.greaterThan(Number(before?.expires_at));
    leader.signal('SIGCONT');
    leader.send('commit');
    expect(await leader.line('outcome')).to.equal('outcome deposed deposed');
    const store = new TurnStore({ database });
    expect((await store.commit({ term, turn: 1, writes: [], events: [] })).ok).to.equal(true);
    await store.close();
    await term.resign();
    leader.signal('SIGKILL');
    await leader.ended;
  });

  it('ends a session that was frozen inside a transaction on the lease row', async () => {
    const lines: string[] = [];
    await database.query(`UPDATE lease SET expires_at = clock_timestamp() - interval '1 second'`);
    const stuck = await database.connect({ idleInTransactionMs: 60_000 });
    const closed = new Promise<void>((resolve) => stuck.on('end', resolve));
    await stuck.query('BEGIN');
    await stuck.query('UPDATE lease SET holder = holder');
    const log = (line: { readonly event: string }): void => void lines.push(line.event);
    const term = await candidate('two', { log }).campaign(forever);
    await closed;
    expect(lines).to.deep.equal(['leadership-unseated', 'leadership-won']);
    await term.resign();
  });

  it('lets each commit extend the lease', async () => {
    const term = await candidate('one', { leaseMs: 60_000 }).campaign(forever);
    const expiry = async (): Promise<number> => {
      const [row] = await database.query<{ expires_at: Date }>('SELECT expires_at FROM lease');
      return Number(row?.expires_at);
    };
    const before = await expiry();
    const store = new TurnStore({ database });
    expect((await store.commit({ term, turn: 1, writes: [], events: [] })).ok).to.equal(true);
    expect(await expiry()).to.be.greaterThan(before);
    await store.close();
    await term.resign();
  });

  it('stops campaigning when asked', async () => {
    const term = await candidate('one').campaign(forever);
    const stop = new AbortController();
    const second = candidate('two').campaign(stop.signal);
    stop.abort();
    const outcome = await second.then(
      () => 'led',
      (error: unknown) => (error instanceof Error ? error.name : ''),
    );
    expect(outcome).to.equal('CampaignAborted');
    await term.resign();
  });
});

/** Resolves when the lease has been renewed so many times. */
async function afterRenewals(database: Database, count: number): Promise<string> {
  const seen = new Set<number>();
  while (seen.size <= count) {
    const [row] = await database.query<{ expires_at: Date }>('SELECT expires_at FROM lease');
    seen.add(Number(row?.expires_at));
  }
  return 'renewed';
}

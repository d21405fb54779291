import { expect } from 'chai';
import { testRun } from '@ekiden/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import { lives, problemOf, sleeper, until, useStage, type TestService } from '../support/index.js';

const LONG = testRun.long;
const TROUBLE_MS = LONG ? 20_000 : 6_000;
const WRITERS = 4;

interface Load {
  readonly acknowledged: string[];
  /** Messages of writes that were answered 503. */
  readonly refused: string[];
  readonly wrong: string[];
  reads: number;
}

const newLoad = (): Load => ({ acknowledged: [], refused: [], wrong: [], reads: 0 });

/** Writes and reads without pause until `over`; the database is in trouble meanwhile. */
async function load(service: TestService, over: () => boolean, seen = newLoad()): Promise<Load> {
  const writer = async (name: number): Promise<void> => {
    for (let i = 0; !over(); i += 1) {
      const id = `/load/w${name}-${i}`;
      const answer = await service.api.send('POST', '/v2/apps', sleeper(id, 0));
      if (answer.status === 201) seen.acknowledged.push(id);
      else if (answer.status === 503) seen.refused.push(problemOf(answer).message);
      else seen.wrong.push(`${id}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
  };
  const reader = async (): Promise<void> => {
    while (!over()) {
      const { status } = await service.api.send('GET', '/v2/apps/web');
      seen.reads += 1;
      if (status !== 200) seen.wrong.push(`GET: ${status}`);
      await delay(20);
    }
  };
  const writers = Array.from({ length: WRITERS }, (_, name) => writer(name));
  await Promise.all([...writers, reader()]);
  return seen;
}

async function expectNothingLost(service: TestService, seen: Load): Promise<void> {
  expect(seen.wrong).to.deep.equal([]);
  expect(seen.reads).to.be.greaterThan(20);
  expect(seen.acknowledged.length).to.be.greaterThan(0);
  for (const message of seen.refused) expect(message).to.match(/database|Postgres/i);
  const there = new Set((await service.api.apps()).map(({ id }) => id));
  expect(seen.acknowledged.filter((id) => !there.has(id))).to.deep.equal([]);
  // Nothing is stored twice or only half: each app can be read by itself.
  expect([...there].filter((id) => id.startsWith('/load/')).length).to.be.at.least(
    seen.acknowledged.length,
  );
}

describe('A database in trouble', () => {
  const stage = useStage();

  async function begin(): Promise<TestService> {
    const service = await stage.start({ env: { EKIDEN_REQUEST_TIMEOUT_SECONDS: '3' } });
    await service.api.ask('POST', '/v2/apps', sleeper('/web', 3));
    await service.settled('/web', 3);
    return service;
  }

  it('that is killed again and again is started again, and nothing is lost', async function () {
    this.timeout(TROUBLE_MS + 20_000);
    const service = await begin();
    const tasks = service.home.tasks();
    const end = performance.now() + TROUBLE_MS;
    const loaded = load(service, () => performance.now() > end);
    for (const wait of [500, 2_000]) {
      await delay(wait);
      const victim = await until(() => service.home.postmaster(), 'a database');
      // The postmaster alone: its backends have to notice by themselves.
      service.home.signalPostmaster('SIGKILL');
      await until(() => {
        const next = service.home.postmaster();
        return next !== undefined && next.pid !== victim.pid;
      }, 'a new database');
    }
    await expectNothingLost(service, await loaded);
    await service.api.ask('PUT', '/v2/apps/web', { instances: 4 });
    await service.settled('/web', 4);
    expect(tasks.filter(lives)).to.have.length(3);
  });

  it('LDR-18: that is frozen stops the writes but not the reads, and goes on when it wakes', async function () {
    this.timeout(TROUBLE_MS + 20_000);
    const service = await begin();
    const tasks = service.home.tasks();
    let over = false;
    const seen = newLoad();
    const loaded = load(service, () => over, seen);
    await until(() => seen.acknowledged.length > 0, 'a write');
    service.home.freezeDatabase();
    const before = seen.reads;
    await delay(TROUBLE_MS);
    // None of them could have waited for the database.
    expect(seen.reads - before).to.be.greaterThan(20);
    service.home.thawDatabase();
    over = true;
    await loaded;
    expect(seen.refused).not.to.deep.equal([]);
    await until(() => service.api.isLeading(), 'a service that leads');
    await expectNothingLost(service, seen);
    await service.api.ask('PUT', '/v2/apps/web', { instances: 4 });
    await service.settled('/web', 4);
    expect(tasks.filter(lives)).to.have.length(3);
  });
});

import { SeededChance } from '@ekiden/kernel';
import { testRun } from '@ekiden/testkit';
import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import {
  NoAnswer,
  sleeper,
  until,
  useStage,
  type AppJson,
  type TestService,
} from '../support/index.js';

const ROUNDS = testRun.long ? 50 : 5;
const FIRST_SEED = testRun.seed;
const IDS = ['/a', '/b', '/group/c'];
const WRITES_MAX = 40;
/** The kill falls somewhere into this time from the first write on. */
const WINDOW_MS = 1_500;

/** What the app is to look like; `undefined` = there is none. */
type Wish = { readonly instances: number; readonly mark: string } | undefined;

/** Every write that was acknowledged, and the one whose answer never came. */
class Ledger {
  readonly acknowledged = new Map<string, Wish>();
  /** Deployments that were named in an answer. */
  readonly deployments = new Set<string>();
  pending: { readonly id: string; readonly wish: Wish } | undefined;

  async write(service: TestService, id: string, wish: Wish): Promise<void> {
    this.pending = { id, wish };
    const path = `/v2/apps${id}?force=true`;
    const { api } = service;
    const { headers } = await (wish === undefined
      ? api.ask('DELETE', path)
      : api.ask('PUT', path, sleeper(id, wish.instances, { labels: { mark: wish.mark } })));
    this.deployments.add(headers.get('marathon-deployment-id') ?? '');
    this.acknowledged.set(id, wish);
    this.pending = undefined;
  }

  /** What may be there after a crash. */
  allowed(id: string): readonly Wish[] {
    const last = this.acknowledged.get(id);
    return this.pending?.id === id ? [last, this.pending.wish] : [last];
  }
}

function textOf(wish: Wish): string {
  return wish === undefined ? 'absent' : `${wish.instances} instances of ${wish.mark}`;
}

async function writeUntilKilled(
  service: TestService,
  chance: SeededChance,
  ledger: Ledger,
): Promise<void> {
  try {
    for (let i = 0; i < WRITES_MAX; i += 1) {
      const id = IDS[chance.int(IDS.length)] ?? '/a';
      const there = ledger.acknowledged.get(id) !== undefined;
      const gone = there && chance.int(5) === 0;
      const wish = gone ? undefined : { instances: chance.int(4), mark: `write-${i}` };
      await ledger.write(service, id, wish);
      await delay(chance.int(60));
    }
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
  }
}

async function wishOf(service: TestService, id: string): Promise<Wish> {
  const { status, body } = await service.api.send('GET', `/v2/apps${id}`);
  if (status === 404) return undefined;
  const { instances, labels } = (body as { app: AppJson }).app;
  return { instances, mark: labels['mark'] ?? 'none' };
}

/**
 * Each write that was acknowledged has its deployment. The one whose answer never came has one if and
 * only if what it wrote is there, too: `last` is what is there of its app.
 */
async function expectWholeWrites(
  service: TestService,
  ledger: Ledger,
  last: ReadonlyMap<string, Wish>,
): Promise<void> {
  const { body } = await service.api.ask('GET', '/v2/deployments?status=finished');
  const ids = (body as readonly { readonly id: string }[]).map(({ id }) => id);
  expect(ids).to.include.members([...ledger.deployments]);
  const others = ids.filter((id) => !ledger.deployments.has(id));
  const { pending } = ledger;
  const isThere =
    pending !== undefined && textOf(last.get(pending.id)) === textOf(pending.wish) ? 1 : 0;
  expect(others, JSON.stringify(pending)).to.have.length(isThere);
}

describe('SIGKILL at a random moment of a history of writes', () => {
  const stage = useStage();

  for (let round = 0; round < ROUNDS; round += 1) {
    const seed = FIRST_SEED + round;
    const everything = round % 2 === 1;
    const what = everything ? 'service and database' : 'the service';

    it(`LDR-23: no. ${round + 1}, ${what}: keeps every acknowledged write, and none by half (seed ${seed})`, async () => {
      const chance = new SeededChance(seed);
      const service = await stage.start();
      const ledger = new Ledger();
      const writing = writeUntilKilled(service, chance, ledger);
      await delay(chance.int(WINDOW_MS));
      await (everything ? service.killEverything() : service.kill());
      await writing;
      await service.start();
      let total = 0;
      const last = new Map<string, Wish>();
      for (const id of IDS) {
        const wish = await wishOf(service, id);
        last.set(id, wish);
        expect(ledger.allowed(id).map(textOf)).to.include(textOf(wish));
        if (wish === undefined) continue;
        total += wish.instances;
        const app = await service.settled(id, wish.instances);
        for (const task of app.tasks) expect(task.version).to.equal(app.version);
      }
      await until(async () => (await service.api.deployments()).length === 0, 'no deployment');
      await expectWholeWrites(service, ledger, last);
      await until(() => {
        const running = service.home.tasks().length;
        if (running !== total) throw new Error(`${running} processes`);
        return true;
      }, `${total} processes`);
    });
  }
});

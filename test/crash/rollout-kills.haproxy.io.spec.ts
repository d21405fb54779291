import { SeededChance } from '@ekiden/kernel';
import { testRun } from '@ekiden/testkit';
import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Load,
  greeter,
  greetingOn,
  until,
  useService,
  type TestService,
} from '../support/index.js';

const LONG = testRun.long;
/** How many moments. */
const ROUNDS = LONG ? { haproxy: 50, embedded: 50 } : { haproxy: 3, embedded: 2 };
const FIRST_SEED = testRun.seed;
/** The kill falls somewhere into this time from the write on; the rollout takes about as long. */
const WINDOW_MS = 3_000;

const CHECK = { protocol: 'HTTP', path: '/', gracePeriodSeconds: 20, intervalSeconds: 1 };

/** Two services, one of which depends on the other, switched together. */
function shop(greeting: string): object {
  const more = {
    env: { GREETING: greeting },
    healthChecks: [CHECK],
    portDefinitions: [{ port: 0 }],
  };
  return {
    id: '/shop',
    rollout: {
      strategy: 'blueGreen',
      drainSeconds: 5,
      blueGreen: { promotion: 'automatic', holdSeconds: 1 },
    },
    apps: [
      { ...greeter('api', 2, more) },
      { ...greeter('web', 2, { ...more, dependencies: ['/shop/api'] }) },
    ],
  };
}

/** Every app runs as wanted, each task is one process, and no other is left. */
async function whole(service: TestService, greeting: string): Promise<void> {
  const shown: string[] = [];
  for (const id of ['/shop/api', '/shop/web']) {
    const app = await service.allWell(id, 2, 40_000);
    expect(app.env?.['GREETING']).to.equal(greeting);
    for (const task of app.tasks) expect(task.version).to.equal(app.version);
    shown.push(...app.tasks.map((task) => task.id));
  }
  await until(
    () => {
      const processes = service.home.tasks().map(({ taskId }) => taskId);
      if (processes.sort().join() === shown.sort().join()) return true;
      throw new Error(`processes: ${processes.join(', ')}; shown: ${shown.join(', ')}`);
    },
    'one process per task',
    20_000,
  );
}

for (const [router, rounds] of Object.entries(ROUNDS)) {
  describe(`SIGKILL at a random moment of a group's blue/green deployment, through ${router}`, () => {
    const sum = { kills: 0, requests: 0, lost: 0 };
    let load: Load | undefined;
    afterEach(() => load?.stop());
    after(() => {
      const { kills, requests, lost } = sum;
      process.stdout.write(`      ${router}: ${kills} kills, ${requests} requests, ${lost} lost\n`);
    });
    const running = useService({ env: { EKIDEN_ROUTER: router } });

    before('bring up the first version', async function bringUp() {
      this.timeout(40_000);
      await running().api.ask('POST', '/v2/groups', shop('version-0'));
      await whole(running(), 'version-0');
      // What is well has a route a little later.
      const [port] = (await running().api.app('/shop/web')).portDefinitions;
      await until(
        async () => (await greetingOn(port?.port ?? 0))?.startsWith('version-0'),
        'an answer through the router',
      );
    });

    for (let round = 1; round <= rounds; round += 1) {
      const seed = FIRST_SEED + round;

      it(`no. ${round}: it is finished and no request is lost (seed ${seed})`, async () => {
        const service = running();
        const [old, next] = [`version-${round - 1}`, `version-${round}`];
        const [port] = (await service.api.app('/shop/web')).portDefinitions;
        const heard = new Set<string>();
        const clients = new Load(port?.port ?? 0, {
          onAnswer: (body) => heard.add(body.split(' ')[0] ?? ''),
        });
        load = clients;
        await until(() => clients.asked > 20, 'the first answers');

        await service.api.ask('PUT', '/v2/groups/shop', shop(next));
        await delay(new SeededChance(seed).int(WINDOW_MS));
        await service.kill();
        await service.start();
        await whole(service, next);
        await until(async () => (await service.api.deployments()).length === 0, 'no deployment');

        const { asked } = clients;
        await until(() => clients.asked > asked + 20, 'further answers');
        const { requests, lost } = await clients.stop();
        sum.kills += 1;
        sum.requests += requests;
        sum.lost += lost.length;
        expect(lost, `of ${requests} requests`).to.deep.equal([]);
        expect([...heard]).to.deep.equal([old, next]);
      }).timeout(LONG ? 180_000 : 60_000);
    }
  });
}

import { SeededChance } from '@ekiden/kernel';
import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { Load, greeter, until, useStage, type TestService } from '../support/index.js';

const ROUNDS = process.env['EKIDEN_TEST_LONG'] === '1' ? 50 : 5;
const FIRST_SEED = Number(process.env['EKIDEN_SEED_BASE'] ?? '1');
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

describe('SIGKILL at a random moment of the blue/green deployment of a group', () => {
  const stage = useStage();

  for (let round = 0; round < ROUNDS; round += 1) {
    const seed = FIRST_SEED + round;
    const router = round % 2 === 0 ? 'haproxy' : 'embedded';

    it(`no. ${round + 1}, through ${router}: it is finished and no request is lost (seed ${seed})`, async () => {
      const service = await stage.start({ env: { EKIDEN_ROUTER: router } });
      await service.api.ask('POST', '/v2/groups', shop('one'));
      await whole(service, 'one');
      const [port] = (await service.api.app('/shop/web')).portDefinitions;
      const heard = new Set<string>();
      const load = new Load(port?.port ?? 0, {
        onAnswer: (body) => heard.add(body.split(' ')[0] ?? ''),
      });
      await until(() => load.asked > 20, 'the first answers');

      await service.api.ask('PUT', '/v2/groups/shop', shop('two'));
      await delay(new SeededChance(seed).int(WINDOW_MS));
      await service.kill();
      await service.start();
      await whole(service, 'two');
      await until(async () => (await service.api.deployments()).length === 0, 'no deployment');

      const asked = load.asked;
      await until(() => load.asked > asked + 20, 'further answers');
      const { requests, lost } = await load.stop();
      expect(lost, `of ${requests} requests`).to.deep.equal([]);
      expect([...heard]).to.deep.equal(['one', 'two']);
    }).timeout(120_000);
  }
});

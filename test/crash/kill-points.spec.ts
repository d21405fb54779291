import { expect } from 'chai';
import {
  lives,
  sleeper,
  until,
  useEmptyService,
  type AppJson,
  type TestService,
} from '../support/index.js';

const KILLS = {
  'the service': (service: TestService) => service.kill(),
  'the service and its database': (service: TestService) => service.killEverything(),
};

/** Ignores SIGTERM, so that only the end of the grace period ends it. */
const STUBBORN = { cmd: `trap '' TERM; exec sleep 1000`, taskKillGracePeriodSeconds: 2 };

/**
 * What must hold after every restart: `count` instances of the app run, as exactly as many
 * processes, one for each task that the API shows.
 */
async function whole(service: TestService, id: string, count: number): Promise<AppJson> {
  const app = await service.settled(id, count);
  await until(() => {
    const running = service.home.tasks().map(({ taskId }) => taskId);
    const shown = app.tasks.map((task) => task.id);
    if (running.sort().join() === shown.sort().join()) return true;
    throw new Error(`processes: ${running.join(', ')}; shown: ${shown.join(', ')}`);
  }, `${count} processes, one per task`);
  return app;
}

for (const [what, kill] of Object.entries(KILLS)) {
  describe(`SIGKILL for ${what}`, () => {
    const running = useEmptyService();

    it('just after the answer to a POST loses nothing that was acknowledged', async () => {
      const service = running();
      await service.api.ask('POST', '/v2/apps', sleeper('/web', 4));
      await kill(service);
      await service.start();
      const app = await whole(service, '/web', 4);
      expect(app.instances).to.equal(4);
    });

    it('while tasks are being launched starts none of them twice', async () => {
      const service = running();
      await service.api.ask('POST', '/v2/apps', sleeper('/web', 8));
      await until(() => service.home.tasks().length >= 2, 'the first processes');
      await kill(service);
      const begun = service.home.tasks();
      await service.start();
      await whole(service, '/web', 8);
      expect(begun.filter((task) => !lives(task))).to.deep.equal([]);
    });

    it('leaves running tasks as they are', async () => {
      const service = running();
      await service.api.ask('POST', '/v2/apps', sleeper('/web', 4));
      const before = await whole(service, '/web', 4);
      const processes = service.home.tasks();
      await kill(service);
      expect(processes.filter(lives)).to.have.length(4);
      await service.start();
      const after = await whole(service, '/web', 4);
      expect(after.tasks).to.have.deep.members([...before.tasks]);
      expect(after.version).to.equal(before.version);
      expect(processes.filter(lives)).to.have.length(4);
    });

    it('in a rolling update goes on with it where it was', async () => {
      const service = running();
      const upgradeStrategy = { minimumHealthCapacity: 0.75, maximumOverCapacity: 0.25 };
      await service.api.ask('POST', '/v2/apps', sleeper('/web', 4, { upgradeStrategy }));
      const old = await whole(service, '/web', 4);
      const wish = { env: { GENERATION: 'two' }, ...STUBBORN };
      await service.api.ask('PUT', '/v2/apps/web', wish);
      await until(
        () => service.home.tasks().some(({ taskId }) => !old.tasks.some(({ id }) => id === taskId)),
        'the first process of the new version',
      );
      await kill(service);
      const started = service.home
        .tasks()
        .filter(({ taskId }) => !old.tasks.some(({ id }) => id === taskId));
      await service.start();
      const app = await whole(service, '/web', 4);
      expect(app.env).to.deep.equal({ GENERATION: 'two' });
      expect(app.tasks.map(({ version }) => version)).to.deep.equal(Array(4).fill(app.version));
      expect(started.filter((task) => !lives(task))).to.deep.equal([]);
    });

    it('during a kill still ends that task, and only that one', async () => {
      const service = running();
      await service.api.ask('POST', '/v2/apps', sleeper('/web', 3, STUBBORN));
      const before = await whole(service, '/web', 3);
      const victim = before.tasks[0]?.id ?? '';
      const doomed = service.home.tasks().filter(({ taskId }) => taskId === victim);
      const others = service.home.tasks().filter(({ taskId }) => taskId !== victim);
      await service.api.ask('DELETE', `/v2/apps/web/tasks/${victim}`);
      await kill(service);
      expect(doomed.filter(lives)).to.have.length(1);
      await service.start();
      await until(() => !doomed.some(lives), 'the end of the killed task');
      await until(async () => {
        const { tasks } = await service.api.app('/web');
        return tasks.every(({ id }) => id !== victim) && tasks.length === 3;
      }, 'a replacement');
      await whole(service, '/web', 3);
      expect(others.filter(lives)).to.have.length(2);
    });
  });
}

import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import {
  always,
  greeter,
  greetingOn,
  instanceOf,
  lives,
  until,
  useStage,
  type TaskProcess,
  type TestService,
} from '../support/index.js';

function marksOf(processes: readonly TaskProcess[]): readonly string[] {
  return processes.map(({ pid, startTime, taskId }) => `${taskId} ${pid} ${startTime}`).sort();
}

async function answering(service: TestService, id: string, count: number): Promise<void> {
  const { tasks } = await service.settled(id, count);
  for (const { id: task, ports } of tasks) {
    const [port = 0] = ports;
    await until(
      async () => (await greetingOn(port))?.endsWith(`from ${task}`),
      `an answer of ${task} on ${port}`,
    );
  }
}

describe('The walk of the README', () => {
  const stage = useStage();

  it('starts the example as three processes that answer on their ports', async () => {
    const service = await stage.start();
    const example = readFileSync(new URL('../../examples/hello.json', import.meta.url), 'utf8');
    const posted = await service.api.ask('POST', '/v2/apps', example);
    expect(posted.status).to.equal(201);
    expect(new URL(posted.headers.get('location') ?? '').pathname).to.equal('/hello');
    const id = posted.headers.get('marathon-deployment-id');
    expect(posted.body).to.deep.include({ id: '/hello', deployments: [{ id }] });
    await answering(service, '/hello', 3);
  });

  it('lists a deployment right after the answer to the POST', async () => {
    const service = await stage.start();
    const slow = greeter('/hello', 2, { cmd: 'sleep 1; exec node server.mjs' });
    const posted = await service.api.ask('POST', '/v2/apps', slow);
    const id = posted.headers.get('marathon-deployment-id') ?? 'none';
    const [listed] = await service.api.deployments();
    expect(listed?.id).to.equal(id);
    expect(listed?.affectedApps).to.deep.equal(['/hello']);
    expect(posted.headers.get('x-marathon-leader')).to.match(/^http:\/\/.+:\d+$/);
    expect(posted.headers.get('x-marathon-leader')).not.to.match(/:0$/);
    await service.settled('/hello', 2);
    expect(await service.api.deployments()).to.deep.equal([]);
  });

  it('scales up and down without touching the instances that stay', async () => {
    const service = await stage.start();
    await service.api.ask('POST', '/v2/apps', greeter('/hello', 3));
    await answering(service, '/hello', 3);
    const three = marksOf(service.home.tasks());
    expect(three).to.have.length(3);

    const scaled = await service.api.ask('PUT', '/v2/apps/hello', { instances: 5 });
    expect(scaled.status).to.equal(200);
    await answering(service, '/hello', 5);
    const five = marksOf(service.home.tasks());
    expect(five).to.have.length(5);
    expect(five).to.include.members([...three]);

    await service.api.ask('PUT', '/v2/apps/hello', { instances: 2 });
    await answering(service, '/hello', 2);
    await until(() => service.home.tasks().length === 2, 'two processes');
    expect(five).to.include.members([...marksOf(service.home.tasks())]);
  });

  it('updates step by step, within the bounds of the upgrade strategy', async () => {
    const service = await stage.start();
    const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0.25 };
    await service.api.ask('POST', '/v2/apps', greeter('/hello', 4, { upgradeStrategy }));
    await answering(service, '/hello', 4);
    const env = { GREETING: 'Good day' };
    await service.api.ask('PUT', '/v2/apps/hello', { env });
    let samples = 0;
    let over = false;
    const sampled = always(async () => {
      if (over) return undefined;
      const tasks = await service.api.tasks('/hello');
      samples += 1;
      const running = tasks.filter(({ state }) => state === 'TASK_RUNNING').length;
      if (running < 2) return `only ${running} of 4 run during the update`;
      return tasks.length > 5 ? `${tasks.length} tasks during the update` : undefined;
    }, 2_000);
    await answering(service, '/hello', 4);
    over = true;
    await sampled;
    expect(samples).to.be.greaterThan(0);
    for (const { ports } of await service.api.tasks('/hello')) {
      expect(await greetingOn(ports[0] ?? 0)).to.match(/^Good day from /);
    }
  });

  it('replaces a killed task by the next incarnation of the same instance', async () => {
    const service = await stage.start();
    await service.api.ask('POST', '/v2/apps', greeter('/hello', 3));
    const before = await service.settled('/hello', 3);
    const victim = before.tasks[1]?.id ?? '';
    const killed = await service.api.ask('DELETE', `/v2/apps/hello/tasks/${victim}`);
    expect((killed.body as { task: { id: string } }).task.id).to.equal(victim);
    const after = await until(async () => {
      const app = await service.settled('/hello', 3);
      return app.tasks.every(({ id }) => id !== victim) && app;
    }, 'a replacement');
    const old = instanceOf(victim);
    const next = after.tasks.find(({ id }) => instanceOf(id).instance === old.instance);
    expect(next === undefined ? 0 : instanceOf(next.id).incarnation).to.equal(old.incarnation + 1);
    const others = before.tasks.map(({ id }) => id).filter((id) => id !== victim);
    expect(after.tasks.map(({ id }) => id)).to.include.members(others);
  });

  it('restarts every instance, and removes them with the app', async () => {
    const service = await stage.start();
    await service.api.ask('POST', '/v2/apps', greeter('/hello', 3));
    const before = await service.settled('/hello', 3);
    const old = service.home.tasks();
    await service.api.ask('POST', '/v2/apps/hello/restart', {});
    const after = await service.settled('/hello', 3);
    const same = before.tasks.filter(({ id }) => after.tasks.some((task) => task.id === id));
    expect(same).to.deep.equal([]);
    await until(() => !old.some(lives), 'the end of the old processes');

    await service.api.ask('DELETE', '/v2/apps/hello');
    await until(async () => (await service.api.deployments()).length === 0, 'the end');
    await until(() => service.home.tasks().length === 0, 'no process');
    expect((await service.api.send('GET', '/v2/apps/hello')).status).to.equal(404);
    expect(await service.api.apps()).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import {
  HOST_PORTS,
  eventsOf,
  sleeper,
  until,
  useService,
  type TestService,
} from '../support/index.js';

const ENV = { EKIDEN_DOCKER_HOSTS: 'none' };

interface Details {
  readonly state: string;
  readonly undoes?: string;
  readonly undoneBy?: string;
  readonly currentActions: readonly { readonly action: string; readonly app: string }[];
}

async function write(
  { api }: TestService,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  const { headers } = await api.ask(method, path, body);
  return headers.get('marathon-deployment-id') ?? '';
}

async function details({ api }: TestService, id: string): Promise<Details> {
  return (await api.ask('GET', `/v2/deployments/${id}`)).body as Details;
}

/** Writes, and waits until that deployment is over. */
async function written(
  service: TestService,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  const id = await write(service, method, path, body);
  await until(
    async () => {
      const { state } = await details(service, id);
      if (state === 'succeeded') return true;
      throw new Error(state);
    },
    `the end of deployment ${id}`,
    15_000,
  );
  return id;
}

async function tasksOf(service: TestService, id: string): Promise<readonly string[]> {
  return (await service.settled(id, 1)).tasks.map((task) => task.id);
}

/** What is defined of an app, as far as somebody has edited it here. */
async function definition({ api }: TestService, id: string): Promise<object> {
  const { body } = await api.ask('GET', `/v2/apps${id}`);
  const { cmd, env, labels } = (body as { readonly app: Record<string, unknown> }).app;
  return { cmd, env, labels };
}

/** A shop whose web is of this version. */
function shop(id: string, version = 0): object {
  const web = { dependencies: ['db'], cmd: `exec sleep 100${version}` };
  return { id, apps: [sleeper('db', 1), sleeper('web', 1, web)] };
}

describe('A deployment of processes that is taken back', () => {
  const running = useService({ env: ENV });

  it('leaves what a colleague has edited since as it is, in the same app and in others', async () => {
    const service = running();
    await written(service, 'POST', '/v2/groups', shop('/shop'));
    const mine = await written(service, 'PUT', '/v2/groups/shop', shop('/shop', 1));
    await written(service, 'PUT', '/v2/apps/shop/web', { env: { SHELF: 'upper' } });
    await written(service, 'PUT', '/v2/apps/shop/db', { cmd: 'exec sleep 2000' });
    const db = await tasksOf(service, '/shop/db');

    const undoing = await written(service, 'POST', `/v2/deployments/${mine}/undo`);
    expect(await definition(service, '/shop/web')).to.deep.equal({
      cmd: 'exec sleep 1000',
      env: { SHELF: 'upper' },
      labels: {},
    });
    expect(await definition(service, '/shop/db')).to.deep.include({ cmd: 'exec sleep 2000' });
    expect(await tasksOf(service, '/shop/db')).to.deep.equal(db);

    // Where both have changed the same it is refused, and who did is named.
    const theirs = await written(service, 'PUT', '/v2/apps/shop/db', { cmd: 'exec sleep 3000' });
    const later = await written(service, 'PUT', '/v2/apps/shop/db', { cmd: 'exec sleep 4000' });
    const refused = await service.api.send('POST', `/v2/deployments/${theirs}/undo`);
    expect(refused.status).to.equal(409);
    expect(refused.text).to.include(later);
    expect((await details(service, mine)).undoneBy).to.equal(undoing);
  });

  it('is taken back once, however often that is asked for, and can be had again', async () => {
    const service = running();
    await written(service, 'POST', '/v2/apps', sleeper('/web', 1));
    const mine = await written(service, 'PUT', '/v2/apps/web', { cmd: 'exec sleep 1001' });
    const undoing = await written(service, 'POST', `/v2/deployments/${mine}/undo`);
    const tasks = await tasksOf(service, '/web');
    const again = await write(service, 'POST', `/v2/deployments/${mine}/undo`);
    expect(again).to.equal(undoing);
    expect(await service.api.deployments()).to.deep.equal([]);
    expect(await tasksOf(service, '/web')).to.deep.equal(tasks);

    await written(service, 'POST', `/v2/deployments/${undoing}/undo`);
    expect(await definition(service, '/web')).to.deep.include({ cmd: 'exec sleep 1001' });
  });

  it('can be taken back by a service that was not there when it was made', async () => {
    const service = running();
    await written(service, 'POST', '/v2/groups', shop('/kiosk'));
    const mine = await written(service, 'PUT', '/v2/groups/kiosk', shop('/kiosk', 1));
    await written(service, 'PUT', '/v2/apps/kiosk/web', { labels: { owner: 'anna' } });
    const db = await tasksOf(service, '/kiosk/db');
    await service.kill();
    await service.start();
    await written(service, 'POST', `/v2/deployments/${mine}/undo`);
    expect(await definition(service, '/kiosk/web')).to.deep.include({
      cmd: 'exec sleep 1000',
      labels: { owner: 'anna' },
    });
    expect(await tasksOf(service, '/kiosk/db')).to.deep.equal(db);
  });
});

describe('One write that drops an edge and the process it leads to, on a full host', () => {
  const running = useService({
    env: { ...ENV, EKIDEN_AGENT_RESOURCES: `cpus:1;mem:4096;disk:1000;ports:[${HOST_PORTS}]` },
  });

  it('ends: what used it has gone before it stops, and takes its room', async () => {
    const service = running();
    const upgradeStrategy = { minimumHealthCapacity: 0, maximumOverCapacity: 0 };
    const web = (cpus: number, more: object): object =>
      sleeper('web', 1, { cpus, upgradeStrategy, ...more });
    const db = sleeper('db', 1, { cpus: 0.5 });
    const apps = [db, web(0.5, { dependencies: ['db'] })];
    await written(service, 'POST', '/v2/groups', { id: '/shop', apps });
    const before = await tasksOf(service, '/shop/web');
    const events = eventsOf(service, 'status_update_event');
    const id = await written(service, 'PUT', '/v2/groups/shop', {
      id: '/shop',
      apps: [web(1, { dependencies: [] })],
    });
    const after = await tasksOf(service, '/shop/web');
    expect(after).to.not.have.members(before);
    expect((await service.api.apps()).map((app) => app.id)).to.deep.equal(['/shop/web']);
    expect((await details(service, id)).state).to.equal('succeeded');
    const at = (what: string): number =>
      events.seen.findIndex(
        ({ appId, taskId = '', taskStatus }) =>
          what === `${appId ?? ''} ${taskStatus ?? ''}` &&
          (taskStatus === 'TASK_KILLED' || after.includes(taskId)),
      );
    const wanted = ['/shop/web TASK_KILLED', '/shop/db TASK_KILLED', '/shop/web TASK_RUNNING'];
    await until(() => wanted.every((what) => at(what) >= 0), 'all that has happened');
    expect(wanted.map(at)).to.deep.equal(wanted.map(at).sort((a, b) => a - b));
  });
});

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { lives, sleeper, until, useEmptyService, type TestService } from '../support/index.js';

type Json = Readonly<Record<string, unknown>>;

const RESOURCES = { cpus: 0.1, mem: 32 };

function pod(id: string, instances: number, more: Json = {}): Json {
  const containers = [
    {
      name: 'main',
      exec: { command: { shell: 'exec sleep 1000' } },
      resources: RESOURCES,
      endpoints: [{ name: 'http' }],
    },
    { name: 'beside', resources: RESOURCES },
  ];
  return { id, containers, scaling: { kind: 'fixed', instances }, ...more };
}

async function read<T>({ api }: TestService, path: string): Promise<T> {
  return (await api.ask('GET', path)).body as T;
}

interface Running {
  readonly id: string;
  readonly status: string;
  readonly containers: readonly {
    readonly containerId: string;
    readonly endpoints: readonly { readonly allocatedHostPort?: number }[];
  }[];
}

const GREETER = new URL('../../examples/greeter/pod.json', import.meta.url);

const OFTEN = { delaySeconds: 0, intervalSeconds: 2, timeoutSeconds: 1 };

/** The example, with one instance, and checked more often than once a minute. */
async function startGreeter({ api }: TestService): Promise<Json> {
  const made = JSON.parse(readFileSync(GREETER, 'utf8')) as { readonly containers: Json[] };
  const containers = made.containers.map(({ healthCheck, ...rest }) =>
    healthCheck === undefined ? rest : { ...rest, healthCheck: { ...healthCheck, ...OFTEN } },
  );
  const greeter = { ...made, containers, scaling: { kind: 'fixed', instances: 1 } };
  await api.ask('POST', '/v2/pods', greeter);
  return greeter;
}

/** The one instance of the greeter, once all is quiet and its health is known. */
async function stable(service: TestService): Promise<Running> {
  return until(async () => {
    const status = await read<{ status: string; instances: Running[] }>(
      service,
      '/v2/pods/greeter::status',
    );
    const quiet = (await service.api.deployments()).length === 0;
    const [one, another] = status.instances;
    const known = !JSON.stringify(one).includes('health-unreported');
    return quiet && known && status.status === 'STABLE' && another === undefined && one;
  }, 'a stable pod');
}

async function podsOf(service: TestService): Promise<readonly Json[]> {
  return read<Json[]>(service, '/v2/pods');
}

/** Ids of the pods directly in a group, now or at a version. */
async function podsIn(service: TestService, group: string): Promise<readonly unknown[]> {
  const { pods } = await read<{ pods: Json[] }>(service, `/v2/groups${group}`);
  return pods.map(({ id }) => id);
}

describe('Pods over HTTP', () => {
  const running = useEmptyService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });

  it('that no host can run wait with a reason, keep no app waiting, and survive a kill of the service', async () => {
    const service = running();
    const { api } = service;
    const made = await api.ask('POST', '/v2/pods', pod('/shop/cart', 2));
    expect(made.status).to.equal(201);
    expect(made.headers.get('location')).to.match(/^http:\/\/[^/]+\/shop\/cart$/);
    await api.ask('POST', '/v2/apps', sleeper('/shop/web', 1));
    await service.settled('/shop/web', 1);

    const why = await api.why('/shop/cart');
    expect(why.waiting).to.equal(2);
    expect(why.reasons.join()).to.match(
      /no host can run this pod: container beside has neither an image nor a command/,
    );
    const { queue } = await read<{ queue: { pod?: Json; count: number }[] }>(service, '/v2/queue');
    expect(queue.map((item) => [item.pod?.['id'], item.count])).to.deep.equal([['/shop/cart', 2]]);
    expect(await api.deployments()).to.have.lengthOf(1);
    expect((await api.deployments())[0]).to.deep.include({
      affectedApps: [],
      affectedPods: ['/shop/cart'],
    });

    const before = await podsOf(service);
    await service.kill();
    await service.start();
    expect(await podsOf(service)).to.deep.equal(before);
    await until(async () => (await api.why('/shop/cart')).waiting === 2, 'instances that wait');
    await service.settled('/shop/web', 1);

    const refused = await api.send('PUT', '/v2/pods/shop/cart', pod('/shop/cart', 0));
    expect(refused.status).to.equal(409);
    const gone = await api.ask('DELETE', '/v2/pods/shop/cart?force=true');
    expect([gone.status, gone.text]).to.deep.equal([202, '']);
    await until(async () => (await api.deployments()).length === 0, 'the end of deployments');
    expect(await podsOf(service)).to.deep.equal([]);
  });

  it('POD-01, POD-03, POD-06: run as processes, survive a kill of the service, and are restarted whole', async () => {
    const service = running();
    const { api } = service;
    await startGreeter(service);
    const first = await stable(service);
    const [server, author] = first.containers;
    const port = server?.endpoints[0]?.allocatedHostPort ?? 0;
    const answer = (): Promise<string> =>
      fetch(`http://127.0.0.1:${port}/`).then((said) => said.text(), String);
    await until(async () => (await answer()).startsWith('Hello at'), 'a greeting');
    await until(async () => {
      const { text } = await api.ask('GET', `/v2/tasks/${author?.containerId ?? ''}/logs`);
      return /Hello at|does not answer yet/.test(text);
    }, 'what the second container says');

    await service.kill();
    await service.start();
    expect((await stable(service)).containers).to.deep.equal(first.containers);

    const ended = await api.ask('DELETE', `/v2/pods/greeter::instances/${first.id}`);
    expect(ended.body).to.include({ instanceId: first.id });
    const again = await until(async () => {
      const now = await stable(service);
      return now.containers[0]?.containerId !== server?.containerId && now;
    }, 'another incarnation');
    expect(again.id).to.equal(first.id);
  });

  it('POD-02, POD-04: run as processes, are scaled, replaced whole, and go', async () => {
    const service = running();
    const { api } = service;
    const greeter = await startGreeter(service);
    const first = await stable(service);
    const processes = (): number => service.home.tasks().filter(lives).length;
    const of = processes();
    const three = { ...greeter, scaling: { kind: 'fixed', instances: 3 } };
    await api.ask('PUT', '/v2/pods/greeter', three);
    await until(() => processes() === 3 * of, 'three of each process');
    await until(async () => (await api.deployments()).length === 0, 'the end of the deployment');
    await api.ask('PUT', '/v2/pods/greeter', greeter);
    expect((await stable(service)).id).to.equal(first.id);
    await until(() => processes() === of, 'one of each process');

    const labels = { edition: '2' };
    await api.ask('PUT', '/v2/pods/greeter', { ...greeter, labels });
    expect((await stable(service)).id).to.not.equal(first.id);
    const versions = await read<string[]>(service, '/v2/pods/greeter::versions');
    expect(versions).to.have.lengthOf(4);
    await api.ask('DELETE', '/v2/pods/greeter');
    await until(async () => (await api.deployments()).length === 0, 'the end of deployments');
    expect(await podsOf(service)).to.deep.equal([]);
  });

  it('POD-09: keep their data over kills, upgrades and the death of the service', async () => {
    const service = running();
    const { api } = service;
    const resources = { cpus: 0.05, mem: 16 };
    const writes = 'echo x >> var/notes/starts; exec sleep 1000';
    const resident = {
      id: '/db/notes',
      role: 'db',
      containers: [
        {
          name: 'writer',
          exec: { command: { shell: writes } },
          resources,
          volumeMounts: [{ name: 'notes', mountPath: 'var/notes' }],
        },
        {
          name: 'reader',
          exec: { command: { shell: 'exec tail -n +1 -F seen/starts' } },
          resources,
          volumeMounts: [{ name: 'notes', mountPath: 'seen' }],
        },
      ],
      volumes: [{ name: 'notes', persistent: { size: 16 } }],
      scaling: { kind: 'fixed', instances: 1 },
    };
    interface Status {
      readonly status: string;
      readonly instances: readonly Running[];
    }
    /** The instance, once its data has seen so many starts; its reader sees them too. */
    const started = (times: number): Promise<Running> =>
      until(async () => {
        const { status, instances } = await read<Status>(service, '/v2/pods/db/notes::status');
        const [one] = instances;
        const quiet = (await api.deployments()).length === 0;
        if (!quiet || status !== 'STABLE' || one === undefined) return false;
        const reader = one.containers[1]?.containerId ?? '';
        const { text } = await api.ask('GET', `/v2/tasks/${reader}/logs`);
        return text === 'x\n'.repeat(times) && one;
      }, `start ${times} on the same data`);

    await api.ask('POST', '/v2/pods', resident);
    const first = await started(1);
    await api.ask('DELETE', `/v2/pods/db/notes::instances/${first.id}`);
    expect((await started(2)).id).to.equal(first.id);
    await api.ask('PUT', '/v2/pods/db/notes', { ...resident, labels: { edition: '2' } });
    expect((await started(3)).id).to.equal(first.id);
    await service.kill();
    await service.start();
    await started(3);
    await api.ask('POST', '/v2/pods/db/notes::restart');
    expect((await started(4)).id).to.equal(first.id);
    const { volumes } = await read<{ volumes: Json[] }>(service, '/v2/volumes');
    expect(volumes.map(({ appId, containerPath }) => [appId, containerPath])).to.deep.equal([
      ['/db/notes', 'notes'],
    ]);
  });

  it('keep their versions, and come back with a version of their group', async () => {
    const service = running();
    const { api } = service;
    const first = (await api.ask('POST', '/v2/pods', pod('/shop/cart', 0))).body as Json;
    const labels = { edition: '2' };
    const second = (await api.ask('PUT', '/v2/pods/shop/cart', pod('/shop/cart', 0, { labels })))
      .body as Json;
    const versions = await read<string[]>(service, '/v2/pods/shop/cart::versions');
    expect(versions).to.deep.equal([second['version'], first['version']]);
    const old = `/v2/pods/shop/cart::versions/${String(first['version'])}`;
    expect(await read<Json>(service, old)).to.deep.equal(first);
    // What GET shows can be sent back and changes nothing.
    const again = (await api.ask('PUT', '/v2/pods/shop/cart', second)).body as Json;
    expect(again).to.deep.equal(second);

    await api.ask('PUT', '/v2/groups/shop', { apps: [] });
    expect(await podsIn(service, '/shop')).to.deep.equal(['/shop/cart']);
    const { version } = await read<{ version: string }>(service, '/v2/groups/shop');
    await api.ask('DELETE', '/v2/pods/shop/cart');
    expect(await podsIn(service, '/shop')).to.deep.equal([]);
    expect(await podsIn(service, `/shop/versions/${version}`)).to.deep.equal(['/shop/cart']);
    await api.ask('PUT', '/v2/groups/shop', { version });
    expect(await podsIn(service, '/shop')).to.deep.equal(['/shop/cart']);
    const restored = (await podsOf(service))[0];
    expect(restored?.['labels']).to.deep.equal(labels);
  });
});

import { expect } from 'chai';
import Docker from 'dockerode';
import { busyboxImage } from '@ekiden/host-docker/testing';
import { lives, sleeper, until, useStage, type TestService } from '../support/index.js';
import { containerApp } from './container-apps.js';
import { ContainerShop } from './container-shop.js';
import { clusterOf, containersOf } from './containers.js';
import { removeContainer, useEngine } from './engines.js';

/** The engine of this machine, which others use as well. */
const SHARED = new Docker({ socketPath: '/var/run/docker.sock' });

interface Offer {
  readonly hostname: string;
  readonly attributes: readonly { readonly name: string; readonly set?: readonly string[] }[];
}

/** What each agent says it runs, seen from an app that fits nowhere. */
async function executorsOf(service: TestService): Promise<readonly (readonly string[])[]> {
  const { body } = await service.api.ask('GET', '/v2/queue?embed=lastUnusedOffers');
  const { queue } = body as {
    readonly queue: readonly { readonly lastUnusedOffers: readonly { readonly offer: Offer }[] }[];
  };
  const offers = queue[0]?.lastUnusedOffers ?? [];
  return offers.map(
    ({ offer }) => offer.attributes.find((one) => one.name === 'executors')?.set ?? [],
  );
}

const NEEDS_DOCKER = /^executor: needs docker, this agent runs process\b/;
const FITS_NOWHERE = sleeper('/huge', 1, { cpus: 1_000 });

describe("This machine's engine, without a setting", () => {
  const stage = useStage();
  let cluster: string | undefined;

  afterEach('clear the engine', async () => {
    if (cluster === undefined) return;
    const label = [`ekiden.cluster=${cluster}`];
    const left = await SHARED.listContainers({ all: true, filters: { label } });
    for (const { Id } of left) await removeContainer(SHARED, Id);
    cluster = undefined;
  });

  it('is a second executor of the one agent; the container shop runs beside processes', async () => {
    await busyboxImage(SHARED);
    const service = await stage.start();
    cluster = await clusterOf(service);
    await service.api.ask('POST', '/v2/apps', FITS_NOWHERE);
    await until(
      async () => (await executorsOf(service)).join() === 'docker,process',
      'one agent with both executors',
    );
    await service.api.ask('POST', '/v2/apps', sleeper('/plain', 1));
    const shop = await ContainerShop.of(service);
    await shop.bringUp();
    await service.settled('/plain', 1);
    const hosts = new Set<string>();
    for (const id of ['/plain', `${shop.id}/api`]) {
      for (const { slaveId } of (await service.api.app(id)).tasks) hosts.add(slaveId);
    }
    expect(hosts.size).to.equal(1);
    await service.api.ask('DELETE', `/v2/groups${shop.id}`);
    await until(async () => (await containersOf(SHARED, service)).length === 0, 'an empty engine');
  });
});

describe("This machine's engine, named by DOCKER_HOST", () => {
  const stage = useStage();
  const engine = useEngine({ liveRestore: true });

  const start = (): Promise<TestService> => {
    return stage.start({ env: { DOCKER_HOST: engine().url, EKIDEN_AGENT_TIMEOUT_SECONDS: '1' } });
  };

  it('away: processes go on, and an app with an image says what it waits for', async () => {
    const service = await start();
    await service.api.ask('POST', '/v2/apps', sleeper('/plain', 2));
    const disabled = { unreachableStrategy: 'disabled' };
    await service.api.ask('POST', '/v2/apps', containerApp('/boxed', 1, disabled));
    await service.settled('/boxed', 1);
    const plain = await service.settled('/plain', 2);
    const processes = service.home.tasks();
    const [container] = await containersOf(engine().docker, service);
    await engine().kill();
    await until(async () => {
      const [task] = (await service.api.app('/boxed')).tasks;
      return task?.state === 'TASK_UNREACHABLE';
    }, 'a task that cannot be reached');

    await service.api.ask('POST', '/v2/apps', containerApp('/late', 1));
    const why = await until(async () => {
      const seen = await service.api.why('/late');
      return seen.waiting === 1 && seen;
    }, 'an explanation');
    const refusals = why.agents.flatMap((agent) => agent.refusals);
    expect(refusals).to.have.length(1);
    expect(refusals[0]).to.match(NEEDS_DOCKER);

    expect(processes.filter(lives)).to.have.length(2);
    expect((await service.settled('/plain', 2)).tasks).to.have.deep.members([...plain.tasks]);
    await service.api.ask('PUT', '/v2/apps/plain', { instances: 3 });
    await service.settled('/plain', 3);

    await engine().start();
    await service.settled('/late', 1);
    await service.settled('/boxed', 1);
    const ids = (await containersOf(engine().docker, service)).map(({ id }) => id);
    expect(ids).to.include(container?.id);
    expect(processes.filter(lives)).to.have.length(2);
  });

  it('started after the service: joins the agent, and what waited for it runs', async () => {
    await engine().stop();
    const service = await start();
    await service.api.ask('POST', '/v2/apps', sleeper('/plain', 1));
    await service.settled('/plain', 1);
    await service.api.ask('POST', '/v2/apps', containerApp('/boxed', 2));
    await until(async () => {
      const { agents } = await service.api.why('/boxed');
      return agents.some(({ refusals }) => refusals.join().includes('needs docker'));
    }, 'an explanation');
    await engine().start();
    await service.settled('/boxed', 2);
  });

  it('"none" leaves Docker alone', async () => {
    const { url } = engine();
    const service = await stage.start({ env: { DOCKER_HOST: url, EKIDEN_DOCKER_HOSTS: 'none' } });
    await service.api.ask('POST', '/v2/apps', containerApp('/boxed', 1));
    const why = await until(async () => {
      const seen = await service.api.why('/boxed');
      return seen.waiting === 1 && seen;
    }, 'an explanation');
    const refusals = why.agents.flatMap((agent) => agent.refusals);
    expect(refusals).to.have.length(1);
    expect(refusals[0]).to.match(NEEDS_DOCKER);
    expect(await containersOf(engine().docker, service)).to.deep.equal([]);
  });
});

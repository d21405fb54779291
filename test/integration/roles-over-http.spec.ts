import { expect } from 'chai';
import {
  problemOf,
  roleOf,
  setRole,
  sleeper,
  until,
  useStage,
  type TestService,
} from '../support/index.js';

/** Simulated agents of one processor each. */
function agents(count: number, text = 'cpus:1;mem:1024;ports:[31000-31099]') {
  return { env: { EKIDEN_SIMULATED_AGENTS: `${count}`, EKIDEN_AGENT_RESOURCES: text } };
}

/** An app of a group that runs under the group's name as its role. */
function dev(instances: number, more: object = {}) {
  return sleeper('/dev/web', instances, { role: 'dev', cpus: 0.5, ...more });
}

async function runningOf(service: TestService, id: string): Promise<number> {
  return (await service.api.app(id)).tasksRunning;
}

/** Waits until so many run and nothing more is about to happen. */
async function runs(service: TestService, id: string, count: number): Promise<void> {
  await until(async () => (await runningOf(service, id)) === count, `${count} instances of ${id}`);
  const { body } = await service.api.ask('GET', '/v2/offers');
  expect(body).to.have.nested.property('allocator.queuedAgents', 0);
  expect(await runningOf(service, id)).to.equal(count);
}

describe('Roles over HTTP, on the real core', () => {
  const stage = useStage();

  it('limit an app, say so, and let it grow when the limit is raised', async () => {
    const service = await stage.start(agents(4));
    const { api } = service;
    const role = await setRole(api, 'dev', { quota: { limits: { cpus: 1 } } });
    expect(role.quota).to.deep.equal({ guarantees: {}, limits: { cpus: 1 } });
    await api.ask('POST', '/v2/apps', dev(4));
    await runs(service, '/dev/web', 2);

    const shown = await roleOf(api, 'dev');
    expect(shown.consumed['cpus']).to.equal(1);
    expect(shown.share).to.equal(0.25);
    expect(shown.frameworks.map(({ name }) => name)).to.deep.equal(['marathon']);
    const why = await api.why('/dev/web');
    expect(why.waiting).to.equal(2);
    expect(why.reasons.join()).to.match(/role dev has used 1 cpus of its limit of 1 cpus/);
    const queue = (await api.ask('GET', '/v2/queue?embed=reasons')).body as {
      queue: { reasons: string[] }[];
    };
    expect(queue.queue[0]?.reasons.join()).to.match(/limit of 1 cpus/);
    const item = await api.queueItem('/dev/web');
    const summary = item?.processedOffersSummary.rejectSummaryLastOffers ?? [];
    const first = summary.filter(({ declined }) => declined > 0);
    expect(first.map(({ reason }) => reason)).to.include('UnfulfilledRole');

    await setRole(api, 'dev', { quota: { limits: { cpus: 2 } } });
    await service.settled('/dev/web', 4);
  });

  it('keep what is guaranteed to one free of the others', async () => {
    const service = await stage.start(agents(4));
    const { api } = service;
    await setRole(api, 'dev', { quota: { guarantees: { cpus: 3 } } });
    await api.ask('POST', '/v2/apps', sleeper('/any', 4, { cpus: 1 }));
    await runs(service, '/any', 1);
    const why = await api.why('/any');
    expect([...why.reasons, ...why.agents.flatMap((agent) => agent.refusals)].join()).to.match(
      /kept for guarantees/,
    );
    await api.ask('POST', '/v2/apps', dev(3, { cpus: 1 }));
    await service.settled('/dev/web', 3);
    expect(await runningOf(service, '/any')).to.equal(1);
  });

  it('share by weight', async () => {
    const service = await stage.start(agents(16));
    const { api } = service;
    await setRole(api, 'heavy', { weight: 3 });
    const apps = [
      { ...sleeper('heavy', 16, { role: 'heavy', cpus: 1 }), id: '/heavy/web' },
      { ...sleeper('light', 16, { role: 'light', cpus: 1 }), id: '/light/web' },
    ];
    await api.ask('PUT', '/v2/apps', apps);
    await until(async () => {
      const counts = [
        await runningOf(service, '/heavy/web'),
        await runningOf(service, '/light/web'),
      ];
      if (counts.join() === '12,4') return true;
      throw new Error(counts.join());
    }, 'twelve and four instances');
    expect((await roleOf(api, 'heavy')).weight).to.equal(3);
  });

  it('survive a kill of the service', async () => {
    const service = await stage.start(agents(4));
    const wish = { weight: 2.5, quota: { guarantees: { cpus: 1 }, limits: { cpus: 1, mem: 512 } } };
    await setRole(service.api, 'dev/team', wish);
    await setRole(service.api, 'dev', { quota: { limits: { cpus: 1 } } });
    await service.api.ask('POST', '/v2/apps', dev(4));
    await runs(service, '/dev/web', 2);

    await service.kill();
    await service.start();
    const team = await roleOf(service.api, 'dev/team');
    expect([team.weight, team.quota]).to.deep.equal([wish.weight, wish.quota]);
    await runs(service, '/dev/web', 2);
    expect((await roleOf(service.api, 'dev')).consumed['cpus']).to.equal(1);
    const reset = (await service.api.ask('DELETE', '/v2/roles/dev/team')).body;
    expect(reset).to.include({ weight: 1, quota: null });
    await service.api.ask('DELETE', '/v2/roles/dev');
    await service.settled('/dev/web', 4);
  });

  it('refuse what cannot be, with numbers, unless it is forced', async () => {
    const service = await stage.start(agents(2));
    const { api } = service;
    await api.ask('POST', '/v2/apps', dev(4));
    await service.settled('/dev/web', 4);

    const tooLow = await api.send('PUT', '/v2/roles/dev', { quota: { limits: { cpus: 1 } } });
    expect([tooLow.status, problemOf(tooLow).message]).to.deep.equal([
      409,
      'The role uses 2 cpus, more than a limit of 1 cpus. With force=true it is set all the same.',
    ]);
    const tooMuch = await api.send('PUT', '/v2/roles/ops', { quota: { guarantees: { cpus: 3 } } });
    expect(tooMuch.status).to.equal(409);
    expect(problemOf(tooMuch).message).to.match(/3 cpus, the pool has 2 cpus/);
    const wrong = await api.send('PUT', '/v2/roles/ops', {
      quota: { guarantees: { cpus: 2, mem: 2 }, limits: { cpus: 1, mem: 1 } },
    });
    expect(wrong.status).to.equal(422);
    const { details } = problemOf(wrong);
    expect(typeof details === 'object' && details.map(({ path }) => path)).to.deep.equal([
      '/quota/guarantees/cpus',
      '/quota/guarantees/mem',
    ]);

    const tried = await api.ask('PUT', '/v2/roles/dev?force=true&dryRun=true', {
      quota: { limits: { cpus: 1 } },
    });
    expect(tried.body).to.have.deep.nested.property('quota.limits', { cpus: 1 });
    expect((await roleOf(api, 'dev')).quota).to.equal(null);
    await api.ask('PUT', '/v2/roles/dev?force=true', { quota: { limits: { cpus: 1 } } });
    expect(await runningOf(service, '/dev/web')).to.equal(4);
  });

  it('are told of to those who ask for it', async () => {
    const service = await stage.start(agents(1));
    await setRole(service.api, 'dev', { weight: 4 });
    const stream = await fetch(
      `${service.url}/v2/events?event_type=role_changed_event&lastEventId=0`,
      { headers: { accept: 'text/event-stream' } },
    );
    let seen = '';
    for await (const chunk of stream.body ?? []) {
      seen += Buffer.from(chunk as Uint8Array).toString();
      if (seen.includes('role_changed_event')) break;
    }
    expect(seen).to.match(/"role":"dev","weight":4,"quota":null/);
  });
});

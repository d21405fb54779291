import { expect } from 'chai';
import { agentOf, agentsOf, sleeper, until, useStage, type TestService } from '../support/index.js';

const ONE = 'simulated-00001';
const TWO = 'simulated-00002';
const TEXT = 'cpus:4;mem:1024;ports:[31000-31099]';

function agents(count: number) {
  return { env: { EKIDEN_SIMULATED_AGENTS: `${count}`, EKIDEN_AGENT_RESOURCES: TEXT } };
}

async function drain(service: TestService, id: string, body?: object): Promise<void> {
  const { status } = await service.api.ask('POST', `/v2/agents/${id}/drain`, body);
  expect(status).to.equal(202);
}

function state(service: TestService, id: string, wanted: string): Promise<unknown> {
  // Just after a start it may not have registered yet.
  const is = async (): Promise<boolean> =>
    (await agentsOf(service.api)).some((agent) => agent.id === id && agent.state === wanted);
  return until(is, `${id} ${wanted}`);
}

async function countOn(service: TestService, id: string): Promise<number> {
  return (await agentOf(service.api, id)).taskCount;
}

describe('Draining an agent over HTTP, on the real core', () => {
  const stage = useStage();

  it('moves instances without a gap; activated it takes part again', async () => {
    const service = await stage.start(agents(4));
    const { api } = service;
    await api.ask('POST', '/v2/apps', sleeper('/web', 8, { cpus: 1 }));
    await service.settled('/web', 8);
    const [first] = await agentsOf(api);
    const id = first?.id ?? '';
    expect(first).to.include({ id: ONE, state: 'active', taskCount: 2 });
    expect(first?.resources.used.amounts['cpus']).to.equal(2);
    expect(first?.resources.free.text).to.match(/^cpus:2;/);

    let fewest = 8;
    let looks = 0;
    const watching = until(async () => {
      fewest = Math.min(fewest, (await api.app('/web')).tasksRunning);
      looks += 1;
      return (await agentOf(api, id)).state === 'drained';
    }, 'a drained agent');
    await drain(service, id, { deadlineSeconds: 600, reason: 'new memory' });
    await watching;
    expect([fewest, looks > 0]).to.deep.equal([8, true]);
    const { tasks } = await service.settled('/web', 8);
    expect(tasks.filter(({ slaveId }) => slaveId === id)).to.deep.equal([]);
    await drain(service, id);
    expect((await agentOf(api, id)).state).to.equal('drained');

    const active = await api.ask('POST', `/v2/agents/${id}/activate`);
    expect(active.body).to.include({ id, state: 'active' });
    await api.ask('PUT', '/v2/apps/web', { instances: 14 });
    await service.settled('/web', 14);
    expect(await countOn(service, id)).to.be.greaterThan(0);
  });

  it('waits for room, says what for, and survives a kill', async () => {
    const service = await stage.start(agents(1));
    const { api } = service;
    await api.ask('POST', '/v2/apps', sleeper('/web', 2, { cpus: 1 }));
    await service.settled('/web', 2);
    await drain(service, ONE, { deadlineSeconds: 600 });
    const why = await until(async () => {
      const said = await api.why('/web');
      return said.waiting === 2 && said;
    }, 'two replacements that wait');
    expect(why.reasons.join()).to.match(/simulated-00001 .*is draining: 2 instances are to move/);
    expect(why.agents[0]?.refusals.join()).to.match(/draining/);
    expect((await api.app('/web')).tasksRunning).to.equal(2);

    await service.kill();
    await service.start();
    await state(service, ONE, 'draining');
    expect((await api.app('/web')).tasksRunning).to.equal(2);
    const { drain: order } = await agentOf(api, ONE);
    expect(Date.parse(order?.deadline ?? '')).to.be.greaterThan(Date.now());
  });

  it('ends at its deadline with everything that is left there, for good', async () => {
    const service = await stage.start(agents(1));
    const { api } = service;
    await api.ask('POST', '/v2/apps', sleeper('/web', 2, { cpus: 1 }));
    await service.settled('/web', 2);
    await drain(service, ONE);
    const { drain: order } = await agentOf(api, ONE);
    expect(Date.parse(order?.deadline ?? '')).to.be.greaterThan(Date.now());
    await drain(service, ONE, { deadlineSeconds: 1 });
    await state(service, ONE, 'drained');
    expect((await api.app('/web')).tasksRunning).to.equal(0);
    await service.kill();
    await service.start();
    await state(service, ONE, 'drained');
    await api.ask('POST', `/v2/agents/${ONE}/activate`);
    await service.settled('/web', 2);
  });

  it('keeps new tasks away from a deactivated agent and lets what runs there run', async () => {
    const service = await stage.start(agents(2));
    const { api } = service;
    await api.ask('POST', '/v2/apps', sleeper('/web', 2, { cpus: 1 }));
    await service.settled('/web', 2);
    const down = await api.ask('POST', `/v2/agents/${TWO}/deactivate`);
    expect(down.body).to.include({ state: 'deactivated', taskCount: 1 });
    await api.ask('PUT', '/v2/apps/web', { instances: 4 });
    await service.settled('/web', 4);
    expect(await countOn(service, TWO)).to.equal(1);
    await service.kill();
    await service.start();
    await state(service, TWO, 'deactivated');
    await api.ask('POST', `/v2/agents/${TWO}/activate`);
    await state(service, TWO, 'active');
  });

  it('moves instances off an agent for its maintenance, and back after it was called off', async () => {
    const service = await stage.start(agents(2));
    const { api } = service;
    await api.ask('POST', '/v2/apps', sleeper('/web', 2, { cpus: 1 }));
    await service.settled('/web', 2);
    const planned = await api.ask('PUT', `/v2/agents/${ONE}/maintenance`, { durationSeconds: 600 });
    expect(planned.body).to.have.nested.property('unavailability.durationSeconds', 600);
    await until(async () => (await countOn(service, ONE)) === 0, 'an empty agent');
    await service.settled('/web', 2);
    const { body: schedule } = await api.ask('GET', '/v2/maintenance/schedule');
    const nanoseconds = 600_000_000_000;
    expect(schedule).to.have.deep.nested.property('windows[0].unavailability.duration', {
      nanoseconds,
    });
    const { body: status } = await api.ask('GET', '/v2/maintenance/status');
    expect(status).to.have.property('down_machines').with.length(1);
    await service.kill();
    await service.start();
    await state(service, ONE, 'active');
    await api.ask('PUT', '/v2/apps/web', { instances: 4 });
    await service.settled('/web', 4);
    expect(await countOn(service, ONE)).to.equal(0);
    const none = await api.ask('POST', '/v2/maintenance/schedule', { windows: [] });
    expect(none.body).to.deep.equal({ windows: [] });
    await api.ask('PUT', '/v2/apps/web', { instances: 6 });
    await service.settled('/web', 6);
    expect(await countOn(service, ONE)).to.equal(2);
  });

  it('gives an agent up for good', async () => {
    const service = await stage.start(agents(2));
    const { api } = service;
    await state(service, TWO, 'active');
    await drain(service, TWO, { deadlineSeconds: 0, markGone: true });
    const gone = await api.send('GET', `/v2/agents/${TWO}`);
    expect(gone.status).to.equal(404);
    await service.kill();
    await service.start();
    await state(service, ONE, 'active');
    expect((await agentsOf(api)).map(({ id }) => id)).to.deep.equal([ONE]);
  });

  it('ends real processes at the deadline, and starts them again when called off', async () => {
    const service = await stage.start();
    const { api } = service;
    await api.ask('POST', '/v2/apps', sleeper('/web', 2));
    await service.settled('/web', 2);
    const [here] = await agentsOf(api);
    const id = here?.id ?? '';
    await drain(service, id, { deadlineSeconds: 0 });
    await state(service, id, 'drained');
    expect(service.home.tasks()).to.deep.equal([]);
    expect((await api.why('/web')).agents[0]?.refusals.join()).to.match(/drained/);
    await api.ask('POST', `/v2/agents/${id}/activate`);
    await service.settled('/web', 2);
    expect(service.home.tasks()).to.have.length(2);
  });

  it('shows no offers of its own, as they are answered at once', async () => {
    const service = await stage.start(agents(2));
    await service.api.ask('POST', '/v2/apps', sleeper('/web', 2));
    await service.settled('/web', 2);
    const { body } = await service.api.ask('GET', '/v2/offers');
    expect(body).to.have.deep.property('offers', []);
    expect(body).to.have.nested.property('allocator.queuedAgents', 0);
  });
});

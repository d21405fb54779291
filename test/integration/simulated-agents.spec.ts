import { expect } from 'chai';
import { sleeper, until, useStage, type TestService } from '../support/index.js';

const INSTANCES = 200;

function agentsOf(tasks: readonly { readonly slaveId: string }[]): number {
  return new Set(tasks.map(({ slaveId }) => slaveId)).size;
}

async function taskIds(service: TestService): Promise<readonly string[]> {
  return (await service.api.tasks('/many')).map(({ id }) => id).sort();
}

describe('Five hundred simulated agents', () => {
  const stage = useStage();

  it('run an app of two hundred instances, spread, over a restart, and down to none', async () => {
    const service = await stage.start({ env: { EKIDEN_SIMULATED_AGENTS: '500' } });
    const wish = sleeper('/many', INSTANCES, { constraints: [['hostname', 'UNIQUE']] });
    await service.api.ask('POST', '/v2/apps', wish);
    const { tasks } = await service.settled('/many', INSTANCES);
    expect(agentsOf(tasks)).to.equal(INSTANCES);
    // They only pretend: not one process.
    expect(service.home.tasks()).to.deep.equal([]);
    const before = await taskIds(service);

    await service.kill();
    await service.start();
    await service.settled('/many', INSTANCES);
    expect(await taskIds(service)).to.deep.equal(before);

    await service.api.ask('PUT', '/v2/apps/many', { instances: 0 });
    await service.settled('/many', 0);
    await until(async () => (await service.api.deployments()).length === 0, 'no deployment');
  });

  it('share the instances of an app that asks for no spreading', async () => {
    const service = await stage.start({ env: { EKIDEN_SIMULATED_AGENTS: '500' } });
    await service.api.ask('POST', '/v2/apps', sleeper('/many', INSTANCES));
    const { tasks } = await service.settled('/many', INSTANCES);
    expect(agentsOf(tasks)).to.be.greaterThan(1);
  });
});

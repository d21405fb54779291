import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import type { TaskRow } from '@ekiden/offers';
import { Leadership, TurnStore, openDatabase, tableWrite } from '@ekiden/store';
import { testDatabases } from '../../../../../libs/store/testing/index.js';
import type { Deployment } from '../../core/deployment/index.js';
import { sampleInstance } from '../../core/instance/sample-instance.js';
import { SystemClock } from '../machine/index.js';
import { DEPLOYMENTS, INSTANCES, TASKS, deploymentOf, instanceOf, taskOf } from './tables.js';

const TASK = {
  id: 'web.instance-a._app.1',
  frameworkId: 'framework-0000',
  role: '*',
  agentId: 'agent-1',
  name: '/web',
  resources: [{ type: 'SCALAR', name: 'cpus', role: '*', milli: 100 }],
  state: 'TASK_RUNNING',
  info: null,
  epoch: 1,
  launchedAt: millis(1),
  statusAt: millis(2),
} as unknown as TaskRow;

async function openStore() {
  const place = await testDatabases.create();
  const database = await openDatabase({ at: { url: place.url }, entities: [], migrations: [] });
  const clock = new SystemClock();
  const leadership = new Leadership({ database, holder: 'spec', address: '', clock });
  const term = await leadership.campaign(new AbortController().signal);
  const store = new TurnStore({ database });
  const close = async (): Promise<void> => {
    await term.resign();
    await store.close();
    await database.close();
    await place.drop();
  };
  return { database, term, store, close };
}

describe('rows whose data is only what no column holds', () => {
  it('come back as they were stored', async () => {
    const { database, term, store, close } = await openStore();
    const killed = { since: millis(5), reason: 'scaling' } as const;
    const instances = [
      sampleInstance('a'),
      sampleInstance('b', { condition: 'Scheduled' }),
      sampleInstance('c', { goal: 'Decommissioned', kill: killed }, { healthy: false }),
    ];
    const writes = [
      tableWrite(INSTANCES, { upserts: instances }),
      tableWrite(TASKS, { upserts: [TASK] }),
    ];
    expect((await store.commit({ term, turn: 1, writes, events: [] })).ok).to.equal(true);
    expect(await store.loadAll(INSTANCES, instanceOf)).to.deep.equal(instances);
    expect(await store.loadAll(TASKS, taskOf)).to.deep.equal([TASK]);
    const columns = await database.query<object>(
      'SELECT id, app_id, goal, condition, agent_id FROM instances ORDER BY id DESC LIMIT 1',
    );
    expect(columns).to.deep.equal([
      {
        id: 'web.instance-c',
        app_id: '/web',
        goal: 'Decommissioned',
        condition: 'Running',
        agent_id: 'agent-1',
      },
    ]);
    await close();
  });
});

describe('the plan of a deployment', () => {
  it('is written with its row, stays when that changes, and is replaced when it is told so', async () => {
    const { term, store, close } = await openStore();
    const before = { id: 'd', status: 'running', step: 0, plan: { id: 'd', steps: [1] } };
    const deployment = before as unknown as Deployment;
    const writes = [
      { deployment, withPlan: true },
      { deployment: { ...deployment, step: 1 }, withPlan: false },
      {
        deployment: { ...deployment, step: 2, plan: { ...deployment.plan, id: 'e' } },
        withPlan: true,
      },
    ];
    for (const [at, write] of writes.entries()) {
      const content = [tableWrite(DEPLOYMENTS, { upserts: [write] })];
      const stored = await store.commit({ term, turn: at + 1, writes: content, events: [] });
      expect(stored.ok).to.equal(true);
      expect(await store.loadAll(DEPLOYMENTS, deploymentOf)).to.deep.equal([write.deployment]);
    }
    await close();
  });
});

import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import type { TaskRow } from '@ekiden/offers';
import { Leadership, TurnStore, openDatabase, tableWrite } from '@ekiden/store';
import { testDatabases } from '../../../../../libs/store/testing/index.js';
import { sampleInstance } from '../../core/instance/sample-instance.js';
import { SystemClock } from '../machine/index.js';
import { INSTANCES, TASKS, instanceOf, taskOf } from './tables.js';

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

describe('rows whose data is only what no column holds', () => {
  it('come back as they were stored', async () => {
    const place = await testDatabases.create();
    const database = await openDatabase({ at: { url: place.url }, entities: [], migrations: [] });
    const clock = new SystemClock();
    const leadership = new Leadership({ database, holder: 'spec', address: '', clock });
    const term = await leadership.campaign(new AbortController().signal);
    const store = new TurnStore({ database });
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
    await term.resign();
    await store.close();
    await database.close();
    await place.drop();
  });
});

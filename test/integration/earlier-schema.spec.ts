import { expect } from 'chai';
import { Client } from 'pg';
import { testDatabases } from '../../libs/store/testing/index.js';
import { lives, sleeper, until, useStage, type TestService } from '../support/index.js';

/** What the newest migration changed, taken back: so a release without it has left its database. */
const EARLIER = [
  'ALTER TABLE turn DROP COLUMN committed_at',
  `DELETE FROM migrations WHERE name LIKE 'DateTurns%'`,
];

const RESIDENT = sleeper('/db/notes', 1, {
  role: 'db',
  disk: 0,
  cmd: 'echo x >> notes/starts; cat notes/starts; exec sleep 1000',
  container: {
    type: 'MESOS',
    volumes: [{ containerPath: 'notes', mode: 'RW', persistent: { size: 16 } }],
  },
});

const POD = {
  id: '/pair',
  containers: ['one', 'two'].map((name) => ({
    ...{ name, exec: { command: { shell: 'exec sleep 1000' } } },
    resources: { cpus: 0.05, mem: 16 },
  })),
  scaling: { kind: 'fixed', instances: 1 },
};

async function podInstances({ api }: TestService): Promise<readonly string[]> {
  const { body } = await api.ask('GET', '/v2/pods/pair::status');
  return (body as { instances: { id: string }[] }).instances.map(({ id }) => id);
}

describe('A database that an earlier release has left', () => {
  const stage = useStage();

  it('LDR-22: is taken over: apps, data and pods run on as they are, and can be restarted', async () => {
    const { url } = await testDatabases.create();
    const service = await stage.start({ env: { DATABASE_URL: url, EKIDEN_DOCKER_HOSTS: 'none' } });
    const { api } = service;
    await api.ask('POST', '/v2/apps', sleeper('/web', 2));
    await api.ask('POST', '/v2/apps', RESIDENT);
    await api.ask('POST', '/v2/pods', POD);
    const ids = (found: readonly { readonly id: string }[]): readonly string[] =>
      found.map(({ id }) => id).sort();
    const all = async (): Promise<readonly unknown[]> => {
      const { body } = await api.ask('GET', '/v2/volumes');
      return [
        ids((await service.settled('/web', 2)).tasks),
        ids((await service.settled('/db/notes', 1)).tasks),
        await podInstances(service),
        ids((body as { volumes: { id: string }[] }).volumes),
      ];
    };
    await until(() => service.home.tasks().length === 5, 'all processes');
    await until(async () => (await api.deployments()).length === 0, 'the end of deployments');
    const before = await all();
    const processes = service.home.tasks();
    await service.stop();

    const database = new Client(url);
    await database.connect();
    for (const statement of EARLIER) await database.query(statement);
    await database.end();

    await service.start();
    expect(await all()).to.deep.equal(before);
    expect(processes.filter(lives)).to.have.length(5);
    const [resident] = await api.tasks('/db/notes');
    await api.ask('POST', '/v2/apps/db/notes/restart');
    const [again] = await until(async () => {
      const { tasks } = await service.settled('/db/notes', 1);
      return tasks[0]?.id !== resident?.id && tasks;
    }, 'another task');
    await until(async () => {
      const { text } = await api.ask('GET', `/v2/tasks/${again?.id ?? ''}/logs`);
      return text === 'x\nx\n';
    }, 'its data');
  });
});

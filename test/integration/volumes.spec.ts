import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  agentsOf,
  eventsOf,
  lives,
  until,
  useService,
  type AppBody,
  type TestService,
} from '../support/index.js';

/** Notes each of its starts in its data, makes sure that it is on disk, and stays. */
const NOTES_STARTS = 'echo "$MESOS_TASK_ID" >> data/starts && sync data/starts && exec sleep 1000';

function keeper(instances: number, more: object = {}): AppBody {
  const volumes = [{ containerPath: 'data', mode: 'RW', persistent: { size: 16 } }];
  return {
    id: '/db/notes',
    role: 'db',
    cmd: NOTES_STARTS,
    instances,
    cpus: 0.05,
    mem: 16,
    disk: 0,
    portDefinitions: [],
    backoffFactor: 1,
    container: { type: 'MESOS', volumes },
    ...more,
  };
}

interface ShownVolume {
  readonly id: string;
  readonly state: string;
  readonly instanceId?: string;
  readonly appId: string;
  readonly used?: number;
  readonly overSince?: string;
}

describe('Data that outlives what runs, on real processes', () => {
  const theService = useService({
    env: {
      EKIDEN_DOCKER_HOSTS: 'none',
      EKIDEN_VOLUME_CHECK_SECONDS: '1',
      EKIDEN_VOLUME_LIMIT: 'kill',
    },
  });

  afterEach('remove the app with its data', async () => {
    const service = theService();
    const { api } = service;
    // Back, if it was not: what its app has left behind goes with it.
    if ((await api.apps()).length === 0) await api.ask('POST', '/v2/apps', keeper(0));
    await api.ask('DELETE', '/v2/apps/db/notes?wipe=true&force=true');
    await until(async () => (await api.deployments()).length === 0, 'no deployments');
    await until(async () => (await volumes(service)).length === 0, 'nothing left');
  });

  const folder = ({ home }: TestService): string => join(home.dir, 'volumes');

  function starts(service: TestService): readonly string[] {
    const [name] = existsSync(folder(service)) ? readdirSync(folder(service)) : [];
    const file = join(folder(service), name ?? '', 'starts');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  async function volumes(service: TestService): Promise<readonly ShownVolume[]> {
    const { body } = await service.api.ask('GET', '/v2/volumes');
    return (body as { volumes: ShownVolume[] }).volumes;
  }

  it('VOL-01, VOL-03, VOL-07: keeps data over an end, an upgrade, and the death of the service', async () => {
    const service = theService();
    await service.api.ask('POST', '/v2/apps', keeper(1));
    const first = await service.settled('/db/notes', 1);
    await until(() => starts(service).length === 1, 'data on disk');
    const [volume] = await volumes(service);
    expect(volume).to.include({ appId: '/db/notes', state: 'inUse' });
    expect(first.tasks[0]?.localVolumes).to.have.length(1);

    const [process_] = service.home.tasks();
    process.kill(process_?.pid ?? 0, 'SIGKILL');
    await until(() => starts(service).length === 2, 'a second start on the same data');
    await service.settled('/db/notes', 1);

    await service.api.ask('PUT', '/v2/apps/db/notes', { env: { EDITION: '2' } });
    await until(() => starts(service).length === 3, 'a start of the new version');
    await service.settled('/db/notes', 1);

    const tasks = service.home.tasks();
    await service.kill();
    expect(tasks.filter(lives)).to.have.length(1);
    await service.start();
    const after = await service.settled('/db/notes', 1);
    const instance = (id = ''): string => id.replace(/\._app\.\d+$/, '');
    expect(starts(service).map(instance)).to.deep.equal(
      Array<string>(3).fill(instance(first.tasks[0]?.id)),
    );
    expect(after.tasks[0]?.id).to.equal(starts(service).at(-1));
    expect((await volumes(service)).map(({ id }) => id)).to.deep.equal([volume?.id]);
  });

  it('VOL-02, VOL-12: comes back to its data after a scale to nothing; with its app it goes only when told', async () => {
    const service = theService();
    await service.api.ask('POST', '/v2/apps', keeper(1));
    await service.settled('/db/notes', 1);
    await service.api.ask('PUT', '/v2/apps/db/notes', { instances: 0 });
    await until(async () => (await volumes(service))[0]?.state === 'suspended', 'rest');
    const again = { instances: 1, cmd: `test -f data/starts && ${NOTES_STARTS}` };
    await service.api.ask('PUT', '/v2/apps/db/notes', again);
    await service.settled('/db/notes', 1);
    await until(() => starts(service).length === 2, 'a second start on the same data');

    await service.api.ask('DELETE', '/v2/apps/db/notes');
    await until(async () => (await volumes(service))[0]?.state === 'detached', 'a volume alone');
    expect(starts(service)).to.have.length(2);
    await service.api.ask('POST', '/v2/apps', keeper(1));
    await until(() => starts(service).length === 3, 'a new life of the app on the old data');
    await service.settled('/db/notes', 1);

    await service.api.ask('DELETE', '/v2/apps/db/notes?wipe=true');
    await until(async () => (await volumes(service)).length === 0, 'nothing left');
    expect(readdirSync(folder(service))).to.deep.equal([]);
  });

  it('VOL-04, VOL-11: rests with all that is reserved for it, and goes with a wipe of its instance', async () => {
    const service = theService();
    const { api } = service;
    /** By what is used and what is reserved for the role, in MiB of disk and of memory. */
    const amounts = async (): Promise<readonly (number | string | undefined)[]> => {
      const [agent] = await agentsOf(api);
      const reserved = agent?.reservations['db']?.amounts;
      return [agent?.resources.used.amounts['mem'] ?? 0, reserved?.['mem'], reserved?.['disk']];
    };
    await api.ask('POST', '/v2/apps', keeper(5));
    await service.settled('/db/notes', 5);
    await until(() => readdirSync(folder(service)).length === 5, 'five folders');
    expect(await amounts()).to.deep.equal([80, 80, 80]);

    await api.ask('PUT', '/v2/apps/db/notes', { instances: 0 });
    await until(async () => (await api.deployments()).length === 0, 'the end of the deployment');
    const resting = await volumes(service);
    expect(resting.map(({ state }) => state)).to.deep.equal(Array<string>(5).fill('suspended'));
    expect(service.home.tasks().filter(lives)).to.deep.equal([]);
    expect(await amounts()).to.deep.equal([0, 80, 80]);

    const [wiped] = resting;
    const { body } = await api.ask('GET', `/v2/volumes/${encodeURIComponent(wiped?.id ?? '')}`);
    const { taskId } = body as { readonly taskId: string };
    await api.ask('DELETE', `/v2/apps/db/notes/tasks/${taskId}?wipe=true`);
    await until(async () => (await volumes(service)).length === 4, 'one volume less');
    expect((await volumes(service)).map(({ id }) => id)).not.to.include(wiped?.id);
    expect(readdirSync(folder(service))).to.have.length(4);
    await until(async () => (await amounts()).join() === '0,64,64', 'room that is given back');
  });

  it('is deleted in two steps, also when the service dies in between', async () => {
    const service = theService();
    await service.api.ask('POST', '/v2/apps', keeper(2));
    await service.settled('/db/notes', 2);
    const [volume] = await volumes(service);
    const path = `/v2/volumes/${encodeURIComponent(volume?.id ?? '')}`;
    const status = async (method: string): Promise<number> =>
      (await fetch(service.url + path, { method })).status;
    expect(await status('DELETE')).to.equal(409);
    await service.api.ask('DELETE', '/v2/apps/db/notes');
    await until(async () => (await volumes(service)).every((v) => v.state === 'detached'), 'rest');
    expect(await service.api.ask('DELETE', path)).to.have.nested.property('body.confirmBy');
    await service.kill();
    await service.start();
    expect((await service.api.ask('GET', path)).body).to.include({ state: 'deletionAsked' });
    const confirmed = await service.api.ask('DELETE', path);
    expect(confirmed.status).to.equal(202);
    expect(confirmed.body).not.to.have.property('confirmBy');
    await until(async () => (await volumes(service)).length === 1, 'the other one');
    expect(readdirSync(folder(service))).to.have.length(1);
    expect(await status('GET')).to.equal(404);
  });

  it('is measured; what outgrows its volume is told, and killed for it where that is wanted', async () => {
    const service = theService();
    const { api } = service;
    const events = eventsOf(service, 'volume_use_changed_event');
    await api.ask('POST', '/v2/apps', keeper(1, { backoffSeconds: 0 }));
    const { tasks } = await service.settled('/db/notes', 1);
    await until(async () => (await volumes(service))[0]?.used !== undefined, 'a measure');
    const [name = ''] = readdirSync(folder(service));
    const big = join(folder(service), name, 'big');
    writeFileSync(big, Buffer.alloc(20 * 2 ** 20, 1));
    const failure = await until(
      async () => (await api.app('/db/notes')).lastTaskFailure,
      'a kill that is told',
    );
    expect(failure.taskId).to.equal(tasks[0]?.id);
    expect(failure.message).to.match(
      /^Killed because its data has outgrown its volume \(data holds 20(\.\d)? MiB of 16 MiB\)/,
    );
    expect((await volumes(service))[0]).to.have.property('overSince');
    rmSync(big);
    await until(() => events.seen.length === 2, 'two events');
    expect(events.seen.map(({ state, appId }) => [state, appId])).to.deep.equal([
      ['over', '/db/notes'],
      ['within', '/db/notes'],
    ]);
    await service.settled('/db/notes', 1);
    expect((await volumes(service))[0]).not.to.have.property('overSince');
    expect(starts(service).length).to.be.at.least(2);
  });

  it('is not made anew where it was lost', async () => {
    const service = theService();
    await service.api.ask('POST', '/v2/apps', keeper(1));
    await service.settled('/db/notes', 1);
    await service.api.ask('PUT', '/v2/apps/db/notes', { instances: 0 });
    await until(async () => (await volumes(service))[0]?.state === 'suspended', 'rest');
    const [name = ''] = readdirSync(folder(service));
    renameSync(join(folder(service), name), join(service.home.dir, 'taken-away'));
    await service.api.ask('PUT', '/v2/apps/db/notes?force=true', { instances: 1 });
    const failure = await until(async () => {
      const app = await service.api.app('/db/notes');
      return app.lastTaskFailure?.message.includes('is gone') === true && app.lastTaskFailure;
    }, 'a launch that says what is missing');
    expect(failure.message).to.match(/was in use on this host and its folder .* is gone/);
    renameSync(join(service.home.dir, 'taken-away'), join(folder(service), name));
    await service.settled('/db/notes', 1);
  });
});

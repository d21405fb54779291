import { expect } from 'chai';
import { until, type TestService } from '../support/index.js';
import { SLEEP, containerApp, journalOf } from './container-apps.js';
import { useDocker } from './engines.js';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly used?: number;
}

describe('Data of containers', () => {
  const { engine, service: theService } = useDocker({}, { EKIDEN_VOLUME_CHECK_SECONDS: '1' });

  async function volumes(service: TestService): Promise<readonly Shown[]> {
    const { body } = await service.api.ask('GET', '/v2/volumes');
    return (body as { readonly volumes: readonly Shown[] }).volumes;
  }

  it('VOL-03, VOL-06: outlives its engine, a restart and the death of the service', async () => {
    const service = theService();
    const journal = journalOf(service, 'resident');
    const [outside] = (journal.wish.container as { volumes: object[] }).volumes;
    const kept = { containerPath: 'data', mode: 'RW', persistent: { size: 16 } };
    const app = containerApp('/db/engine', 1, {
      role: 'db',
      disk: 0,
      backoffFactor: 1,
      cmd: `cd "$MESOS_SANDBOX/data"; echo x >> starts; sync; wc -l < starts >> /journal/starts; ${SLEEP}`,
      container: { volumes: [outside, kept] },
    });
    await service.api.ask('POST', '/v2/apps', app);
    await service.settled('/db/engine', 1);
    const [volume] = await volumes(service);
    await engine().kill();
    await engine().start();
    await until(() => journal.starts().join() === '1,2', 'a second start on the same data');
    await service.settled('/db/engine', 1);
    await service.api.ask('POST', '/v2/apps/db/engine/restart');
    await until(() => journal.starts().join() === '1,2,3', 'a third start on the same data');
    const { tasks } = await service.settled('/db/engine', 1);
    await service.kill();
    await service.start();
    expect((await service.settled('/db/engine', 1)).tasks[0]?.id).to.equal(tasks[0]?.id);
    expect(journal.starts().join()).to.equal('1,2,3');
    expect((await volumes(service)).map(({ id }) => id)).to.deep.equal([volume?.id]);
    await service.api.ask('DELETE', '/v2/apps/db/engine?wipe=true');
    await until(async () => (await volumes(service)).length === 0, 'nothing left');
  });

  it('VOL-01, VOL-02, VOL-03, VOL-12: outlives them, and goes when it is told to', async () => {
    const service = theService();
    const journal = journalOf(service, 'journal');
    const [outside] = (journal.wish.container as { volumes: object[] }).volumes;
    const kept = { containerPath: 'data', mode: 'RW', persistent: { size: 16 } };
    const app = containerApp('/db/kept', 1, {
      role: 'db',
      disk: 0,
      backoffFactor: 1,
      // Tells outside how many starts the data has seen.
      cmd: `cd "$MESOS_SANDBOX/data"; echo x >> starts; dd if=/dev/zero of=big bs=1M count=3; wc -l < starts >> /journal/starts; ${SLEEP}`,
      container: { volumes: [outside, kept] },
    });
    await service.api.ask('POST', '/v2/apps', app);
    await service.settled('/db/kept', 1);
    await until(() => journal.starts().join() === '1', 'a first start');
    // Its engine measures it.
    await until(async () => ((await volumes(service))[0]?.used ?? 0) >= 3, 'three MiB');
    const [container] = await engine().docker.listContainers();
    await engine()
      .docker.getContainer(container?.Id ?? '')
      .kill();
    await until(() => journal.starts().join() === '1,2', 'a second start on the same data');
    await service.settled('/db/kept', 1);
    await service.api.ask('PUT', '/v2/apps/db/kept', { instances: 0 });
    await until(async () => (await volumes(service))[0]?.state === 'suspended', 'rest');
    await service.api.ask('PUT', '/v2/apps/db/kept', { instances: 1, env: { EDITION: '2' } });
    await until(() => journal.starts().join() === '1,2,3', 'a third start on the same data');
    await service.settled('/db/kept', 1);
    await service.api.ask('DELETE', '/v2/apps/db/kept?wipe=true');
    await until(async () => (await volumes(service)).length === 0, 'nothing left');
    const { Volumes: left } = await engine().docker.listVolumes();
    expect(left.filter(({ Name: name }) => name.startsWith('ekiden-'))).to.deep.equal([]);
  });
});

import { rmSync } from 'node:fs';
import { expect } from 'chai';
import { fillDisk, until, type TestService } from '../support/index.js';
import { containerApp } from './container-apps.js';
import { containersOf } from './containers.js';
import { useDocker } from './engines.js';

const SIZE_MIB = 64;
const FULL = /the disk of the Docker engine is full \(.*no space left on device\)/;

describe('A full disk of an engine', () => {
  const { engine, service: theService } = useDocker({ diskMiB: SIZE_MIB });

  async function failureOf({ api }: TestService, id: string) {
    return until(async () => {
      const { lastTaskFailure } = await api.app(id);
      return lastTaskFailure?.message.match(FULL) ? lastTaskFailure : undefined;
    }, 'a failure that tells of the disk');
  }

  it('is named by why, waited out, and forgotten when there is room', async () => {
    const service = theService();
    const { api } = service;
    const filler = fillDisk(engine().dataRoot, SIZE_MIB);
    await api.ask('POST', '/v2/apps', containerApp('/web', 2, { backoffFactor: 1 }));
    expect((await failureOf(service, '/web')).state).to.equal('TASK_FAILED');
    await until(async () => {
      const { reasons } = await api.why('/web');
      return reasons.some((reason) => /after a failure /.test(reason) && FULL.test(reason));
    }, 'a reason');
    rmSync(filler);
    await service.settled('/web', 2);
  });

  it('while containers run: their end is noticed, what is to go goes, and all comes back', async () => {
    const service = theService();
    const { api } = service;
    const { docker } = engine();
    await api.ask('POST', '/v2/apps', containerApp('/web', 2, { backoffFactor: 1 }));
    await service.settled('/web', 2);
    const filler = fillDisk(engine().dataRoot, SIZE_MIB);
    const [victim, survivor] = await containersOf(docker, service);
    const running = async (): Promise<readonly string[]> => {
      const tasks = await api.tasks('/web');
      return tasks.flatMap(({ id, state }) => (state === 'TASK_RUNNING' ? [id] : []));
    };
    await api.ask('PUT', '/v2/apps/web', { instances: 4 });
    await failureOf(service, '/web');
    expect(await running()).to.have.members([victim?.taskId, survivor?.taskId]);
    await docker.getContainer(victim?.id ?? '').kill();
    await until(async () => !(await running()).includes(victim?.taskId ?? ''), 'an end');
    expect(await running()).to.include(survivor?.taskId);
    // What is to go goes all the same.
    await api.ask('PUT', '/v2/apps/web?force=true', { instances: 0 });
    await service.settled('/web', 0);
    await until(async () => (await containersOf(docker, service)).length === 0, 'an empty engine');
    await api.ask('PUT', '/v2/apps/web', { instances: 2 });
    rmSync(filler);
    await service.settled('/web', 2);
  });
});

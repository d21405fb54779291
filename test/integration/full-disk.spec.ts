import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillDisk, greeter, sleeper, until, useStage, type TestService } from '../support/index.js';

const SIZE_MIB = 2;

function run(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function mount(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  return run('mount', '-t', 'tmpfs', '-o', `size=${SIZE_MIB}m,mode=755`, 'tmpfs', folder);
}

function isPermitted(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'ekiden-mount-'));
  const may = mount(folder) && run('umount', folder);
  rmdirSync(folder);
  return may;
}

/** Only who may mount has a small disk to fill. */
if (isPermitted()) {
  describe('A full disk', () => {
    let mounted: string[] = [];

    // Before the folders are removed, and with tasks on them.
    afterEach('give the small disks back', () => {
      for (const folder of mounted) run('umount', '-l', folder);
      mounted = [];
    });

    const stage = useStage();

    /** Small disks in the data directory of a service that then starts. */
    async function startOn(...parts: readonly string[]): Promise<TestService> {
      const service = stage.service({ env: { EKIDEN_DOCKER_HOSTS: 'none' } });
      for (const part of parts) {
        const folder = join(service.home.dir, part);
        expect(mount(folder)).to.equal(true);
        mounted.push(folder);
      }
      return service.start();
    }

    for (const part of ['sandboxes', 'tasks']) {
      it(`of ${part} is named by why, waited out, and forgotten when there is room`, async () => {
        const service = await startOn(part);
        const { api } = service;
        const filler = fillDisk(mounted[0] ?? '', SIZE_MIB);
        await api.ask('POST', '/v2/apps', greeter('/web', 2, { backoffFactor: 1 }));
        const failure = await until(
          async () => (await api.app('/web')).lastTaskFailure,
          'a failure that is told',
        );
        expect(failure.message).to.match(
          /^Cannot (fetch|prepare) .*: the disk is full \(ENOSPC\)$/,
        );
        await until(async () => {
          const { reasons } = await api.why('/web');
          return reasons.some((reason) => /after a failure .*the disk is full/.test(reason));
        }, 'a reason');
        rmSync(filler);
        await service.settled('/web', 2);
      });
    }

    it('while tasks run: their end is noticed, what is to go goes, and all comes back', async () => {
      const service = await startOn('sandboxes', 'tasks');
      const { api } = service;
      await api.ask('POST', '/v2/apps', sleeper('/web', 2, { backoffFactor: 1 }));
      await service.settled('/web', 2);
      const fillers = mounted.map((folder) => fillDisk(folder, SIZE_MIB));
      const [victim] = service.home.tasks();
      process.kill(victim?.pid ?? 0, 'SIGKILL');
      const failure = await until(
        async () => (await api.app('/web')).lastTaskFailure,
        'a failure that is told',
      );
      expect(failure.message).to.match(/could not record it, as the disk is full$/);
      expect(failure.taskId).to.equal(victim?.taskId);
      // What is to go goes all the same.
      await api.ask('PUT', '/v2/apps/web?force=true', { instances: 0 });
      await service.settled('/web', 0);
      expect(service.home.tasks()).to.deep.equal([]);
      await api.ask('PUT', '/v2/apps/web', { instances: 2 });
      for (const filler of fillers) rmSync(filler);
      await service.settled('/web', 2);
    });
  });
}

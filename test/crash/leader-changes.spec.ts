import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeededChance } from '@ekiden/kernel';
import { testRun } from '@ekiden/testkit';
import { expect } from 'chai';
import {
  always,
  greeter,
  QUICK_CHECK,
  sleeper,
  until,
  useEmptyService,
  useStage,
  type AppBody,
  type TestService,
} from '../support/index.js';

const SEED = testRun.seed;
const ROUNDS = testRun.long ? 20 : 2;
const INSTANCES_MAX = testRun.long ? 100 : 40;

/** Longer than any test: what is not well yet is not given up. */
const PATIENT_CHECK = {
  ...{ protocol: 'HTTP', path: '/', portIndex: 0 },
  ...QUICK_CHECK,
  ...{ gracePeriodSeconds: 300, maxConsecutiveFailures: 0 },
};

/** Processes that leave a mark when they start, and answer when they are let. */
class Gated {
  private readonly folder: string;

  constructor({ home }: TestService) {
    this.folder = mkdtempSync(join(home.dir, 'gated-'));
  }

  /** `free`: so many processes are let from the beginning, the others when the gate is opened. */
  app(id: string, instances: number, free: number, more: object = {}): AppBody {
    const name = nameOf(id);
    const tickets = Array.from(
      { length: free },
      (_, at) => `mkdir ${name}.ticket${at} 2>/dev/null`,
    );
    const gate = `until [ -e ${name}.gate ]; do sleep 0.05; done`;
    const cmd = [
      `cd ${this.folder}`,
      `: > ${name}.started.$MESOS_TASK_ID`,
      [...tickets, gate].join(' || '),
      'cd $MESOS_SANDBOX && exec node server.mjs',
    ].join('; ');
    const checked = { portDefinitions: [{ port: 0 }], healthChecks: [PATIENT_CHECK] };
    return greeter(id, instances, { cmd, ...checked, ...more });
  }

  open(id: string): void {
    writeFileSync(join(this.folder, `${nameOf(id)}.gate`), '');
  }

  /** Tasks of the app that were ever started. */
  started(id: string): readonly string[] {
    const start = `${nameOf(id)}.started.`;
    const files = existsSync(this.folder) ? readdirSync(this.folder) : [];
    return files.filter((file) => file.startsWith(start)).map((file) => file.slice(start.length));
  }
}

function nameOf(id: string): string {
  return id.slice(1).replaceAll('/', '-');
}

async function killAndStart(service: TestService): Promise<void> {
  await service.kill();
  await service.start();
}

async function idsOf(service: TestService, id: string): Promise<readonly string[]> {
  return (await service.api.tasks(id)).map((task) => task.id).sort();
}

interface Step {
  readonly currentStep: number;
  readonly totalSteps: number;
}

describe('A leader that is killed in the middle of a deployment', () => {
  const running = useEmptyService();

  it('LDR-11: of several steps is followed by one that goes on with that step, and starts nothing anew', async () => {
    const service = running();
    const gated = new Gated(service);
    const ids = ['/shop/a', '/shop/b', '/shop/c', '/shop/d'];
    const apps = ids.map((id, at) => {
      const dependencies = at === 0 ? [] : [ids[at - 1]];
      return gated.app(id, 1, at < 2 ? 1 : 0, { dependencies });
    });
    await service.api.ask('POST', '/v2/groups', { id: '/shop', apps });
    const step = async (): Promise<number> => {
      const [one] = (await service.api.ask('GET', '/v2/deployments')).body as Step[];
      return one?.currentStep ?? 0;
    };
    // After the markers of the start and the apps a and b: c, which is not well.
    await until(async () => (await step()) === 4, 'the third app', 30_000);
    await until(() => gated.started('/shop/c').length === 1, 'its process');
    const before = await Promise.all(ids.slice(0, 3).map((id) => idsOf(service, id)));
    await killAndStart(service);
    expect(await step()).to.equal(4);
    expect(gated.started('/shop/d')).to.deep.equal([]);
    for (const id of ['/shop/c', '/shop/d']) gated.open(id);
    for (const id of ids) await service.allWell(id, 1, 20_000);
    const after = await Promise.all(ids.slice(0, 3).map((id) => idsOf(service, id)));
    expect(after).to.deep.equal(before);
    for (const id of ids) expect(gated.started(id), id).to.have.length(1);
  });

  it('LDR-12: that scales up is followed by one that waits for all to be healthy, too', async () => {
    const service = running();
    const gated = new Gated(service);
    await service.api.ask('POST', '/v2/apps', gated.app('/web', 0, 2));
    await service.settled('/web', 0);
    const { body } = await service.api.ask('PUT', '/v2/apps/web', { instances: 5 });
    const { deploymentId } = body as { readonly deploymentId: string };
    const twoOfFive = async (): Promise<boolean> => {
      const { tasksRunning, tasksHealthy } = await service.api.app('/web');
      return tasksRunning === 5 && tasksHealthy === 2;
    };
    await until(twoOfFive, 'five of which two are healthy', 20_000);
    const before = await idsOf(service, '/web');
    await killAndStart(service);
    await until(twoOfFive, 'the same again', 20_000);
    await always(async () => {
      const [one] = await service.api.deployments();
      return one?.id === deploymentId ? undefined : 'the deployment is over';
    }, 1_000);
    gated.open('/web');
    await service.allWell('/web', 5, 20_000);
    expect(await idsOf(service, '/web')).to.deep.equal(before);
  });

  it('LDR-14: that is taken back is followed by one that ends at what was before', async () => {
    const service = running();
    const gated = new Gated(service);
    const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0.5 };
    await service.api.ask('POST', '/v2/apps', gated.app('/web', 2, 2, { upgradeStrategy }));
    await service.allWell('/web', 2, 20_000);
    const before = await idsOf(service, '/web');
    // Never well, and not to be ended but after its grace: so the way back takes a while.
    const stubborn = {
      cmd: `trap '' TERM; while :; do sleep 0.1; done`,
      taskKillGracePeriodSeconds: 2,
    };
    const { body } = await service.api.ask('PUT', '/v2/apps/web', stubborn);
    const { deploymentId } = body as { readonly deploymentId: string };
    await until(async () => (await service.api.app('/web')).tasksRunning === 3, 'a new one');
    const { body: back } = await service.api.ask('DELETE', `/v2/deployments/${deploymentId}`);
    const { deploymentId: rollback } = back as { readonly deploymentId: string };
    expect((await service.api.deployments()).map(({ id }) => id)).to.deep.equal([rollback]);
    await killAndStart(service);
    const app = await service.allWell('/web', 2, 20_000);
    expect(app.tasks.map(({ id }) => id).sort()).to.deep.equal(before);
    const { body: shown } = await service.api.ask('GET', '/v2/apps/web');
    expect((shown as { app: { cmd: string } }).app.cmd).to.include('server.mjs');
    await until(() => service.home.tasks().length === 2, 'two processes');
  });
});

describe('Leadership that is given up while an app is scaled at random', () => {
  const stage = useStage();

  it(`LDR-16: in the end so many run as were last acknowledged (seed ${SEED})`, async () => {
    const chance = new SeededChance(SEED);
    const service = await stage.start();
    await service.api.ask('POST', '/v2/apps', sleeper('/web', 1, { cpus: 0.01, mem: 1 }));
    let acknowledged = 1;
    for (let round = 0; round < ROUNDS; round += 1) {
      const terms = service.logged('"event":"elected"').length;
      const gone = service.api.send('DELETE', '/v2/leader');
      for (let write = 0; write < 3; write += 1) {
        const instances = 1 + chance.int(INSTANCES_MAX);
        const path = '/v2/apps/web?force=true';
        const { status } = await service.api.send('PUT', path, { instances });
        // Between two terms it is refused, or waits for the next one.
        if (status === 200) acknowledged = instances;
        else expect(status).to.equal(503);
      }
      expect((await gone).status).to.equal(200);
      const isNext = (): boolean => service.logged('"event":"elected"').length > terms;
      await until(isNext, 'the next term', 15_000);
      await until(() => service.api.isLeading(), 'a leader', 15_000);
    }
    await service.settled('/web', acknowledged, 40_000);
    await until(() => {
      const processes = service.home.tasks().length;
      if (processes === acknowledged) return true;
      throw new Error(`${processes} processes`);
    }, `${acknowledged} processes`);
  });
});

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  eventsOf,
  greeter,
  greetingOn,
  QUICK_CHECK,
  until,
  useEmptyService,
  type AppBody,
  type TestService,
} from '../support/index.js';

const PATIENCE_MS = 60_000;
const OLD_ONES = 2;

interface ShownHook {
  readonly at: string;
  readonly state: string;
}

interface Details {
  readonly state: string;
  readonly hooks?: readonly ShownHook[];
  readonly waitingOn: readonly { readonly kind: string; readonly message: string }[];
}

/**
 * `/web` under blue/green, whose instances and hooks leave their traces in files. A hook says how
 * many of the first version's processes are alive, by the signal that does nothing.
 */
class Scene {
  readonly service: TestService;
  private readonly folder: string;
  private readonly hooks: Readonly<Record<string, string>>;

  private constructor(service: TestService, hooks: Readonly<Record<string, string>>) {
    this.service = service;
    this.folder = mkdtempSync(join(service.home.dir, 'traces-'));
    this.hooks = hooks;
  }

  /** `hooks`: what else the command of each does, in shell. The first version is up. */
  static async of(service: TestService, hooks: Readonly<Record<string, string>>): Promise<Scene> {
    const scene = new Scene(service, hooks);
    await service.api.ask('POST', '/v2/apps', scene.web('one'));
    await service.allWell('/web', OLD_ONES, 30_000);
    return scene;
  }

  web(version: string): AppBody {
    const { folder } = this;
    const alive = `n=0; for f in pid-one-*; do kill -0 $(cat $f) 2>/dev/null && n=$((n+1)); done`;
    const traced = (more: string): string =>
      `cd ${folder}; ${alive}; echo "$EKIDEN_HOOK $EKIDEN_DEPLOYMENT_ID $n" >> hooks; ${more}`;
    return greeter('/web', OLD_ONES, {
      cmd: `echo $$ > ${folder}/pid-$GREETING-$MESOS_TASK_ID; exec node server.mjs`,
      env: { GREETING: version },
      portDefinitions: [{ port: 0, name: 'http' }],
      healthChecks: [{ protocol: 'HTTP', path: '/', portIndex: 0, ...QUICK_CHECK }],
      rollout: {
        strategy: 'blueGreen',
        blueGreen: { promotion: 'automatic', holdSeconds: 1 },
        drainSeconds: 1,
        hooks: Object.entries(this.hooks).map(([at, more]) => ({
          ...{ at, command: ['sh', '-c', traced(more)] },
          ...{ timeoutSeconds: 30, onFailure: 'abort' },
        })),
      },
    });
  }

  /** Begins the second version; returns its deployment. */
  async upgrade(): Promise<string> {
    const { body } = await this.service.api.ask('PUT', '/v2/apps/web', this.web('two'));
    return (body as { readonly deploymentId: string }).deploymentId;
  }

  async details(id: string): Promise<Details> {
    return (await this.service.api.ask('GET', `/v2/deployments/${id}`)).body as Details;
  }

  /** Until both hooks have ended, however; what the deployment says then. */
  retired(id: string): Promise<Details> {
    return until(
      async () => {
        const details = await this.details(id);
        const hooks = details.hooks ?? [];
        if (hooks.length === 2 && hooks.every(({ state }) => state !== 'running')) return details;
        throw new Error(JSON.stringify(details));
      },
      'the end of both hooks',
      PATIENCE_MS / 2,
    );
  }

  /** What the hooks of a deployment wrote: the moment, and how many of version one were alive. */
  wrote(id: string): readonly string[] {
    const file = join(this.folder, 'hooks');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    return lines.filter((line) => line.includes(id)).map((line) => line.replace(`${id} `, ''));
  }

  /** Lets those hooks end that wait for it. */
  openGate(): void {
    writeFileSync(join(this.folder, 'gate'), '');
  }

  /** What answers at the service port. */
  async says(version: string): Promise<void> {
    const [port] = (await this.service.api.app('/web')).portDefinitions;
    const ask = async (): Promise<boolean> =>
      (await greetingOn(port?.port ?? 0))?.startsWith(`${version} from`) === true;
    await until(ask, `an answer of version ${version}`, 20_000);
  }
}

describe('Hooks around the end of an old version, on real processes', () => {
  const running = useEmptyService();

  it('run once each: before it stops while all of it is there, and after it when nothing of it is', async () => {
    const service = running();
    const scene = await Scene.of(service, { afterStop: 'true', beforeStop: 'true' });
    const events = eventsOf(service, 'deployment_rollout_changed');
    const id = await scene.upgrade();
    const phases = (): readonly unknown[] =>
      events.seen.filter((one) => one.id === id).map(({ phase }) => phase);
    const { state, hooks } = await scene.retired(id);
    expect(state).to.equal('succeeded');
    expect(scene.wrote(id)).to.deep.equal([`beforeStop ${OLD_ONES}`, 'afterStop 0']);
    expect(hooks?.map((one) => `${one.at} ${one.state}`)).to.deep.equal([
      'beforeStop succeeded',
      'afterStop succeeded',
    ]);
    await until(() => phases().includes('over'), 'the end of the rollout');
    expect(phases().slice(-4)).to.deep.equal([...['holding', 'retiring', 'stopping', 'over']]);
    await scene.says('two');
    expect(service.home.tasks()).to.have.length(OLD_ONES);
  }).timeout(PATIENCE_MS);

  it('that fail are noted, and it stops all the same', async () => {
    const service = running();
    const scene = await Scene.of(service, { beforeStop: 'exit 7', afterStop: 'exit 8' });
    const id = await scene.upgrade();
    const { state, hooks } = await scene.retired(id);
    expect(state).to.equal('succeeded');
    expect(scene.wrote(id)).to.deep.equal([`beforeStop ${OLD_ONES}`, 'afterStop 0']);
    expect(hooks?.map((one) => `${one.at} ${one.state}`)).to.deep.equal([
      'beforeStop failed',
      'afterStop failed',
    ]);
    await scene.says('two');
    const tasks = (await service.settled('/web', OLD_ONES)).tasks.map((task) => task.id);
    expect(service.home.tasks().map(({ taskId }) => taskId)).to.have.members(tasks);
  }).timeout(PATIENCE_MS);

  it('are waited for by an undo, which starts the old version anew', async () => {
    const service = running();
    const waits = 'while [ ! -e gate ]; do sleep 0.05; done';
    const scene = await Scene.of(service, { beforeStop: waits, afterStop: 'true' });
    const before = (await service.api.app('/web')).tasks.map((task) => task.id);
    const id = await scene.upgrade();
    await until(() => scene.wrote(id).length === 1, 'the hook before the stop', 30_000);
    const { body } = await service.api.ask('POST', `/v2/deployments/${id}/undo`);
    const { deploymentId: undo } = body as { readonly deploymentId: string };
    await until(
      async () =>
        (await scene.details(undo)).waitingOn.some(({ message }) =>
          message.includes('an earlier version has to be gone first'),
        ),
      'an undo that says what it waits for',
    );
    // All of version one are there, none is live again, and of the undo nothing has begun.
    expect(service.home.tasks().map(({ taskId }) => taskId)).to.include.members(before);
    await scene.says('two');
    expect(scene.wrote(undo)).to.deep.equal([]);

    scene.openGate();
    const over = await scene.retired(id);
    expect(over.state).to.equal('succeeded');
    expect(scene.wrote(id)).to.deep.equal([`beforeStop ${OLD_ONES}`, 'afterStop 0']);
    await scene.says('one');
    await scene.retired(undo);
    // Of the undo: what it replaces is version two, and version one is there, new.
    expect(scene.wrote(undo)).to.deep.equal([`beforeStop ${OLD_ONES}`, `afterStop ${OLD_ONES}`]);
    const after = (await service.allWell('/web', OLD_ONES, 30_000)).tasks.map((task) => task.id);
    expect(after).to.not.have.members(before);
    expect(service.home.tasks().map(({ taskId }) => taskId)).to.have.members(after);
  }).timeout(PATIENCE_MS);
});

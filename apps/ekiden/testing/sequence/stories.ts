import { seconds, type TaskId } from '@ekiden/kernel';
import type { HookMoment, Rollout } from '../../src/core/app/index.js';
import { sampleRollout } from '../../src/core/app/sample-rollout.js';
import type { DeploymentOrder } from '../../src/core/turn/index.js';
import { accepted, sleeper } from '../group-world.js';
import { RolloutWorld } from '../rollout-world.js';
import { Recorder } from './recorder.js';

/** Plays one story and returns what happened, line by line. */
export type Story = () => readonly string[];

/** A group `/shop`, v1 of everything running; what is written down begins with the next write. */
class Stage {
  readonly world = new RolloutWorld({ settings: { hasRouter: true } });
  private readonly recorder: Recorder;
  private deployment = '';

  constructor(apps: Readonly<Record<string, object>>, rollout?: Partial<Rollout>) {
    const ids = Object.keys(apps);
    // Commands of hooks end well at once, other tasks run.
    this.world.behaviour = (app) => (app.endsWith('/HOOK') ? { exit: 'TASK_FINISHED' } : {});
    for (const [at, [id, app]] of Object.entries(apps).entries()) {
      const port = { port: 10_000 + at, name: 'http' };
      const wire = sleeper(id, { cmd: 'v1', portDefinitions: [port], ...app });
      accepted(this.world.create(id, wire));
    }
    if (rollout !== undefined) this.world.setRollout('/shop', rollout);
    this.confirm();
    this.recorder = new Recorder(this.world, ids);
  }

  get lines(): readonly string[] {
    return this.recorder.lines;
  }

  upgrade(...ids: readonly string[]): this {
    this.recorder.say(`operator: v2 of ${ids.map((id) => id.slice(6)).join(' and ')}`);
    const entries = ids.map((id) => ({ id: id as never, app: { cmd: 'v2' } }));
    const change = { kind: 'upsertApps', entries, partial: true, mustExist: false } as const;
    this.deployment = accepted(this.world.change(change)).deploymentId;
    return this;
  }

  tend(order: DeploymentOrder): this {
    this.recorder.say(`operator: ${order}`);
    const reply = this.world.send({ kind: 'tendDeployment', id: this.deployment, order });
    if (reply.kind === 'deployed') this.deployment = reply.deploymentId;
    return this;
  }

  /** The router follows the newest routes, and nothing is under way to what has left them. */
  router(): this {
    const told = this.recorder.lines.length;
    this.confirm();
    if (this.recorder.lines.length > told) {
      this.recorder.lines.splice(told, 0, 'router: follows the routes, nothing else is under way');
    }
    return this;
  }

  /** Until it has nothing more to confirm. */
  routers(): this {
    for (let round = 0; round < 20; round += 1) {
      const told = this.recorder.lines.length;
      this.router();
      if (this.recorder.lines.length === told) return this;
    }
    throw new Error('the routes never come to rest');
  }

  wait(duration: number, what: string): this {
    this.recorder.say(`time: ${what}`);
    this.world.advance(seconds(duration));
    return this;
  }

  /** For so many seconds: requests of each version, and how many of the new one's fail. */
  load(duration: number, of: { old: number; new: number; failing: number }): this {
    const { old, new: next, failing } = of;
    this.recorder.say(
      `router: for ${duration} s, ${old} requests a second to v1, ${next} to v2 of which ${failing} fail`,
    );
    for (let second = 1; second <= duration; second += 1) {
      this.world.advance(seconds(1));
      const spent = { seconds: 0.01 * second };
      const [v1, v2] = [this.taskOf('/shop/web', 'app'), this.taskOf('/shop/web', 'beside')];
      this.world.hear({
        kind: 'trafficSeen',
        tasks: [
          { taskId: v1, requests: old * second, errors: 0, ...spent },
          { taskId: v2, requests: next * second, errors: failing * second, ...spent },
        ],
      });
      if (this.world.beside('/shop/web').every(({ goal }) => goal !== 'Running')) return this;
    }
    return this;
  }

  private taskOf(app: string, where: 'app' | 'beside'): TaskId {
    const all = where === 'app' ? this.world.instances(app) : this.world.beside(app);
    const task = all.flatMap((one) => one.task?.id ?? [])[0];
    if (task === undefined) throw new Error(`nothing of ${app} runs`);
    return task;
  }

  private confirm(): void {
    const { epoch } = this.world.state;
    const { turn: generation } = this.world.view;
    this.world.hear({ kind: 'routesConfirmed', epoch, generation, draining: [] });
  }
}

function strategy(minimumHealthCapacity: number, maximumOverCapacity: number): object {
  return { instances: 2, upgradeStrategy: { minimumHealthCapacity, maximumOverCapacity } };
}

const BLUE_GREEN = { strategy: 'blueGreen', blueGreen: sampleRollout().blueGreen } as const;
const SHOP = {
  '/shop/store': {},
  '/shop/api': { instances: 2, dependencies: ['/shop/store'] },
  '/shop/web': { instances: 2, dependencies: ['/shop/api'] },
};

function hooksAt(...moments: readonly HookMoment[]): Rollout['hooks'] {
  return moments.map((at) => {
    return { at, command: [`./${at}`], timeoutSeconds: 60, onFailure: 'abort' };
  });
}

export const STORIES: Readonly<Record<string, Story>> = {
  '01-rolling-start-first': () =>
    new Stage({ '/shop/web': strategy(1, 0) }).upgrade('/shop/web').routers().lines,
  '02-rolling-stop-first': () =>
    new Stage({ '/shop/web': strategy(0.5, 0) }).upgrade('/shop/web').routers().lines,
  '03-blue-green': () =>
    new Stage({ '/shop/web': { instances: 2 } }, BLUE_GREEN)
      .upgrade('/shop/web')
      .routers()
      .tend('promote')
      .routers()
      .wait(301, 'the hold is over')
      .routers().lines,
  '04-blue-green-group': () =>
    new Stage(SHOP, BLUE_GREEN)
      .upgrade('/shop/api')
      .routers()
      .tend('promote')
      .routers()
      .wait(301, 'the hold is over')
      .routers().lines,
  '05-blue-green-undo': () =>
    new Stage(SHOP, BLUE_GREEN)
      .upgrade('/shop/api')
      .routers()
      .tend('promote')
      .routers()
      .tend('undo')
      .routers().lines,
  '06-blue-green-abort': () =>
    new Stage(SHOP, BLUE_GREEN).upgrade('/shop/api').routers().tend('abort').routers().lines,
  '07-canary': () =>
    new Stage(
      { '/shop/web': { instances: 4 } },
      {
        strategy: 'canary',
        canary: {
          steps: [
            { weight: 25, pauseSeconds: 60 },
            { weight: 50, gate: 'manual' },
          ],
        },
      },
    )
      .upgrade('/shop/web')
      .routers()
      .wait(61, 'the pause is over')
      .routers()
      .tend('promote')
      .routers()
      .wait(301, 'the hold is over')
      .routers().lines,
  '08-serial': () =>
    new Stage({ '/shop/web': { instances: 3 } }, { strategy: 'serial' })
      .upgrade('/shop/web')
      .routers().lines,
  '09-canary-judged': () =>
    new Stage(
      { '/shop/web': { instances: 2 } },
      {
        strategy: 'canary',
        onFailure: 'rollback',
        canary: { steps: [{ weight: 50, pauseSeconds: 600 }] },
      },
    )
      .upgrade('/shop/web')
      .routers()
      .load(10, { old: 40, new: 40, failing: 4 })
      .routers().lines,
  '10-serial-hooks': () =>
    new Stage(
      { '/shop/db': { instances: 2 } },
      {
        strategy: 'serial',
        hooks: hooksAt('beforeStop', 'afterStop', 'beforeStart', 'afterReady'),
      },
    )
      .upgrade('/shop/db')
      .routers().lines,
  '11-blue-green-hooks': () =>
    new Stage(
      { '/shop/web': { instances: 2 } },
      { ...BLUE_GREEN, hooks: hooksAt('beforePromote', 'beforeStop', 'afterStop') },
    )
      .upgrade('/shop/web')
      .routers()
      .tend('promote')
      .routers()
      .wait(301, 'the hold is over')
      .routers().lines,
};

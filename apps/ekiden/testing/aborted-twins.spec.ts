import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import type { AppDefinition, AppWire, Hook, PathId } from '../src/core/app/index.js';
import { sampleRollout } from '../src/core/app/sample-rollout.js';
import { twinsOf, type RolloutPhase } from '../src/core/deployment/index.js';
import { RouteBook } from '../src/core/traffic/index.js';
import { accepted, sleeper } from './group-world.js';
import { RolloutWorld } from './rollout-world.js';

/*
 * A blue/green rollout of a group that is aborted, at whatever phase and by whom: nothing of the new
 * version is left, and of the old one nothing has been touched (rollouts.md, Undo).
 */

const HOOKS = (['beforeStart', 'afterReady', 'beforePromote'] as const).map((at): Hook => ({
  at,
  command: ['./do', at],
  timeoutSeconds: 3_000,
  onFailure: 'abort',
}));
const PROMOTION_DEADLINE = 3_600;

function portOf(port: number): AppWire {
  return { portDefinitions: [{ port, protocol: 'tcp', labels: {}, name: 'http' }] };
}

const BLUE: readonly AppWire[] = [
  sleeper('api', { instances: 2, ...portOf(10_000) }),
  sleeper('web', { instances: 3, dependencies: ['api'], ...portOf(10_001) }),
  sleeper('store', { instances: 1 }),
];

/** One has changed with its port, one comes along as it depends on it, and one is new. */
const GREEN: readonly AppWire[] = [
  sleeper('api', { cmd: 'sleep 200', instances: 2, ...portOf(10_007) }),
  ...BLUE.slice(1),
  sleeper('new', { dependencies: ['api'] }),
];

class TwinWorld extends RolloutWorld {
  /** Moment of the hook that does not end. */
  hangsAt: Hook['at'] | undefined;
  greenIsStuck = false;

  constructor() {
    super({ settings: { hasRouter: true } });
    this.behaviour = (app, task) => {
      if (app.endsWith('/HOOK')) return this.hangs(task) ? {} : { exit: 'TASK_FINISHED' };
      return { stuck: this.greenIsStuck };
    };
    this.setRollout('/shop', {
      strategy: 'blueGreen',
      hooks: HOOKS,
      blueGreen: {
        ...sampleRollout().blueGreen,
        previewInstances: 1,
        promotionDeadlineSeconds: PROMOTION_DEADLINE,
      },
    });
    accepted(this.putGroup('/shop', { apps: BLUE }));
    this.confirm();
    this.advance(seconds(60));
  }

  /** Begins the rollout of what has changed and returns the id of its deployment. */
  begin(): string {
    return accepted(this.putGroup('/shop', { apps: GREEN })).deploymentId;
  }

  promote(id: string): void {
    this.send({ kind: 'tendDeployment', id, order: 'promote' });
  }

  close(kind: 'activate' | 'deactivate'): void {
    for (const { id } of this.agents) {
      this.send({ kind: 'tendAgent', agent: id, order: { kind } });
    }
  }

  /** The router leads where the routes of the last turn say. */
  confirm(): void {
    const { turn: generation, epoch } = this.state;
    this.hear({ kind: 'routesConfirmed', epoch, generation, draining: [] });
  }

  phase(id: string): RolloutPhase | undefined {
    return this.deploymentOf(id).rollouts?.[0]?.phase;
  }

  /** All that there is but the history of deployments, and the versions of definitions. */
  picture(): Record<string, unknown> {
    const { rows, memory, master } = this.state;
    const book = new RouteBook('127.0.0.1');
    book.update(
      this.view,
      [...rows.instances.values()].map((one) => [one.id, one]),
    );
    const undated = [...rows.appVersions.values()].map(withoutDates);
    const all = {
      apps: [...rows.apps.values()].map(withoutDates).sort(byId),
      groups: [...rows.groups.values()].sort(byId),
      versions: [...new Set(undated.map((one) => JSON.stringify(one)))].sort(),
      instances: [...rows.instances.values()]
        .map(({ appVersion: _date, ...rest }) => rest)
        .sort(byId),
      delays: [...rows.launchDelays.values()],
      volumes: [...rows.volumes.values()],
      unknown: [...rows.unknownTasks.values()],
      tasks: [...master.state.tasks.values()].map(({ id, state }) => `${id} ${state}`).sort(),
      onHosts: [...this.tasks.keys()].sort(),
      routes: book.routing(),
      twins: [...rows.deployments.values()].flatMap(twinsOf),
      previewPorts: [...rows.deployments.values()].flatMap(({ rollouts = [] }) =>
        rollouts.flatMap(({ twins }) => twins.flatMap(({ previewPorts = [] }) => previewPorts)),
      ),
      running: this.running,
      kills: [memory.killAsks, memory.drains, memory.orphans].flatMap((one) => [...one.values()]),
      traffic: [...memory.traffic.values()],
    };
    // As it is stored: fields without a value are none.
    return JSON.parse(JSON.stringify(all)) as Record<string, unknown>;
  }

  private hangs(task: TaskId): boolean {
    if (this.hangsAt === undefined) return false;
    const hook = [...this.state.rows.instances.values()].find((one) => one.task?.id === task)?.hook;
    return hook?.definition.env['EKIDEN_HOOK'] === this.hangsAt;
  }
}

/** With its configuration: instances of another would have to be replaced. */
function withoutDates({ version: _date, versionInfo, ...rest }: AppDefinition) {
  return { ...rest, config: versionInfo.lastConfigChangeAt };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

type Way = readonly [name: string, phase: RolloutPhase, reach: (world: TwinWorld) => string];

const WAYS: readonly Way[] = [
  [
    'waits for room',
    'reserving',
    (world) => {
      world.close('deactivate');
      return world.begin();
    },
  ],
  [
    'runs the hooks before its start',
    'reserving',
    (world) => {
      world.hangsAt = 'beforeStart';
      return world.begin();
    },
  ],
  [
    'comes up',
    'starting',
    (world) => {
      world.greenIsStuck = true;
      return world.begin();
    },
  ],
  [
    'runs the hooks after that',
    'starting',
    (world) => {
      world.hangsAt = 'afterReady';
      return world.begin();
    },
  ],
  ['awaits promotion', 'awaitingPromotion', (world) => world.begin()],
  [
    'grows',
    'growing',
    (world) => {
      const id = world.begin();
      world.greenIsStuck = true;
      world.promote(id);
      return id;
    },
  ],
  [
    'runs the hooks before its switch',
    'growing',
    (world) => {
      world.hangsAt = 'beforePromote';
      const id = world.begin();
      world.promote(id);
      return id;
    },
  ],
  [
    'is being switched',
    'switching',
    (world) => {
      const id = world.begin();
      world.promote(id);
      return id;
    },
  ],
];

/** Ends what is under way by the abort, with a router that answers again. */
function settle(world: TwinWorld): void {
  world.hangsAt = undefined;
  world.greenIsStuck = false;
  world.close('activate');
  for (let n = 0; n < 3; n += 1) {
    world.confirm();
    world.advance(seconds(40));
  }
}

/** Part by part, so that a difference can be read. */
function expectSame(after: Record<string, unknown>, before: Record<string, unknown>): void {
  for (const [part, rows] of Object.entries(before)) {
    expect(after[part], part).to.deep.equal(rows);
  }
}

describe('A rollout of a group with two generations that is aborted', () => {
  for (const [name, phase, reach] of WAYS) {
    it(`while it ${name} leaves everything as it was`, () => {
      const world = new TwinWorld();
      const before = world.picture();
      const id = reach(world);
      expect(world.phase(id)).to.equal(phase);
      accepted(world.send({ kind: 'cancelDeployment', id, force: false }));
      settle(world);
      expectSame(world.picture(), before);
    });

    it(`under the next leader while it ${name} leaves everything as it was`, () => {
      const world = new TwinWorld();
      const before = world.picture();
      const id = reach(world);
      expect(world.phase(id)).to.equal(phase);
      world.newTerm();
      accepted(world.send({ kind: 'cancelDeployment', id, force: false }));
      settle(world);
      expectSame(world.picture(), before);
    });
  }

  it('as nobody has promoted it leaves everything as it was', () => {
    const world = new TwinWorld();
    const before = world.picture();
    const id = world.begin();
    world.advance(seconds(PROMOTION_DEADLINE));
    expect(world.deploymentOf(id).status).to.equal('cancelled');
    settle(world);
    expectSame(world.picture(), before);
  });

  it('as a hook has failed leaves everything as it was', () => {
    const world = new TwinWorld();
    const { rollout } = world.state.rows.groups.get('/shop' as PathId) ?? {};
    world.setRollout('/shop', { ...rollout, onFailure: 'rollback' });
    const before = world.picture();
    world.hangsAt = 'afterReady';
    const id = world.begin();
    const task = world.deploymentOf(id).hooks?.find(({ at }) => at === 'afterReady')?.taskId;
    world.report(task as TaskId, 'TASK_FAILED');
    world.settle();
    expect(world.deploymentOf(id).status).to.equal('failed');
    settle(world);
    expectSame(world.picture(), before);
  });
});

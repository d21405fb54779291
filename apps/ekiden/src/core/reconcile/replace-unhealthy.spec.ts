import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import { SmallWorld, type SmallWorldOptions } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import type { Instance } from '../instance/index.js';

const INTERVAL = 5;

const WEB: AppWire = {
  cmd: './web',
  cpus: 1,
  mem: 32,
  backoffSeconds: 0,
  healthChecks: [
    {
      protocol: 'TCP',
      gracePeriodSeconds: 20,
      intervalSeconds: INTERVAL,
      maxConsecutiveFailures: 1,
    },
  ],
};

const SMALL: SmallWorldOptions = {
  agents: ['cpus:3;mem:4096;ports:[31000-31999]'],
  settings: { replacementRoom: seconds(8) },
};

/** One fleet whose tasks answer well unless they are among the ill. */
class Fleet {
  readonly world: SmallWorld;
  readonly ill = new Set<TaskId | undefined>();

  constructor(app: AppWire, options: SmallWorldOptions = {}) {
    this.world = new SmallWorld(options);
    this.world.create('/web', { ...WEB, ...app });
    this.round();
  }

  get instances(): readonly Instance[] {
    return this.world.instances('/web');
  }

  get tasks(): readonly (TaskId | undefined)[] {
    return this.instances.map(({ task }) => task?.id);
  }

  get kills(): number {
    return this.world.eventTypes('unhealthy_instance_kill_event').length;
  }

  /** Asks every running task once; then an interval passes. */
  round(times = 1): void {
    for (let n = 0; n < times; n += 1) {
      for (const { condition, task } of this.instances) {
        if (condition !== 'Running' || task === undefined) continue;
        const at = this.world.clock.now();
        const ok = !this.ill.has(task.id);
        // The world knows hosts only; answers to probes come in beside what they report.
        this.world['inbox'].push({ kind: 'healthResult', taskId: task.id, check: 0, at, ok });
      }
      this.world.settle();
      this.world.advance(seconds(INTERVAL));
    }
  }

  /** The first task is ill from now on, and so is whoever comes if they are told to. */
  fail(count = 1): readonly (TaskId | undefined)[] {
    const failing = this.tasks.slice(0, count);
    for (const id of failing) this.ill.add(id);
    return failing;
  }
}

describe('replacing an instance that fails its checks', () => {
  it('starts another one first, and kills when that one is healthy', () => {
    const fleet = new Fleet({ instances: 2 });
    const [failing] = fleet.fail();
    fleet.round(2);
    expect(fleet.world.conditions('/web')).to.deep.equal({ Running: 3 });
    expect(fleet.kills).to.equal(0);
    fleet.round();
    expect(fleet.tasks).to.not.include(failing);
    expect(fleet.world.conditions('/web')).to.deep.equal({ Running: 2 });
    expect(fleet.kills).to.equal(1);
    const failure = fleet.world.view.taskFailures.get('/web' as PathId);
    expect(failure?.taskId).to.equal(failing);
    fleet.round(10);
    expect(fleet.world.peak.get('/web')).to.equal(3);
    expect(fleet.kills).to.equal(1);
    expect(fleet.instances.every(({ replaces }) => replaces === undefined)).to.equal(true);
  });

  it('kills first where no more than the wanted number may run', () => {
    const upgradeStrategy = { minimumHealthCapacity: 0.5, maximumOverCapacity: 0 };
    const fleet = new Fleet({ instances: 2, upgradeStrategy });
    fleet.fail();
    fleet.round(4);
    expect(fleet.world.peak.get('/web')).to.equal(2);
    expect(fleet.kills).to.equal(1);
  });

  it('kills a hung singleton although another one does not fit beside it', () => {
    const fleet = new Fleet({ instances: 1, cpus: 2 }, SMALL);
    const [failing] = fleet.fail();
    fleet.round(2);
    expect(fleet.world.conditions('/web')).to.deep.equal({ Running: 1, Scheduled: 1 });
    fleet.world.advance(seconds(6));
    expect(fleet.kills).to.equal(1);
    fleet.round(2);
    expect(fleet.world.conditions('/web')).to.deep.equal({ Running: 1 });
    expect(fleet.tasks).to.not.include(failing);
  });

  it('keeps an instance that recovers while its replacement is on its way', () => {
    const fleet = new Fleet({ instances: 1, cpus: 2 }, SMALL);
    const failing = fleet.fail();
    fleet.round(2);
    fleet.ill.clear();
    for (const { task } of fleet.instances) {
      if (task === undefined) continue;
      const at = fleet.world.clock.now();
      fleet.world['inbox'].push({ kind: 'healthResult', taskId: task.id, check: 0, at, ok: true });
    }
    fleet.world.settle();
    fleet.round(4);
    expect(fleet.tasks).to.deep.equal(failing);
    expect(fleet.kills).to.equal(0);
  });

  it('does not wait for a replacement that does not become healthy in time', () => {
    const fleet = new Fleet({ instances: 1 });
    const [failing] = fleet.fail();
    fleet.round(2);
    const allIll = (rounds: number): void => {
      for (let n = 0; n < rounds; n += 1) {
        for (const id of fleet.tasks) fleet.ill.add(id);
        fleet.round();
      }
    };
    allIll(12);
    expect(fleet.tasks).to.include(failing);
    allIll(6);
    expect(fleet.tasks).to.not.include(failing);
    // Whatever comes then fails and is replaced, too; there is one and at most one more.
    allIll(30);
    expect(fleet.world.peak.get('/web')).to.equal(2);
  });

  it('leaves no trace when the app is scaled, changed or removed meanwhile', () => {
    for (const change of [{ instances: 1 }, { cmd: './web --new' }]) {
      const fleet = new Fleet({ instances: 3 });
      const [failing] = fleet.fail();
      fleet.round(2);
      expect(fleet.instances.some(({ replaces }) => replaces !== undefined)).to.equal(true);
      fleet.world.update('/web', change, true);
      fleet.round(20);
      expect(fleet.tasks).to.not.include(failing);
      expect(fleet.instances.some(({ replaces }) => replaces !== undefined)).to.equal(false);
      expect(fleet.instances).to.have.length('instances' in change ? 1 : 3);
      expect(fleet.world.eventTypes('deployment_success')).to.have.length(2);
    }
  });

  it('goes on in the next term', () => {
    const fleet = new Fleet({ instances: 2 });
    const [failing] = fleet.fail();
    fleet.round(2);
    fleet.world.newTerm();
    fleet.round(2);
    expect(fleet.tasks).to.not.include(failing);
    expect(fleet.world.conditions('/web')).to.deep.equal({ Running: 2 });
  });
});

import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import type { AppWire } from '../app/index.js';
import type { Instance } from '../instance/index.js';

const WEB: AppWire = {
  cmd: './web',
  cpus: 0.1,
  instances: 1,
  portDefinitions: [{ port: 0, name: 'http-api' }],
  readinessChecks: [{ path: '/ready' }],
};

/** Asks tasks once; `status` says what each answers, `undefined` = it is not asked. */
function ask(world: SmallWorld, status: (instance: Instance) => number | undefined): void {
  for (const instance of world.instances('/web')) {
    const answered = instance.condition === 'Running' ? status(instance) : undefined;
    if (instance.task === undefined || answered === undefined) continue;
    // The world knows hosts only; answers to probes come in beside what they report.
    world['inbox'].push({
      kind: 'readinessResult',
      taskId: instance.task.id,
      check: 0,
      response: { status: answered, contentType: '', body: '' },
    });
  }
  world.settle();
}

function wellByHealth(world: SmallWorld): void {
  for (const { task } of world.instances('/web')) {
    if (task === undefined) continue;
    const at = world.clock.now();
    world['inbox'].push({ kind: 'healthResult', taskId: task.id, check: 0, at, ok: true });
  }
  world.settle();
}

function succeeded(world: SmallWorld): number {
  return world.eventTypes('deployment_success').length;
}

function versions(world: SmallWorld): ReadonlySet<number> {
  return new Set(world.instances('/web').map(({ configVersion }) => configVersion));
}

describe('readiness in deployments', () => {
  it('keeps a deployment waiting until every instance is ready (RDY-01)', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, instances: 2 });
    for (let n = 0; n < 3; n += 1) {
      ask(world, () => 503);
      world.advance(seconds(30));
    }
    expect(world.conditions('/web')).to.deep.equal({ Running: 2 });
    expect(succeeded(world)).to.equal(0);
    const [first] = world.instances('/web');
    ask(world, ({ id }) => (id === first?.id ? 200 : 503));
    expect(succeeded(world)).to.equal(0);
    ask(world, () => 200);
    expect(succeeded(world)).to.equal(1);
  });

  it('wants health and readiness both (RDY-02)', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, healthChecks: [{ protocol: 'TCP', portIndex: 0 }] });
    ask(world, () => 200);
    expect(succeeded(world)).to.equal(0);
    wellByHealth(world);
    expect(succeeded(world)).to.equal(1);
    const other = new SmallWorld();
    other.create('/web', { ...WEB, healthChecks: [{ protocol: 'TCP', portIndex: 0 }] });
    wellByHealth(other);
    expect(succeeded(other)).to.equal(0);
  });

  it('keeps the old instance until the new one is ready (RDY-03)', () => {
    const world = new SmallWorld();
    world.create('/web', WEB);
    ask(world, () => 200);
    const [old] = world.instances('/web');
    world.update('/web', { cmd: './web --new' });
    const answers = (status: number) => (instance: Instance) =>
      instance.id === old?.id ? undefined : status;
    for (let n = 0; n < 3; n += 1) {
      ask(world, answers(503));
      world.advance(seconds(30));
      expect(world.instances('/web').map(({ id }) => id)).to.include(old?.id);
    }
    ask(world, answers(200));
    world.settle();
    expect(world.instances('/web').map(({ id }) => id)).to.not.include(old?.id);
    expect(succeeded(world)).to.equal(2);
  });

  it('gives up one old instance for each new one that is ready (RDY-08)', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, instances: 2 });
    ask(world, () => 200);
    const old = new Set(world.instances('/web').map(({ id }) => id));
    world.update('/web', { cmd: './web --new' });
    const [newcomer] = world.instances('/web').filter(({ id }) => !old.has(id));
    ask(world, ({ id }) => (id === newcomer?.id ? 200 : undefined));
    const left = world.instances('/web').filter(({ id }) => old.has(id));
    expect(left).to.have.length(1);
    expect(versions(world).size).to.equal(2);
  });

  it('takes nothing back from a task that was ready once, and kills nothing (RDY-07)', () => {
    const world = new SmallWorld();
    world.create('/web', WEB);
    ask(world, () => 200);
    const before = world.instances('/web').map(({ task }) => task?.id);
    for (let n = 0; n < 5; n += 1) {
      ask(world, () => 500);
      world.advance(seconds(60));
    }
    expect(world.instances('/web').map(({ task }) => task?.id)).to.deep.equal(before);
    world.update('/web', { instances: 2 });
    expect(succeeded(world)).to.equal(1);
  });

  it('counts for each task anew', () => {
    const world = new SmallWorld();
    world.create('/web', WEB);
    ask(world, () => 200);
    const [instance] = world.instances('/web');
    const task = instance?.task?.id;
    if (task !== undefined) world.report(task, 'TASK_FAILED');
    world.settle();
    world.advance(seconds(60));
    const [again] = world.instances('/web');
    expect(again?.id).to.equal(instance?.id);
    expect(again?.task?.id).to.not.equal(instance?.task?.id);
    expect(again?.task?.readiness).to.equal(undefined);
  });
});

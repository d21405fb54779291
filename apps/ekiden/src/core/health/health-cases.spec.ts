import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import { SmallWorld } from '../../../testing/small-world.js';
import { sampleApp } from '../app/sample-app.js';
import type { AppWire } from '../app/index.js';
import { isHealthy, type Instance } from '../instance/index.js';
import { appVersionKey } from '../turn/index.js';
import { readinessTargetOf } from './probe-target.js';

const INTERVAL = 5;
const CHECK = {
  protocol: 'HTTP',
  gracePeriodSeconds: 0,
  intervalSeconds: INTERVAL,
  maxConsecutiveFailures: 3,
} as const;
const WEB: AppWire = { cmd: './web', cpus: 0.1, mem: 16, backoffSeconds: 0, healthChecks: [CHECK] };

type Answers = (instance: Instance) => boolean;

/** Asks every task once per interval, whatever state it is in. */
function live(world: SmallWorld, rounds: number, answers: Answers): void {
  for (let round = 0; round < rounds; round += 1) {
    for (const instance of world.instances('/web')) {
      if (instance.task === undefined) continue;
      const { id: taskId } = instance.task;
      const at = world.clock.now();
      // The world knows hosts only; answers to probes come in beside what they report.
      world['inbox'].push({
        kind: 'healthResult',
        taskId,
        check: 0,
        at,
        ok: answers(instance),
      });
    }
    world.settle();
    world.advance(seconds(INTERVAL));
  }
}

function tasksOf(world: SmallWorld): readonly (TaskId | undefined)[] {
  return world.instances('/web').map(({ task }) => task?.id);
}

function healthy(world: SmallWorld): readonly Instance[] {
  const { appVersions } = world.view;
  return world
    .instances('/web')
    .filter((one) => isHealthy(one, appVersions.get(appVersionKey(one.appId, one.appVersion))));
}

function kills(world: SmallWorld): number {
  return world.eventTypes('unhealthy_instance_kill_event').length;
}

describe('cases of health', () => {
  it('HLT-03: a deployment does not settle while the check fails', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, healthChecks: [{ ...CHECK, maxConsecutiveFailures: 0 }] });
    live(world, 20, () => false);
    expect(world.eventTypes('deployment_success')).to.deep.equal([]);
    expect(world.instances('/web')[0]?.task?.healthy).to.equal(false);
    live(world, 1, () => true);
    expect(world.eventTypes('deployment_success')).to.have.length(1);
  });

  it('HLT-14: without checks running is enough, and nothing is judged', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, healthChecks: [] });
    expect(world.eventTypes('deployment_success')).to.have.length(1);
    expect(world.instances('/web')[0]?.task?.healthy).to.equal(undefined);
  });

  it('HLT-16: an instance that cannot be reached is not killed for its health', () => {
    const world = new SmallWorld();
    const unreachableStrategy = { inactiveAfterSeconds: 600, expungeAfterSeconds: 1_200 };
    world.create('/web', { ...WEB, unreachableStrategy });
    live(world, 1, () => true);
    const [task] = tasksOf(world);
    if (task !== undefined) world.report(task, 'TASK_UNREACHABLE');
    world.settle();
    live(world, 20, () => false);
    expect(kills(world)).to.equal(0);
    expect(tasksOf(world)).to.deep.equal([task]);
  });

  it('HLT-18: of twenty that turn unhealthy together only so many are missing at a time', () => {
    const world = new SmallWorld();
    const upgradeStrategy = { minimumHealthCapacity: 0.9, maximumOverCapacity: 0 };
    world.create('/web', { ...WEB, instances: 20, upgradeStrategy });
    live(world, 1, () => true);
    const stuck = new Set(tasksOf(world));
    let fewest = 20;
    for (let round = 0; round < 150; round += 1) {
      live(world, 1, ({ task }) => !stuck.has(task?.id));
      const there = world.conditions('/web')['Running'] ?? 0;
      fewest = Math.min(fewest, there);
    }
    expect(fewest).to.be.at.least(18);
    expect(healthy(world)).to.have.length(20);
  });

  it('HLT-21: what was unhealthy stays so in the next term, until it answers', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, healthChecks: [{ ...CHECK, maxConsecutiveFailures: 0 }] });
    live(world, 1, () => true);
    live(world, 3, () => false);
    world.newTerm();
    expect(world.instances('/web')[0]?.task?.health?.[0]?.consecutiveFailures).to.equal(3);
    expect(healthy(world)).to.deep.equal([]);
    live(world, 1, () => true);
    expect(healthy(world)).to.have.length(1);
  });

  it('HLT-22: answers of a task that is starting count for nothing', () => {
    const world = new SmallWorld();
    world.behaviour = () => ({ stuck: true });
    world.create('/web', WEB);
    live(world, 10, () => false);
    expect(world.instances('/web')[0]?.task?.health).to.equal(undefined);
    expect(kills(world)).to.equal(0);
  });

  it('RDY-09: readiness is asked over TLS where the check says so', () => {
    const app = sampleApp({
      portDefinitions: [{ port: 0, name: 'http-api' }],
      readinessChecks: [{ protocol: 'HTTPS', path: '/ready' }],
    });
    const [check] = app.readinessChecks;
    const task = { host: 'h1', hostPorts: [31_000], ipAddresses: ['127.0.0.1'] };
    const asked = { ...task, id: 't' as TaskId, agentId: 'a' as never };
    expect(check && readinessTargetOf(check, app, asked)).to.deep.include({
      kind: 'http',
      https: true,
      port: 31_000,
    });
  });
});

describe('health in upgrades', () => {
  const LENIENT = { ...CHECK, maxConsecutiveFailures: 0 };

  it('UPG-16: an unhealthy old instance dies first', () => {
    const world = new SmallWorld();
    const upgradeStrategy = { minimumHealthCapacity: 0.67, maximumOverCapacity: 0 };
    world.create('/web', { ...WEB, healthChecks: [LENIENT], instances: 3, upgradeStrategy });
    live(world, 1, () => true);
    const ill = tasksOf(world)[1];
    live(world, 1, ({ task }) => task?.id !== ill);
    world.update('/web', { cmd: './web --new' });
    expect(tasksOf(world)).to.not.include(ill);
    expect(healthy(world)).to.have.length(2);
  });

  it('UPG-17: an upgrade of an app of which nothing is healthy goes on', () => {
    const world = new SmallWorld();
    const upgradeStrategy = { minimumHealthCapacity: 1, maximumOverCapacity: 0 };
    world.create('/web', { ...WEB, healthChecks: [LENIENT], instances: 3, upgradeStrategy });
    live(world, 3, () => false);
    const old = new Set(tasksOf(world));
    world.update('/web', { cmd: './web --new' }, true);
    live(world, 20, ({ task }) => !old.has(task?.id));
    expect(world.eventTypes('deployment_success')).to.have.length(1);
    expect(healthy(world)).to.have.length(3);
  });

  it('UPG-31: a newcomer that turns unhealthy before the end keeps the upgrade open', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, healthChecks: [LENIENT], instances: 2 });
    live(world, 1, () => true);
    const old = new Set(tasksOf(world));
    world.update('/web', { cmd: './web --new' });
    const [first, second] = world.instances('/web').filter(({ task }) => !old.has(task?.id));
    live(world, 1, ({ id, task }) => old.has(task?.id) || id === first?.id);
    live(world, 5, ({ id, task }) => old.has(task?.id) || id === second?.id);
    expect(world.eventTypes('deployment_success')).to.have.length(1);
    expect(healthy(world).length).to.be.at.least(2);
    live(world, 2, () => true);
    expect(world.eventTypes('deployment_success')).to.have.length(2);
    expect(tasksOf(world).filter((id) => old.has(id))).to.deep.equal([]);
  });
});

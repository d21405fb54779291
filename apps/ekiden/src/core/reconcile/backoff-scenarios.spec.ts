import { expect } from 'chai';
import { millis, seconds, type AgentId } from '@ekiden/kernel';
import { SmallWorld, type SmallWorldOptions } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import { explainQueue, type QueueEntry } from '../matching/index.js';

const LOOP = '/loop' as PathId;

function looping(app: AppWire, options: SmallWorldOptions = {}): SmallWorld {
  const world = new SmallWorld(options);
  world.behaviour = () => ({ exit: 'TASK_FAILED' });
  world.create(LOOP, { cmd: 'exit 1', cpus: 0.1, mem: 16, ...app });
  return world;
}

function queued(world: SmallWorld): QueueEntry | undefined {
  return explainQueue(world.view, world.clock.now()).find(({ app }) => app.id === LOOP);
}

function launches(world: SmallWorld): number {
  return world.performed.filter(({ kind }) => kind === 'launch').length;
}

function incarnations(world: SmallWorld): readonly number[] {
  return world.instances(LOOP).map(({ incarnation }) => incarnation);
}

/** The only task of the app fails its check. */
function failCheck(world: SmallWorld): void {
  const [one] = world.instances(LOOP).filter(({ condition }) => condition === 'Running');
  if (one?.task === undefined) throw new Error('nothing runs');
  const at = world.clock.now();
  world.hear({ kind: 'healthResult', taskId: one.task.id, check: 0, at, ok: false });
  world.settle();
}

describe('launch backoff', () => {
  it('BKO-01: the queue is empty when nothing waits', () => {
    expect(explainQueue(new SmallWorld().view, millis(0))).to.deep.equal([]);
  });

  it('BKO-02: what no host can take is overdue and not delayed', () => {
    const world = new SmallWorld();
    world.create(LOOP, {
      cmd: 'sleep 1000',
      instances: 5,
      constraints: [['hostname', 'CLUSTER', 'no']],
    });
    expect(queued(world)).to.include({ count: 5 });
    expect(queued(world)?.delay).to.deep.equal({ timeLeftSeconds: 0, overdue: true });
  });

  it('BKO-03: what has failed waits for its delay', () => {
    const world = looping({ backoffSeconds: 60 });
    expect(queued(world)).to.include({ count: 1 });
    expect(queued(world)?.delay.timeLeftSeconds).to.be.within(1, 60);
  });

  it('BKO-04: delays double up to the longest one', () => {
    const world = looping({ backoffSeconds: 1, backoffFactor: 2, maxLaunchDelaySeconds: 8 });
    const begun = world.clock.now();
    const starts: number[] = [0];
    while (starts.length < 6) {
      const before = launches(world);
      world.advance(millis(500));
      if (launches(world) > before) starts.push((world.clock.now() - begun) / 1000);
    }
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(gaps).to.deep.equal([1, 2, 4, 8, 8]);
  });

  it('BKO-06: scaling up does not get round the delay', () => {
    const world = looping({ backoffSeconds: 3_600, maxLaunchDelaySeconds: 3_600 });
    const before = launches(world);
    world.update(LOOP, { instances: 3 }, true);
    expect(queued(world)).to.include({ count: 3 });
    expect(queued(world)?.delay.timeLeftSeconds).to.be.greaterThan(3_000);
    expect(launches(world)).to.equal(before);
  });

  it('BKO-07: a restart runs it again at once, and it fails again', () => {
    const world = looping({ backoffSeconds: 3_600, maxLaunchDelaySeconds: 3_600 });
    const before = launches(world);
    world.clock.advance(seconds(1));
    world.change({ kind: 'restartApp', id: LOOP }, true);
    expect(launches(world)).to.equal(before + 1);
    expect(queued(world)?.delay.timeLeftSeconds).to.be.greaterThan(3_000);
  });

  it('BKO-08: resetting the delay starts it at once', () => {
    const world = looping({ backoffSeconds: 3_600, maxLaunchDelaySeconds: 3_600 });
    const before = launches(world);
    expect(world.send({ kind: 'resetDelay', app: LOOP }).kind).to.equal('done');
    expect(launches(world)).to.equal(before + 1);
    expect(world.view.launchDelays.by('app', LOOP)[0]).to.include({ failures: 1 });
  });

  it('BKO-09: where nothing waits there is no delay to reset', () => {
    const world = new SmallWorld();
    world.create(LOOP, { cmd: 'sleep 1000', cpus: 0.1 });
    expect(world.send({ kind: 'resetDelay', app: LOOP }).kind).to.equal('notFound');
  });

  it('BKO-11: what its checks get killed again and again waits longer each time', () => {
    const world = new SmallWorld();
    const check = { protocol: 'COMMAND', command: { value: 'true' } } as const;
    const patience = { gracePeriodSeconds: 0, maxConsecutiveFailures: 1 };
    world.create(LOOP, {
      cmd: 'sleep 1000',
      cpus: 0.1,
      ...{ backoffSeconds: 2, backoffFactor: 2, maxLaunchDelaySeconds: 60 },
      // Without room for a replacement first.
      upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 },
      healthChecks: [{ ...check, ...patience }],
    });
    const delays: (number | undefined)[] = [];
    for (let round = 0; round < 3; round += 1) {
      // Marathon's count: it is killed when one more has failed than may follow each other.
      for (let failures = 0; failures < 2; failures += 1) {
        world.advance(seconds(5));
        failCheck(world);
      }
      delays.push(world.view.launchDelays.by('app', LOOP)[0]?.delay);
      world.advance(seconds(10));
    }
    expect(delays).to.deep.equal([2_000, 4_000, 8_000]);
  });

  it('BKO-12: kills by hand delay nothing', () => {
    const world = new SmallWorld();
    world.create(LOOP, { cmd: 'sleep 1000', cpus: 0.1, backoffSeconds: 3_600 });
    for (let i = 0; i < 5; i += 1) {
      const tasks = { by: 'app', app: LOOP } as const;
      world.send({ kind: 'killTasks', tasks, scale: false, wipe: false, force: false });
      expect(world.conditions(LOOP)).to.deep.equal({ Running: 1 });
    }
    expect(incarnations(world)).to.deep.equal([6]);
  });

  it('BKO-13: one that crashes on its host delays nobody who has not failed', () => {
    const world = new SmallWorld();
    const wish = { cmd: 'sleep 1000', cpus: 0.1, instances: 5, backoffSeconds: 3_600 };
    world.create(LOOP, { ...wish, maxLaunchDelaySeconds: 3_600 });
    const [bad] = world.instances(LOOP);
    world.behaviour = (_, task) => (task.startsWith(bad?.id ?? '-') ? { exit: 'TASK_FAILED' } : {});
    if (bad?.task !== undefined) world.report(bad.task.id, 'TASK_FAILED');
    world.settle();
    expect(world.conditions(LOOP)).to.deep.equal({ Running: 4, Scheduled: 1 });
    expect(queued(world)?.delay.timeLeftSeconds).to.be.greaterThan(3_000);
    world.update(LOOP, { instances: 6 }, true);
    expect(world.conditions(LOOP)).to.deep.equal({ Running: 5, Scheduled: 1 });
  });

  it('BKO-13: nor is one held back by it that somebody has killed', () => {
    const world = new SmallWorld();
    world.create(LOOP, { cmd: 'sleep 1000', cpus: 0.1, instances: 3, backoffSeconds: 300 });
    const [bad, killed] = world.instances(LOOP);
    if (bad?.task === undefined || killed?.task === undefined) throw new Error('no tasks');
    world.report(bad.task.id, 'TASK_FAILED');
    world.settle();
    const tasks = { by: 'ids', ids: [killed.task.id] } as const;
    world.send({ kind: 'killTasks', tasks, scale: false, wipe: false, force: false });
    expect(world.conditions(LOOP)).to.deep.equal({ Running: 2, Scheduled: 1 });
  });

  it('BKO-13: with checks only a healthy one proves that the configuration works', () => {
    const world = new SmallWorld();
    const check = { protocol: 'COMMAND', command: { value: 'true' } } as const;
    const wish = { cmd: 'sleep 1000', cpus: 0.1, instances: 2, backoffSeconds: 300 };
    world.create(LOOP, { ...wish, healthChecks: [check] });
    const [bad, other] = world.instances(LOOP);
    if (bad?.task === undefined || other?.task === undefined) throw new Error('no tasks');
    world.report(bad.task.id, 'TASK_FAILED');
    world.settle();
    world.update(LOOP, { instances: 3 }, true);
    expect(world.conditions(LOOP)).to.deep.equal({ Running: 1, Scheduled: 2 });
    const at = world.clock.now();
    world.hear({ kind: 'healthResult', taskId: other.task.id, check: 0, at, ok: true });
    expect(world.conditions(LOOP)).to.deep.equal({ Running: 2, Scheduled: 1 });
  });

  it('BKO-14: after a quiet time as long as the longest delay it begins anew', () => {
    const world = looping({ backoffSeconds: 2, backoffFactor: 3, maxLaunchDelaySeconds: 30 });
    world.behaviour = (_, task) => (task.endsWith('.2') ? { exit: 'TASK_FAILED' } : {});
    world.advance(seconds(2));
    expect(world.view.launchDelays.by('app', LOOP)[0]).to.include({ delay: 6_000, failures: 2 });
    world.advance(seconds(40));
    expect(world.view.launchDelays.by('app', LOOP)).to.deep.equal([]);
    const [one] = world.instances(LOOP);
    if (one?.task === undefined) throw new Error('no task');
    world.report(one.task.id, 'TASK_FAILED');
    world.settle();
    expect(world.view.launchDelays.by('app', LOOP)[0]).to.include({ delay: 2_000, failures: 1 });
  });

  it('BKO-17: what a drain has killed is replaced without delay', () => {
    const world = new SmallWorld({ agents: ['cpus:4;mem:999', 'cpus:4;mem:999'] });
    const wish = { cmd: 'sleep 1000', cpus: 0.1, portDefinitions: [], backoffSeconds: 3_600 };
    world.create(LOOP, wish);
    const agent = world.instances(LOOP)[0]?.task?.agentId ?? ('' as AgentId);
    const order = { kind: 'drain', deadlineSeconds: 0, markGone: true, reason: 'old' } as const;
    world.send({ kind: 'tendAgent', agent, order });
    expect(world.conditions(LOOP)).to.deep.equal({ Running: 1 });
    expect(world.instances(LOOP)[0]?.task?.agentId).to.not.equal(agent);
    expect(world.view.launchDelays.by('app', LOOP)).to.deep.equal([]);
  });

  it('BKO-18: a delay survives its leader', () => {
    const world = looping({ backoffSeconds: 60 });
    const before = launches(world);
    world.newTerm();
    world.advance(seconds(30));
    expect(launches(world)).to.equal(before);
    expect(queued(world)?.delay.timeLeftSeconds).to.be.within(1, 30);
    world.advance(seconds(31));
    expect(launches(world)).to.equal(before + 1);
  });

  it('a launch that no host took is tried again after a delay, not at once without end', () => {
    const world = new SmallWorld();
    world.behaviour = () => ({ exit: 'TASK_DROPPED' });
    world.create(LOOP, { cmd: 'sleep 1000', cpus: 0.1, backoffSeconds: 5 });
    expect(launches(world)).to.equal(1);
    world.advance(seconds(6));
    expect(launches(world)).to.equal(2);
  });
});

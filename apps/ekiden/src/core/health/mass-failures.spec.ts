import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import { RolloutWorld } from '../../../testing/rollout-world.js';
import { SmallWorld } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import { holdNotes } from '../reconcile/index.js';
import type { Instance } from '../instance/index.js';

const INTERVAL = 5;

const WEB: AppWire = {
  cmd: './web',
  cpus: 0.1,
  healthChecks: [
    {
      protocol: 'HTTP',
      gracePeriodSeconds: 0,
      intervalSeconds: INTERVAL,
      maxConsecutiveFailures: 1,
    },
  ],
};

const STOP_FIRST = { minimumHealthCapacity: 1, maximumOverCapacity: 0 };

type Answers = (instance: Instance) => boolean;

/** Asks every running task of these apps once per interval, and counts the kills of each. */
function live(world: SmallWorld, rounds: number, answers: Record<string, Answers>): number[] {
  return Array.from({ length: rounds }, () => {
    const before = kills(world);
    for (const [app, answer] of Object.entries(answers)) {
      for (const instance of world.instances(app)) {
        if (instance.condition !== 'Running' || instance.task === undefined) continue;
        const { id: taskId } = instance.task;
        const at = world.clock.now();
        // The world knows hosts only; answers to probes come in beside what they report.
        world['inbox'].push({ kind: 'healthResult', taskId, check: 0, at, ok: answer(instance) });
      }
    }
    world.settle();
    world.advance(seconds(INTERVAL));
    return kills(world) - before;
  });
}

/** One answer to a probe, at once. */
function answer(world: SmallWorld, taskId: TaskId, ok: boolean): void {
  world['inbox'].push({ kind: 'healthResult', taskId, check: 0, at: world.clock.now(), ok });
  world.settle();
}

function kills(world: SmallWorld): number {
  return world.eventTypes('unhealthy_instance_kill_event').length;
}

function tasksOf(world: SmallWorld, app: string): (TaskId | undefined)[] {
  return world.instances(app).map(({ task }) => task?.id);
}

function startFleet(count: number): SmallWorld {
  const world = new SmallWorld();
  const upgradeStrategy = { minimumHealthCapacity: 0, maximumOverCapacity: 0 };
  world.create('/web', { ...WEB, instances: count, upgradeStrategy });
  live(world, 1, { '/web': () => true });
  return world;
}

describe('many that fail their checks at once', () => {
  it('are left alone for five minutes, and it is said so', () => {
    const world = startFleet(14);
    const failing = new Set(tasksOf(world, '/web').slice(0, 12));
    const answers = { '/web': ({ task }: Instance) => !failing.has(task?.id) };
    const killed = live(world, 59, answers);
    expect(killed.every((count) => count === 0)).to.equal(true);
    expect(world.eventTypes('health_kills_suspended_event')).to.have.length(1);
    const notes = holdNotes(world.view, '/web' as PathId);
    expect(notes).to.have.length(7);
    expect(notes.at(-1)).to.equal('7 more fail their health checks');
    expect(notes[0]).to.match(/^12 of 14 instances fail their checks: none is replaced/);
  });

  it('are not replaced when they recover one after the other', () => {
    const world = startFleet(14);
    const before = tasksOf(world, '/web');
    const ill = new Set(before);
    live(world, 4, { '/web': ({ task }) => !ill.has(task?.id) });
    for (const { task } of world.instances('/web')) {
      if (task !== undefined) answer(world, task.id, true);
    }
    live(world, 10, { '/web': () => true });
    expect(tasksOf(world, '/web')).to.deep.equal(before);
    expect(holdNotes(world.view, '/web' as PathId)).to.deep.equal([]);
  });

  it('are not replaced at all when they recover in time', () => {
    const world = startFleet(14);
    const before = tasksOf(world, '/web');
    live(world, 30, { '/web': () => false });
    live(world, 60, { '/web': () => true });
    expect(tasksOf(world, '/web')).to.deep.equal(before);
    expect(holdNotes(world.view, '/web' as PathId)).to.deep.equal([]);
  });

  it('are replaced one by one when they stay stuck, and freely once most are well', () => {
    const world = startFleet(14);
    const stuck = new Set(tasksOf(world, '/web'));
    const answers = { '/web': ({ task }: Instance) => !stuck.has(task?.id) };
    const killed = live(world, 120, answers);
    expect(tasksOf(world, '/web').filter((id) => stuck.has(id))).to.deep.equal([]);
    const first = killed.findIndex((count) => count > 0);
    expect(first * INTERVAL).to.be.within(295, 310);
    expect(killed.slice(first, first + 6)).to.deep.equal([1, 1, 1, 1, 1, 1]);
    expect(Math.max(...killed)).to.be.greaterThan(1);
  });

  it('are replaced at once when they are no more than half', () => {
    const world = startFleet(14);
    const failing = new Set(tasksOf(world, '/web').slice(0, 7));
    const killed = live(world, 4, { '/web': ({ task }) => !failing.has(task?.id) });
    expect(killed.reduce((sum, count) => sum + count, 0)).to.equal(7);
    expect(world.eventTypes('health_kills_suspended_event')).to.deep.equal([]);
  });

  it('are left alone when they are all that is checked on one agent', () => {
    const world = new SmallWorld();
    for (const id of ['/a', '/b']) world.create(id, { ...WEB, instances: 1 });
    const well = { '/a': () => true, '/b': () => true };
    const ill = { '/a': () => false, '/b': () => false };
    live(world, 1, well);
    expect(live(world, 40, ill).every((count) => count === 0)).to.equal(true);
    expect(holdNotes(world.view, '/a' as PathId)[0]).to.match(/^all 2 checked tasks on agent /);
    live(world, 1, well);
    const stuck = new Set(tasksOf(world, '/a'));
    live(world, 4, { ...well, '/a': ({ task }) => !stuck.has(task?.id) });
    expect(kills(world)).to.equal(1);
  });

  it('are killed one by one over all apps on that agent once the time is up', () => {
    const world = new SmallWorld();
    const names = Array.from({ length: 8 }, (_, n) => `/app-${n}`);
    for (const id of names) world.create(id, { ...WEB, instances: 1, upgradeStrategy: STOP_FIRST });
    const stuck = new Set(names.flatMap((id) => tasksOf(world, id)));
    const answer = (answers: Answers) => Object.fromEntries(names.map((id) => [id, answers]));
    live(
      world,
      1,
      answer(() => true),
    );
    const killed = live(
      world,
      80,
      answer(({ task }) => !stuck.has(task?.id)),
    );
    expect(killed.slice(0, 59).every((count) => count === 0)).to.equal(true);
    const first = killed.findIndex((count) => count > 0);
    expect(killed.slice(first, first + 4)).to.deep.equal([1, 1, 1, 1]);
    expect(names.flatMap((id) => tasksOf(world, id)).filter((id) => stuck.has(id))).to.deep.equal(
      [],
    );
    expect(world.eventTypes('health_kills_suspended_event')).to.have.length(names.length);
  });

  it('are left alone again as soon as those that were well on their agent have ended', () => {
    const world = new SmallWorld();
    const names = ['/a', '/b'];
    for (const id of names) world.create(id, { ...WEB, instances: 1, upgradeStrategy: STOP_FIRST });
    const well = { '/a': () => true, '/b': () => true };
    const ill = { '/a': () => false, '/b': () => false, '/c': () => true };
    const said = (): number => world.eventTypes('health_kills_suspended_event').length;
    live(world, 1, well);
    live(world, 2, ill);
    expect(said()).to.equal(2);
    world.create('/c', { ...WEB, instances: 2 });
    live(world, 1, ill);
    // Half of what is checked there is not most of it: the time to be asked once more runs.
    world.update('/c', { instances: 0 });
    expect(said()).to.equal(4);
    expect(kills(world)).to.equal(0);
  });

  it('hold nobody any more as soon as the last of them is well', () => {
    const world = new SmallWorld();
    const make = (...ids: readonly string[]): void => {
      for (const id of ids) world.create(id, { ...WEB, instances: 1, upgradeStrategy: STOP_FIRST });
    };
    const say = (id: string, ok: boolean): void => {
      world.advance(seconds(1));
      const [task] = tasksOf(world, id);
      if (task !== undefined) answer(world, task, ok);
    };
    make('/a', '/b');
    for (const id of ['/a', '/b']) say(id, true);
    for (const id of ['/a', '/b', '/a', '/b']) say(id, false);
    make('/c', '/d');
    for (const id of ['/c', '/d']) say(id, true);
    say('/a', true);
    for (const id of ['/c', '/c']) say(id, false);
    expect(kills(world)).to.equal(0);
    say('/b', true);
    expect(kills(world)).to.equal(1);
  });

  it('are held as the new version of an app while nobody of the old one is ill', () => {
    const world = new RolloutWorld();
    world.setRollout('/t', { strategy: 'blueGreen' });
    const { healthChecks = [], ...plain } = WEB;
    world.create('/t/web', { ...plain, instances: 2, upgradeStrategy: STOP_FIRST });
    world.update('/t/web', { cmd: './web --new', healthChecks });
    const preview = world.beside('/t/web').flatMap(({ task }) => task?.id ?? []);
    expect(preview).to.have.length(2);
    for (const ok of [true, false, false]) {
      for (const id of preview) answer(world, id, ok);
      world.advance(seconds(1));
    }
    expect(world.eventTypes('health_kills_suspended_event')).to.have.length(1);
    expect(kills(world)).to.equal(0);
  });

  it('say nothing about an app that has only one', () => {
    const world = startFleet(1);
    const killed = live(world, 3, { '/web': () => false });
    expect(killed.reduce((sum, count) => sum + count, 0)).to.equal(1);
  });
});

describe('a new leader, which knows only what is stored', () => {
  it('leaves a fleet alone that fails at large, for as long again', () => {
    const world = startFleet(14);
    const failing = new Set(tasksOf(world, '/web').slice(0, 12));
    const answers = { '/web': ({ task }: Instance) => !failing.has(task?.id) };
    live(world, 50, answers);
    world.newTerm();
    expect(live(world, 59, answers).every((count) => count === 0)).to.equal(true);
    const notes = holdNotes(world.view, '/web' as PathId).join('\n');
    expect(notes).to.match(/^12 of 14 instances fail their checks: none is replaced/m);
  });

  it('kills nobody for an answer that an earlier one was given', () => {
    const world = startFleet(14);
    const before = tasksOf(world, '/web');
    live(world, 4, { '/web': () => false });
    // Eight of them were asked again before the old leader died; six were not.
    for (const { task } of world.instances('/web').slice(0, 8)) {
      if (task !== undefined) answer(world, task.id, true);
    }
    world.newTerm();
    world.advance(seconds(INTERVAL - 1));
    expect(kills(world)).to.equal(0);
    live(world, 10, { '/web': () => true });
    expect(tasksOf(world, '/web')).to.deep.equal(before);
  });

  it('leaves all apps on an agent alone while most of what is there fails', () => {
    const world = new SmallWorld();
    const names = Array.from({ length: 8 }, (_, n) => `/app-${n}`);
    for (const id of names) world.create(id, { ...WEB, instances: 1, upgradeStrategy: STOP_FIRST });
    const all = (well: Answers) => Object.fromEntries(names.map((id) => [id, well]));
    live(
      world,
      1,
      all(() => true),
    );
    live(
      world,
      4,
      all(() => false),
    );
    const some = all(({ appId }) => appId === '/app-0' || appId === '/app-1');
    expect(live(world, 2, some)).to.deep.equal([0, 0]);
    world.newTerm();
    expect(live(world, 50, some).every((count) => count === 0)).to.equal(true);
    expect(holdNotes(world.view, '/app-5' as PathId)[0]).to.match(/checked tasks on agent/);
    const killed = live(world, 40, some);
    expect(Math.max(...killed)).to.equal(1);
  });

  it('replaces what fails by itself as soon as it has been asked again', () => {
    const world = startFleet(14);
    const failing = new Set(tasksOf(world, '/web').slice(0, 2));
    const answers = { '/web': ({ task }: Instance) => !failing.has(task?.id) };
    live(world, 1, answers);
    world.newTerm();
    expect(live(world, 4, answers).reduce((sum, count) => sum + count, 0)).to.equal(2);
  });
});

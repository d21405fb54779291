import { expect } from 'chai';
import { seconds, type TaskId } from '@ekiden/kernel';
import { SmallWorld, changeCommand } from '../../../testing/small-world.js';
import type { AppWire, PathId } from '../app/index.js';
import { isHealthy, type Instance } from '../instance/index.js';
import { appVersionKey, type WorldCommand } from '../turn/index.js';

/** What a task answers when it is asked. */
type Answers = (instance: Instance) => boolean;

const CHECK = {
  protocol: 'HTTP',
  path: '/health',
  gracePeriodSeconds: 30,
  intervalSeconds: 5,
  maxConsecutiveFailures: 3,
} as const;

/** No more instances than wanted at any time: what fails is killed before it is replaced. */
const STOP_FIRST = { minimumHealthCapacity: 1, maximumOverCapacity: 0 };

const WEB: AppWire = { cmd: './web', cpus: 0.1, instances: 1, healthChecks: [CHECK] };

function hear(world: SmallWorld, report: WorldCommand): void {
  // The world knows hosts only; answers to probes come in beside what they report.
  world['inbox'].push(report);
}

/** Asks every running task of an app once. */
function probe(world: SmallWorld, app: string, answers: Answers): void {
  for (const instance of world.instances(app)) {
    if (instance.condition !== 'Running' || instance.task === undefined) continue;
    const ok = answers(instance);
    hear(world, {
      kind: 'healthResult',
      taskId: instance.task.id,
      check: 0,
      at: world.clock.now(),
      ok,
      ...(ok ? {} : { cause: 'HTTP status 500' }),
    });
  }
  world.settle();
}

/** Probes every 5 s for a while; `watch` looks after each round. */
function live(
  world: SmallWorld,
  rounds: number,
  answers: Readonly<Record<string, Answers>>,
  watch: () => void = () => undefined,
): void {
  for (let round = 0; round < rounds; round += 1) {
    for (const [app, answer] of Object.entries(answers)) probe(world, app, answer);
    watch();
    world.advance(seconds(5));
    watch();
  }
}

const well: Answers = () => true;
const ill: Answers = () => false;

function healthy(world: SmallWorld, app: string): readonly Instance[] {
  const { appVersions } = world.view;
  return world
    .instances(app)
    .filter((i) => isHealthy(i, appVersions.get(appVersionKey(i.appId, i.appVersion))));
}

function taskIds(world: SmallWorld, app: string): (TaskId | undefined)[] {
  return world.instances(app).map(({ task }) => task?.id);
}

describe('health in deployments', () => {
  it('HLT-01: an app starts only when what it depends on is healthy', () => {
    const world = new SmallWorld();
    const entries = [
      { id: '/db' as PathId, app: WEB },
      { id: '/service' as PathId, app: { ...WEB, dependencies: ['/db'] } },
    ];
    const options = { partial: true, mustExist: false };
    world.send(changeCommand({ kind: 'upsertApps', entries, ...options }));
    live(world, 5, { '/db': ill, '/service': well });
    expect(world.instances('/service')).to.deep.equal([]);
    expect(world.eventTypes('deployment_success')).to.deep.equal([]);

    live(world, 2, { '/db': well, '/service': well });
    expect(world.conditions('/service')).to.deep.equal({ Running: 1 });
    expect(world.eventTypes('deployment_success')).to.have.length(1);
  });

  it('a rolling upgrade keeps the old ones until the new ones are healthy', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, instances: 2 });
    live(world, 1, { '/web': well });
    const old = new Set(taskIds(world, '/web'));
    world.update('/web', { cmd: './web --new' });
    let fixed = false;
    const answers: Answers = ({ task }) => fixed || old.has(task?.id);

    live(world, 20, { '/web': answers }, () => {
      const kept = healthy(world, '/web').filter(({ task }) => old.has(task?.id));
      expect(kept).to.have.length(2);
    });
    expect(world.eventTypes('unhealthy_instance_kill_event')).to.not.deep.equal([]);
    expect(world.eventTypes('deployment_success')).to.have.length(1);

    fixed = true;
    live(world, 10, { '/web': answers });
    expect(world.eventTypes('deployment_success')).to.have.length(2);
    expect(taskIds(world, '/web').filter((id) => old.has(id as TaskId))).to.deep.equal([]);
    expect(healthy(world, '/web')).to.have.length(2);
  });
});

describe('replacing what fails', () => {
  it('HLT-07: failures in the grace period kill nothing', () => {
    const world = new SmallWorld();
    world.create('/web', WEB);
    const before = taskIds(world, '/web');
    live(world, 6, { '/web': ill });
    live(world, 3, { '/web': well });
    expect(taskIds(world, '/web')).to.deep.equal(before);
    expect(world.eventTypes('failed_health_check_event')).to.deep.equal([]);
    expect(world.eventTypes('deployment_success')).to.have.length(1);
  });

  it('HLT-04: replaces an instance at the failure after the last allowed one', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, backoffSeconds: 20, upgradeStrategy: STOP_FIRST });
    probe(world, '/web', well);
    const [before] = world.instances('/web');
    for (let failures = 1; failures <= 3; failures += 1) probe(world, '/web', ill);
    expect(taskIds(world, '/web')).to.deep.equal([before?.task?.id]);
    expect(healthy(world, '/web')).to.deep.equal([]);

    probe(world, '/web', ill);
    const [after] = world.instances('/web');
    expect(after?.id).to.equal(before?.id);
    // Unlike Marathon's, the next start is delayed.
    expect(after?.condition).to.equal('Scheduled');
    world.advance(seconds(21));
    expect(world.conditions('/web')).to.deep.equal({ Running: 1 });
    expect(world.instances('/web')[0]?.incarnation).to.equal(2);
    expect(
      world.eventTypes(
        'failed_health_check_event',
        'health_status_changed_event',
        'instance_health_changed_event',
        'unhealthy_instance_kill_event',
      ),
    ).to.deep.equal([
      'health_status_changed_event',
      'instance_health_changed_event',
      'failed_health_check_event',
      'health_status_changed_event',
      'instance_health_changed_event',
      'failed_health_check_event',
      'failed_health_check_event',
      'failed_health_check_event',
      'unhealthy_instance_kill_event',
    ]);
    const failure = world.view.taskFailures.get('/web' as PathId);
    expect(failure?.state).to.equal('TASK_KILLED');
    expect(failure?.message).to.equal(
      'Task was killed since health check failed. Reason: HTTP status 500',
    );
    expect(failure?.taskId).to.equal(before?.task?.id);
    const killed = world.events.filter(
      (event) => event.type === 'status_update_event' && event.taskStatus === 'TASK_KILLED',
    );
    expect(killed.map((event) => 'message' in event && event.message)).to.deep.equal([
      'Killed because it failed its health checks (HTTP status 500)',
    ]);
  });

  it('HLT-06: never replaces when no number of failures is too many', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, healthChecks: [{ ...CHECK, maxConsecutiveFailures: 0 }] });
    const before = taskIds(world, '/web');
    live(world, 40, { '/web': ill });
    expect(taskIds(world, '/web')).to.deep.equal(before);
  });

  it('answers of tasks that are over, or of unknown checks, change nothing', () => {
    const world = new SmallWorld();
    world.create('/web', WEB);
    const taskId = taskIds(world, '/web')[0] as TaskId;
    const result = { kind: 'healthResult', taskId, at: world.clock.now(), ok: true } as const;
    const turn = world.state.turn;
    hear(world, { ...result, check: 1 });
    hear(world, { ...result, check: 0, taskId: 'other' as TaskId });
    world.settle();
    expect(world.state.turn).to.equal(turn);
  });

  const budgets: readonly (readonly [minimum: number, budget: number])[] = [
    [1, 1],
    [0.9, 2],
    [0.5, 10],
  ];
  for (const [minimumHealthCapacity, budget] of budgets) {
    it(`of 10 in 20 that fail together, at most ${budget} are down at once with a minimum of ${minimumHealthCapacity}`, () => {
      const world = new SmallWorld();
      const upgradeStrategy = { minimumHealthCapacity, maximumOverCapacity: 0 };
      world.create('/web', { ...WEB, instances: 20, upgradeStrategy });
      live(world, 1, { '/web': well });
      const failing = new Set(taskIds(world, '/web').slice(0, 10));
      const answers: Answers = ({ task }) => !failing.has(task?.id);
      let mostDown = 0;
      live(world, 60, { '/web': answers }, () => {
        const there = taskIds(world, '/web').filter((id) => failing.has(id));
        const renewed = healthy(world, '/web').length;
        mostDown = Math.max(mostDown, 20 - there.length - renewed);
      });
      expect(mostDown).to.equal(budget);
      // And all of them are replaced in the end.
      expect(healthy(world, '/web')).to.have.length(20);
    });
  }

  it('goes on when a replacement does not become healthy in time', () => {
    const world = new SmallWorld();
    world.create('/web', { ...WEB, instances: 3 });
    live(world, 1, { '/web': well });
    const before = new Set(taskIds(world, '/web'));
    live(world, 160, { '/web': ill });
    expect(taskIds(world, '/web').filter((id) => before.has(id))).to.deep.equal([]);
  });
});

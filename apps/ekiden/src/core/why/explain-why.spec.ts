import { expect } from 'chai';
import { seconds, type AgentId, type TaskId } from '@ekiden/kernel';
import { SmallWorld, type SmallWorldOptions } from '../../../testing/small-world.js';
import { RolloutWorld } from '../../../testing/rollout-world.js';
import type { AppWire } from '../app/index.js';
import { sampleRollout } from '../app/sample-rollout.js';
import { explainWhy } from './explain-why.js';
import { changeText } from './change.js';
import type { ClosedPort } from './inquiry.js';
import type { InstanceReport, ManyReport, SpecReport } from './report.js';

const SMALL = 'cpus:1.5;mem:4096;disk:1000;ports:[31000-31010]';
const TINY = 'cpus:1;mem:4096;disk:1000;ports:[31000-31010]';
const SLEEPER: AppWire = { cmd: 'sleep 60', cpus: 2, mem: 128, portDefinitions: [] };

function explained(world: SmallWorld, asked: string): SpecReport {
  const report = explainWhy({ state: world.view, now: world.clock.now() }, asked);
  if (report === undefined || !('counts' in report)) throw new Error(`not explained: ${asked}`);
  return report;
}

function many(
  world: SmallWorld,
  asked: string,
  closedPorts: readonly ClosedPort[] = [],
): ManyReport {
  const report = explainWhy({ state: world.view, now: world.clock.now(), closedPorts }, asked);
  if (report === undefined || !('parts' in report)) throw new Error(`not explained: ${asked}`);
  return report;
}

function one(world: SmallWorld, asked: string): InstanceReport {
  const report = explainWhy({ state: world.view, now: world.clock.now() }, asked);
  if (report === undefined || !('app' in report)) throw new Error(`not explained: ${asked}`);
  return report;
}

function worldOf(agents: readonly string[], more: Partial<SmallWorldOptions> = {}): SmallWorld {
  return new SmallWorld({ agents, ...more });
}

describe('why: what agents say to an instance', () => {
  it('tells in one sentence what all of them lack, the nearest, and the smallest change', () => {
    const world = worldOf([SMALL, TINY, TINY]);
    world.create('/web', SLEEPER);
    const { summary, placement } = explained(world, '/web');
    expect(summary).to.equal('the instance does not run: all 3 agents lack 0.5 to 1 cpus');
    expect(placement?.nearest?.lacks).to.deep.equal(['lacks 0.5 cpus']);
    expect(placement?.changes.map(changeText)).to.deep.equal([
      `cpus 1.5 instead of 2 (fits on ${placement?.nearest?.hostname ?? ''})`,
      'one more agent with 2 cpus, 128 MiB of memory free',
    ]);
  });

  it('counts each agent once, by all that it refuses for', () => {
    const racks = ['rack:r1', 'rack:r1', 'rack:r2', 'rack:r2', 'zone:z'];
    const world = worldOf([TINY, TINY, TINY, 'cpus:1;mem:64;ports:[31000-31010]', SMALL], {
      attributes: racks,
    });
    const constraints = [['rack', 'LIKE', 'r1']];
    world.create('/web', { ...SLEEPER, constraints });
    const { placement } = explained(world, '/web');
    const counts = placement?.groups.map(({ count }) => count) ?? [];
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(5);
    expect(placement?.sentence).to.match(/^2 of 5 agents lack 1 cpus; /);
    expect(placement?.sentence).to.include(
      '1 has rack r2, which [rack, LIKE, r1] does not accept, lacks 1 cpus and 64 MiB of memory',
    );
    expect(placement?.sentence).to.include('has no rack, which [rack, LIKE, r1] needs');
  });

  it('names who holds a host port, task and app', () => {
    const world = worldOf([SMALL]);
    const wish = { ...SLEEPER, cpus: 0.1, requirePorts: true, portDefinitions: [{ port: 31001 }] };
    world.create('/first', wish);
    world.create('/second', wish);
    const { placement, agents } = explained(world, '/second');
    expect(placement?.sentence).to.match(
      /^the only agent has host port 31001 taken, held by \/first \(task first\.instance-.*\._app\.1\)$/,
    );
    expect(agents[0]?.refusals[0]).to.match(/host port 31001 is held by \/first/);
    expect(placement?.changes.map(changeText)[0]).to.match(/^any host port instead of 31001/);
  });

  it('tells of UNIQUE that one more agent or fewer instances would do', () => {
    const world = worldOf([SMALL, SMALL]);
    world.create('/web', {
      ...SLEEPER,
      cpus: 0.1,
      instances: 3,
      constraints: [['hostname', 'UNIQUE']],
    });
    const { summary, placement } = explained(world, '/web');
    expect(summary).to.equal(
      '2 of 3 instances run: both agents have an instance already, and UNIQUE allows one per host',
    );
    expect(placement?.changes.map(changeText)).to.deep.equal([
      'without the constraint [hostname, UNIQUE] (fits on h1)',
      'one more agent with 0.1 cpus, 128 MiB of memory free',
      'instances 2 instead of 3 (what is placed is enough)',
    ]);
  });

  it('proposes to let an agent in again that is drained and has room', () => {
    const world = worldOf([SMALL]);
    const [agent] = world.view.master.state.agents.values();
    const order = { kind: 'deactivate' } as const;
    world.send({ kind: 'tendAgent', agent: agent?.id ?? ('' as AgentId), order });
    world.create('/web', { ...SLEEPER, cpus: 1 });
    const { summary, placement } = explained(world, '/web');
    expect(summary).to.include('the only agent is deactivated by an operator');
    expect(placement?.changes[0]?.kind).to.equal('activateAgent');
  });

  it('says that there is no agent', () => {
    const world = worldOf([]);
    world.create('/web', SLEEPER);
    expect(explained(world, '/web').summary).to.match(/no agent has registered yet/);
  });
});

describe('why: what else holds instances back', () => {
  it('tells the next try and how the last task ended', () => {
    const world = worldOf([SMALL]);
    world.behaviour = () => ({ exit: 'TASK_FAILED' });
    world.create('/web', { ...SLEEPER, cpus: 1, backoffSeconds: 60 });
    const { causes, lastFailure, delay } = explained(world, '/web');
    expect(causes[0]?.kind).to.equal('backoff');
    expect(causes[0]?.message).to.match(/^launch delayed for 60 s more, until .* \(ended as told/);
    expect(delay?.timeLeftSeconds).to.equal(60);
    expect(lastFailure?.state).to.equal('TASK_FAILED');
  });

  it('tells what a deployment does before it comes to an app', () => {
    const world = worldOf([SMALL]);
    world.behaviour = (app) => ({ stuck: app === '/shop/db' });
    const app = (id: string, dependencies: string[]) => ({
      ...SLEEPER,
      cpus: 0.1,
      id,
      dependencies,
    });
    const apps = [app('db', []), app('web', ['db'])];
    world.change({ kind: 'createGroup', id: '/shop' as never, group: { id: '/shop', apps } });
    const { causes, summary } = explained(world, '/shop/web');
    expect(causes[0]?.kind).to.equal('dependency');
    expect(summary).to.match(
      /: it waits until \/shop\/db \(0 of 1 running\) is up, by \S+, and on after that$/,
    );

    const group = many(world, '/shop');
    expect(group.summary).to.match(/^2 of 2 apps are not as wanted; the worst is \/shop\//);
    expect(group.parts).to.have.length(2);
    const [deployment] = world.view.deployments.values();
    const waits = many(world, deployment?.id ?? '');
    expect(waits.kind).to.equal('deployment');
    expect(waits.summary).to.include('waits for /shop/db (0 of 1 running)');
    expect(waits.parts.map(({ id }) => id)).to.deep.equal(['/shop/db']);
  });

  it('tells which check fails and why', () => {
    const world = worldOf([SMALL]);
    const healthChecks = [
      { protocol: 'HTTP' as const, path: '/health', port: 80, gracePeriodSeconds: 0 },
    ];
    world.create('/web', { ...SLEEPER, cpus: 0.1, healthChecks });
    const [instance] = world.instances('/web');
    const taskId = instance?.task?.id ?? ('' as TaskId);
    world.clock.advance(seconds(20));
    const at = world.clock.now();
    world.inject({ kind: 'healthResult', taskId, check: 0, at, ok: false, cause: 'status 500' });
    const { summary, causes } = explained(world, '/web');
    expect(causes.map(({ kind }) => kind)).to.deep.equal(['health']);
    expect(summary).to.equal(
      'the instance runs and is not healthy: 1 of 1 instance fails the health check HTTP /health: status 500',
    );
    expect(one(world, taskId).summary).to.include('the health check HTTP /health fails (1 times');
  });

  it('tells when what is out of reach is replaced', () => {
    const world = worldOf([SMALL]);
    const unreachableStrategy = { inactiveAfterSeconds: 300, expungeAfterSeconds: 600 };
    world.create('/web', { ...SLEEPER, cpus: 0.1, unreachableStrategy });
    const [agent] = world.view.master.state.agents.values();
    world.inject({
      kind: 'agentUnreachable',
      agentId: agent?.id ?? ('' as AgentId),
      reason: 'silent',
    });
    const { causes } = explained(world, '/web');
    expect(causes[0]?.message).to.match(/^1 instance on h1 is out of reach and replaced at /);
    expect(causes[0]?.until).to.equal(world.clock.now() + 300_000);
  });

  it('tells of a service port that cannot be opened', () => {
    const world = worldOf([SMALL]);
    world.create('/web', { ...SLEEPER, cpus: 0.1, portDefinitions: [{ port: 10_001 }] });
    const closedPorts = [{ port: 10_001, address: '127.0.0.1', reason: 'the port is in use' }];
    const report = explainWhy({ state: world.view, now: world.clock.now(), closedPorts }, '/web');
    expect(report?.causes.map(({ message }) => message)).to.deep.equal([
      'service port 10001 cannot be opened on 127.0.0.1: the port is in use',
    ]);
    expect(many(world, '/', closedPorts).summary).to.equal(
      '1 of 1 app is not as wanted; the worst is /web: the instance runs: service port 10001 cannot be opened on 127.0.0.1: the port is in use',
    );
  });

  it('counts what runs of the old version apart while a new one takes over', () => {
    const world = worldOf(['cpus:8;mem:8192;disk:1000;ports:[31000-31010]']);
    const app = { ...SLEEPER, cpus: 0.1, instances: 5 };
    world.create('/web', app);
    expect(explained(world, '/web').summary).to.equal('all 5 instances run');
    world.behaviour = () => ({ stuck: true });
    world.update('/web', { cmd: 'sleep 61' });
    const half = explained(world, '/web');
    expect(half.summary).to.match(/^0 of 5 new instances run, and 5 old ones run\b/);
    expect(half.counts).to.include({ running: 0, old: 5, wanted: 5 });
    expect(many(world, '/').summary).to.match(
      /^1 of 1 app is not as wanted; the worst is \/web: 0 /,
    );
  });

  it('answers for an instance and a task, and for nothing that nobody knows', () => {
    const world = worldOf([SMALL]);
    world.create('/web', SLEEPER);
    const [waiting] = world.instances('/web');
    expect(one(world, waiting?.id ?? '').summary).to.match(
      /^it waits to be placed since .*: the only agent lacks 0.5 cpus$/,
    );
    expect(one(world, waiting?.id ?? '').placement?.changes).to.have.length(2);
    world.update('/web', { cpus: 1 }, true);
    const [placed] = world.instances('/web');
    expect(one(world, placed?.task?.id ?? '').summary).to.match(/^it runs on h1 since /);
    expect(explained(world, '/web')).to.deep.include({ causes: [], summary: 'the instance runs' });
    expect(explainWhy({ state: world.view, now: world.clock.now() }, '/no')).to.equal(undefined);
  });
});

describe('why: a new version that nobody leads to', () => {
  it('says that nothing listens on its preview ports where there is no router', () => {
    const world = new RolloutWorld();
    const ported = { cpus: 0.1, portDefinitions: [{ port: 10_101 }] };
    const blueGreen = { ...sampleRollout().blueGreen, promotion: 'manual' } as const;
    world.setRollout('/shop', { strategy: 'blueGreen', blueGreen });
    world.create('/shop/web', { ...ported, cmd: 'sleep 60' });
    const reply = world.update('/shop/web', { cmd: 'sleep 61' });
    const lacks = `nothing listens on service ports here (EKIDEN_ROUTER=none): the new version of '/shop' gets no preview before it is live`;
    expect(world.deployment(reply).plan.warnings[0]).to.equal(lacks);
    const inquiry = { state: world.view, now: world.clock.now() };
    const causes = (isRouted: boolean): unknown => {
      const report = explainWhy({ ...inquiry, isRouted }, '/shop/web') as SpecReport;
      return report.causes.filter(({ kind }) => kind === 'route').map(({ message }) => message);
    };
    expect(causes(false)).to.deep.equal([
      'nothing listens on preview port 20001: EKIDEN_ROUTER=none',
    ]);
    expect(causes(true)).to.deep.equal([]);
  });
});

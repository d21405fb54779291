import { expect } from 'chai';
import fc from 'fast-check';
import { seconds, type Millis, type TaskId } from '@ekiden/kernel';
import { testRun } from '@ekiden/testkit';
import { SmallWorld } from '../../../testing/small-world.js';
import { isHealthy, isTerminal, type Instance, type InstanceId } from '../instance/index.js';
import { maximumCapacity } from '../deployment/index.js';
import { appVersionKey } from '../turn/index.js';
import { killBudget } from './kill-unhealthy.js';

const INTERVAL = seconds(5);
const GRACE = seconds(10);
const PATIENCE = seconds(20);
const HOLD = seconds(40);

interface Plan {
  readonly instances: number;
  readonly upgradeStrategy: {
    readonly minimumHealthCapacity: number;
    readonly maximumOverCapacity: number;
  };
  /** cpus of the agents; an instance takes one. */
  readonly agents: readonly number[];
  /** By round: whose answers change, by their position. */
  readonly flips: readonly (readonly number[])[];
}

const plans: fc.Arbitrary<Plan> = fc.record({
  instances: fc.integer({ min: 1, max: 9 }),
  upgradeStrategy: fc.record({
    minimumHealthCapacity: fc.constantFrom(0, 0.5, 0.67, 1),
    maximumOverCapacity: fc.constantFrom(0, 0.2, 1),
  }),
  agents: fc.array(fc.integer({ min: 3, max: 12 }), { minLength: 1, maxLength: 4 }),
  flips: fc.array(fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 5 }), {
    minLength: 5,
    maxLength: 40,
  }),
});

/** A random fleet, and what must hold whatever its tasks answer. */
class Trial {
  private readonly world: SmallWorld;
  private readonly ill = new Set<TaskId>();
  private readonly answered = new Map<string, boolean>();
  /** Killed without a replacement: since when. */
  private readonly down = new Map<InstanceId, Millis>();
  private readonly plan: Plan;
  private heard = 0;
  private suspendedAt: Millis | undefined;

  constructor(plan: Plan) {
    this.plan = plan;
    const agents = plan.agents.map((cpus) => `cpus:${cpus};mem:65536;ports:[31000-31999]`);
    const settings = { healthHold: HOLD, replacementPatience: PATIENCE };
    this.world = new SmallWorld({ agents, settings });
    this.world.create('/web', {
      cmd: './web',
      cpus: 1,
      mem: 32,
      backoffSeconds: 0,
      instances: plan.instances,
      upgradeStrategy: plan.upgradeStrategy,
      healthChecks: [
        {
          protocol: 'TCP',
          gracePeriodSeconds: GRACE / 1_000,
          intervalSeconds: INTERVAL / 1_000,
          maxConsecutiveFailures: 1,
        },
      ],
    });
  }

  run(): void {
    this.round();
    for (const positions of this.plan.flips) {
      for (const position of positions) this.flip(position);
      this.round();
    }
    this.ill.clear();
    for (let n = 0; n < 60; n += 1) this.round();
    this.atRest();
  }

  private get instances(): readonly Instance[] {
    return this.world.instances('/web');
  }

  private flip(position: number): void {
    const id = this.instances[position]?.task?.id;
    if (id !== undefined && !this.ill.delete(id)) this.ill.add(id);
  }

  /** One answer of each, one after the other, then an interval. */
  private round(): void {
    for (const { condition, task } of this.instances) {
      if (condition !== 'Running' || task === undefined) continue;
      const at = this.world.clock.now();
      const ok = !this.ill.has(task.id);
      this.answered.set(task.id, ok);
      // The world knows hosts only; answers to probes come in beside what they report.
      this.world['inbox'].push({ kind: 'healthResult', taskId: task.id, check: 0, at, ok });
      const failing = this.failing();
      this.world.settle();
      this.look(failing);
    }
    const failing = this.failing();
    this.world.advance(INTERVAL);
    this.look(failing);
  }

  private failing(): number {
    return this.instances.filter(
      ({ task, replaces }) =>
        replaces === undefined && task?.healthy === false && !this.answered.get(task.id),
    ).length;
  }

  private look(failing: number): void {
    const now = this.world.clock.now();
    this.recover(now);
    const { instances, upgradeStrategy } = this.plan;
    let killed = 0;
    for (const event of this.world.events.slice(this.heard)) {
      if (event.type === 'health_kills_suspended_event') this.suspendedAt ??= now;
      if (event.type !== 'unhealthy_instance_kill_event') continue;
      expect(this.answered.get(event.taskId), 'last answer of a killed task').to.equal(false);
      const still = this.instances.find(({ id }) => id === event.instanceId);
      if (still?.goal !== 'Running') continue;
      killed += 1;
      // Killed again before it was well: it is down since the first time.
      if (!this.down.has(still.id)) this.down.set(still.id, now);
    }
    this.heard = this.world.events.length;
    const together = Math.min(failing, this.failing() + killed);
    if (killed > 0 && together >= 2 && together * 2 > instances && this.suspendedAt !== undefined) {
      expect(now - this.suspendedAt, 'suspended kills').to.be.at.least(HOLD - INTERVAL);
    }
    const budget = killBudget({ instances, upgradeStrategy });
    expect(this.down.size, 'killed at once').to.be.at.most(budget);
    const alive = this.instances.filter(({ condition }) => !isTerminal(condition)).length;
    expect(alive, 'instances').to.be.at.most(maximumCapacity(instances, upgradeStrategy));
  }

  /** What is well again, or overdue, is down no more. */
  private recover(now: Millis): void {
    const { appVersions } = this.world.view;
    for (const [id, since] of this.down) {
      const there = this.instances.find((one) => one.id === id);
      const app = there && appVersions.get(appVersionKey(there.appId, there.appVersion));
      const well = there === undefined || isHealthy(there, app);
      if (well || now >= since + GRACE + PATIENCE) this.down.delete(id);
    }
  }

  private atRest(): void {
    const room = this.plan.agents.reduce((sum, cpus) => sum + cpus, 0);
    const wanted = Math.min(this.plan.instances, room);
    const well = this.instances.filter(({ task }) => task?.healthy === true);
    expect(well, 'healthy in the end').to.have.length(wanted);
    expect(this.instances, 'instances in the end').to.have.length(this.plan.instances);
    const busy = this.instances.filter(({ kill, replaces }) => kill ?? replaces);
    expect(busy, 'under way in the end').to.deep.equal([]);
  }
}

describe('health kills, whatever a fleet answers', () => {
  it('stay within the budget, wait when many fail, and bring everything back in the end', () => {
    fc.assert(
      fc.property(plans, (plan) => new Trial(plan).run()),
      { numRuns: testRun.long ? 5_000 : 40 },
    );
  }).timeout(testRun.long ? 1_200_000 : 120_000);
});

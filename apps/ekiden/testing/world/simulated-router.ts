import { millis, seconds, type Chance, type TaskId } from '@ekiden/kernel';
import type { VirtualScheduler } from '@ekiden/testkit';
import { rolloutsUnderWay, watchedOf, type TaskCounts } from '../../src/core/deployment/index.js';
import type { ServiceState, WorldCommand } from '../../src/core/turn/index.js';
import { NETWORK_DELAY } from './faults.js';

export interface SimulatedRouterOptions {
  readonly scheduler: VirtualScheduler;
  readonly chance: Chance;
  readonly state: () => ServiceState;
  readonly tell: (report: WorldCommand) => void;
}

/** It is slow at times, and at times somebody takes long to end. */
const SLOW_MAX = seconds(50);
const ONE_IN = 4;

/** Requests that a task has between two looks at the counters. */
const LOADS_MAX = 30;
const COUNT_PAUSE = seconds(5);

/**
 * Routers and their keeper: they follow committed turns and say so while something waits for it,
 * late, or never; to some tasks something stays under way for long.
 */
export class SimulatedRouter {
  private readonly options: SimulatedRouterOptions;
  private readonly busy = new Set<TaskId>();
  private readonly counters = new Map<TaskId, TaskCounts>();
  private counting = false;
  private asked = false;
  private isWell = false;

  constructor(options: SimulatedRouterOptions) {
    this.options = options;
  }

  heal(): void {
    this.isWell = true;
    this.busy.clear();
  }

  /** Between turns: asks the routers, unless somebody is at it. */
  look(): void {
    this.count();
    if (this.asked || !waits(this.options.state())) return;
    this.asked = true;
    const { chance, scheduler, state } = this.options;
    const { epoch, turn: generation } = state();
    const isSlow = !this.isWell && chance.int(ONE_IN) === 0;
    const isLost = !this.isWell && chance.int(ONE_IN) === 0;
    const delay = isSlow ? chance.int(SLOW_MAX) : NETWORK_DELAY;
    scheduler.after(millis(delay), () => {
      if (state().epoch === epoch && !isLost) this.confirm(epoch, generation);
      // The keeper asks again, as long as something waits.
      scheduler.after(seconds(1), () => {
        this.asked = false;
        this.look();
      });
    });
  }

  /** What came to whom, while rollouts are judged by it: now and then badly answered, or nothing. */
  private count(): void {
    const { chance, scheduler, state, tell } = this.options;
    if (this.counting || judgedTasks(state()).length === 0) return;
    this.counting = true;
    scheduler.after(COUNT_PAUSE, () => {
      this.counting = false;
      if (!this.isWell && chance.int(ONE_IN) === 0) {
        const missing = 'the router did not answer';
        tell({ kind: 'trafficSeen', tasks: [], missing });
      } else {
        // It begins anew at times.
        if (!this.isWell && chance.int(LOADS_MAX) === 0) this.counters.clear();
        const tasks = judgedTasks(state()).map((task) => this.load(task));
        tell({ kind: 'trafficSeen', tasks });
      }
      this.look();
    });
  }

  private load(taskId: TaskId): TaskCounts {
    const { chance } = this.options;
    const before = this.counters.get(taskId) ?? { requests: 0, errors: 0, seconds: 0 };
    const requests = chance.int(LOADS_MAX);
    const isIll = !this.isWell && chance.int(ONE_IN) === 0;
    const counts: TaskCounts = {
      taskId,
      requests: before.requests + requests,
      errors: before.errors + (isIll ? requests : 0),
      seconds: before.seconds + requests / 100,
    };
    this.counters.set(taskId, counts);
    return counts;
  }

  private confirm(epoch: number, generation: number): void {
    const { chance, state, tell } = this.options;
    for (const { taskId } of state().memory.drains.values()) {
      if (this.busy.has(taskId)) {
        if (chance.int(ONE_IN) === 0) this.busy.delete(taskId);
      } else if (!this.isWell && chance.int(ONE_IN) === 0) this.busy.add(taskId);
    }
    tell({ kind: 'routesConfirmed', epoch, generation, draining: [...this.busy] });
  }
}

function judgedTasks({ rows }: ServiceState): readonly TaskId[] {
  const twins = rows.deployments
    .by('rollout', 'yes')
    .flatMap((row) => watchedOf(row).flatMap(({ progress }) => progress.twins));
  return twins.flatMap(({ id }) =>
    (['app', 'beside'] as const).flatMap((index) =>
      rows.instances.by(index, id).flatMap(({ task }) => task?.id ?? []),
    ),
  );
}

function waits({ memory, rows }: ServiceState): boolean {
  if (memory.drains.size > 0) return true;
  return rows.deployments
    .by('rollout', 'yes')
    .some((row) => rolloutsUnderWay(row).some(({ phase }) => phase === 'switching'));
}

import { millis, type Clock, type TaskId } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import { watchedOf } from '../core/deployment/index.js';
import type { StateView, WorldCommand } from '../core/turn/index.js';
import type { Log, Router } from '../ports/index.js';

export interface TrafficWatchOptions {
  readonly router: Router;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Takes what routers have counted; false when there is no room for it. */
  readonly report: (command: WorldCommand) => boolean;
}

/** Between two looks at the counters, and how much longer than a look takes it is at least. */
const PAUSE = millis(1_000);
const PAUSE_SHARE = 10;

/**
 * Asks the router what came to whom while some rollout is judged by that, one call at a time, and
 * reports it. Nobody is asked otherwise.
 */
export class TrafficWatch {
  private readonly options: TrafficWatchOptions;
  private view: StateView | undefined;
  /** A call is under way, or the next one is due later. */
  private waiting = false;
  private cancelTimer: () => void = () => undefined;

  constructor(options: TrafficWatchOptions) {
    this.options = options;
  }

  /** Called with committed state after every turn. */
  publish(view: StateView): void {
    this.view = view;
    if (!this.waiting && isWanted(view)) this.look();
  }

  leave(): void {
    this.view = undefined;
    this.waiting = false;
    this.cancelTimer();
  }

  private look(): void {
    this.waiting = true;
    const { clock, log } = this.options;
    const from = clock.monotonic();
    const asked = this.ask().catch((fault: unknown) => {
      // A fault of ours must not end the service.
      const message = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
      log({ level: 'error', event: 'traffic-fault', message });
    });
    void asked.then(() => {
      if (!this.waiting) return;
      const took = clock.monotonic() - from;
      this.cancelTimer();
      this.cancelTimer = this.options.timers.after(
        millis(Math.max(PAUSE, PAUSE_SHARE * took)),
        () => {
          this.waiting = false;
          if (this.view !== undefined && isWanted(this.view)) this.look();
        },
      );
    });
  }

  private async ask(): Promise<void> {
    const { router, report } = this.options;
    const { view } = this;
    if (router.traffic === undefined) {
      report({ kind: 'trafficSeen', tasks: [], missing: 'the router does not count' });
      return;
    }
    const outcome = await router.traffic();
    if (this.view === undefined || view === undefined) return;
    if (!outcome.ok) {
      const { error } = outcome;
      const why = error.kind === 'unreachable' ? error.reason : 'it follows another service';
      const missing = `the router did not say what it has counted: ${why}`;
      report({ kind: 'trafficSeen', tasks: [], missing });
      return;
    }
    const wanted = tasksOf(this.view);
    report({
      kind: 'trafficSeen',
      tasks: outcome.value.filter(({ taskId }) => wanted.has(taskId)),
    });
  }
}

function isWanted({ deployments }: StateView): boolean {
  return deployments.by('rollout', 'yes').some((one) => watchedOf(one).length > 0);
}

/** Those of both versions of what is judged. */
function tasksOf({ deployments, instances }: StateView): ReadonlySet<TaskId> {
  const found = new Set<TaskId>();
  for (const deployment of deployments.by('rollout', 'yes')) {
    for (const { progress } of watchedOf(deployment)) {
      for (const { id } of progress.twins) {
        for (const index of ['app', 'beside'] as const) {
          for (const { task } of instances.by(index, id)) if (task) found.add(task.id);
        }
      }
    }
  }
  return found;
}

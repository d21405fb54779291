import { millis, type Clock, type TaskId } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import { watchedOf } from '../core/deployment/index.js';
import type { StateView, WorldCommand } from '../core/turn/index.js';
import type { Log, Router } from '../ports/index.js';
import { PacedLook } from './paced-look.js';

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
export class TrafficWatch extends PacedLook {
  constructor(options: TrafficWatchOptions) {
    super({
      ...options,
      event: 'traffic-fault',
      pause: PAUSE,
      pauseShare: PAUSE_SHARE,
      isWanted,
      look: (_view, present) => ask(options, present),
    });
  }
}

async function ask(
  { router, report }: TrafficWatchOptions,
  present: () => StateView | undefined,
): Promise<void> {
  if (router.traffic === undefined) {
    report({ kind: 'trafficSeen', tasks: [], missing: 'the router does not count' });
    return;
  }
  const outcome = await router.traffic();
  const view = present();
  if (view === undefined) return;
  if (!outcome.ok) {
    const { error } = outcome;
    const why = error.kind === 'unreachable' ? error.reason : 'it follows another service';
    const missing = `the router did not say what it has counted: ${why}`;
    report({ kind: 'trafficSeen', tasks: [], missing });
    return;
  }
  const wanted = tasksOf(view);
  report({
    kind: 'trafficSeen',
    tasks: outcome.value.filter(({ taskId }) => wanted.has(taskId)),
  });
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

import type { Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../../../core/app/index.js';
import { isKnown } from '../../../core/health/index.js';
import { isActive, type Instance, type InstanceTask } from '../../../core/instance/index.js';
import type { Shown, tasksStats } from '../../schemas/index.js';

export interface Counts {
  readonly tasksStaged: number;
  readonly tasksRunning: number;
  readonly tasksHealthy: number;
  readonly tasksUnhealthy: number;
}

export const NO_COUNTS: Counts = {
  tasksStaged: 0,
  tasksRunning: 0,
  tasksHealthy: 0,
  tasksUnhealthy: 0,
};

/**
 * Tasks by what is known of them (marathon-api 5.1): staged has reported nothing yet, or staging.
 * A task without health results is neither healthy nor unhealthy, else the results decide.
 */
export function countTasks(instances: readonly Instance[]): Counts {
  const counts = { ...NO_COUNTS };
  for (const { task, condition } of instances) {
    if (task === undefined || !isActive(condition)) continue;
    if (condition === 'Provisioned' || condition === 'Staging') counts.tasksStaged += 1;
    if (condition === 'Running') counts.tasksRunning += 1;
    const well = healthShown(task);
    if (well === true) counts.tasksHealthy += 1;
    if (well === false) counts.tasksUnhealthy += 1;
  }
  return counts;
}

/** By the results there are: those of further checks may still be missing. */
function healthShown({ health, healthy }: InstanceTask): boolean | undefined {
  const results = (health ?? []).filter(isKnown);
  return results.length === 0 ? healthy : results.every(({ alive }) => alive);
}

type Statistics = NonNullable<Shown<typeof tasksStats>['totalSummary']>;

/** Counts and life times by age of the configuration (marathon-api 5.9). */
export function tasksStatistics(
  app: AppDefinition,
  instances: readonly Instance[],
  now: Millis,
): Shown<typeof tasksStats> {
  const placed = instances.filter(({ task }) => task !== undefined);
  const { lastScalingAt, lastConfigChangeAt } = app.versionInfo;
  const buckets = {
    startedAfterLastScaling: placed.filter(({ appVersion }) => appVersion >= lastScalingAt),
    withLatestConfig: placed.filter(({ appVersion }) => appVersion >= lastConfigChangeAt),
    withOutdatedConfig: placed.filter(({ appVersion }) => appVersion < lastConfigChangeAt),
    totalSummary: placed,
  };
  return Object.fromEntries(
    Object.entries(buckets)
      .filter(([, bucket]) => bucket.length > 0)
      .map(([name, bucket]) => [name, { stats: statisticsOf(bucket, now) }]),
  );
}

function statisticsOf(instances: readonly Instance[], now: Millis): Statistics['stats'] {
  const { tasksStaged, tasksRunning, tasksHealthy, tasksUnhealthy } = countTasks(instances);
  const lifeTime = lifeTimeOf(instances, now);
  return {
    counts: {
      staged: tasksStaged,
      running: tasksRunning,
      healthy: tasksHealthy,
      unhealthy: tasksUnhealthy,
    },
    ...(lifeTime === undefined ? {} : { lifeTime }),
  };
}

function lifeTimeOf(
  instances: readonly Instance[],
  now: Millis,
): { readonly averageSeconds: number; readonly medianSeconds: number } | undefined {
  const seconds = instances
    .flatMap(({ task }) => (task?.startedAt === undefined ? [] : [(now - task.startedAt) / 1000]))
    .sort((a, b) => a - b);
  const medianSeconds = seconds[Math.floor(seconds.length / 2)];
  if (medianSeconds === undefined) return undefined;
  const sum = seconds.reduce((total, one) => total + one, 0);
  return { averageSeconds: sum / seconds.length, medianSeconds };
}

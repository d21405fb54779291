import { millis, seconds, type Millis, type TaskReason } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../app/index.js';
import { isHealthy } from './health.js';
import type { Instance } from './instance.js';

/**
 * Backoff of one configuration of an app (marathon-behaviour 4.2): after a failure what has failed
 * is not launched again before `until`, and nothing else of this configuration either while none
 * of it works; forgotten when it has been quiet for long enough.
 */
export interface LaunchDelay {
  /** `<app id>@<lastConfigChangeAt>` */
  readonly id: string;
  readonly appId: PathId;
  readonly configVersion: Millis;
  readonly delay: Millis;
  readonly until: Millis;
  /** Failures in a row, this one included. */
  readonly failures: number;
}

export function launchDelayId(appId: PathId, configVersion: Millis): string {
  return `${appId}@${configVersion}`;
}

/**
 * The delay after one more failure: `backoffSeconds` at first, then times `backoffFactor`, never
 * above `maxLaunchDelaySeconds`.
 */
export function delayAfterFailure(
  before: LaunchDelay | undefined,
  app: AppDefinition,
  now: Millis,
): LaunchDelay {
  const max = seconds(app.maxLaunchDelaySeconds);
  const wanted =
    before === undefined
      ? seconds(app.backoffSeconds)
      : millis(Math.max(1, before.delay) * app.backoffFactor);
  const delay = millis(Math.min(wanted, max));
  const configVersion = app.versionInfo.lastConfigChangeAt;
  return {
    id: launchDelayId(app.id, configVersion),
    appId: app.id,
    configVersion,
    delay,
    until: millis(now + delay),
    failures: (before?.failures ?? 0) + 1,
  };
}

/** What a look at delays needs: rows, however they are held. */
export interface DelayView {
  readonly launchDelays: { get(id: string): LaunchDelay | undefined };
  /** Indexes `app` (the live ones) and `beside` (other generations). */
  readonly instances: { by(index: 'app' | 'beside', app: PathId): readonly Instance[] };
}

/**
 * What a waiting instance has to wait out, if anything. One that has not failed itself is not held
 * back where its configuration works elsewhere: a crash loop on one host keeps nobody from
 * scaling up (BKO-13; Marathon delays all, marathon-behaviour 4.2 [Q]).
 */
export function launchDelayOf(
  { launchDelays, instances }: DelayView,
  { appId, configVersion, backsOff }: Pick<Instance, 'appId' | 'configVersion' | 'backsOff'>,
  definition: AppDefinition | undefined,
): LaunchDelay | undefined {
  const delay = launchDelays.get(launchDelayId(appId, configVersion));
  if (delay === undefined || backsOff === true) return delay;
  const works = (other: Instance): boolean =>
    other.configVersion === configVersion && isHealthy(other, definition);
  const worksSomewhere =
    instances.by('app', appId).some(works) || instances.by('beside', appId).some(works);
  return worksSomewhere ? undefined : delay;
}

/** Ends that say nothing about the app: whatever ended its task will not meet the next one. */
const BLAMELESS: ReadonlySet<TaskReason> = new Set<TaskReason>([
  'AGENT_DRAINING',
  'AGENT_REMOVED',
  'AGENT_REMOVED_BY_OPERATOR',
  'AGENT_RESTARTED',
  'CONTAINER_PREEMPTED',
  'PORT_TAKEN',
]);

/** Whether a task that ended for this reason is replaced without any delay (BKO-17). */
export function isBlameless(reason: TaskReason | undefined): boolean {
  return reason !== undefined && BLAMELESS.has(reason);
}

/**
 * When the app has been quiet for its longest delay after the last wait ended, the next failure
 * starts from the beginning.
 */
export function forgottenAt(delay: LaunchDelay, app: AppDefinition | undefined): Millis {
  const quiet = app === undefined ? seconds(300) : seconds(app.maxLaunchDelaySeconds);
  return millis(delay.until + quiet);
}

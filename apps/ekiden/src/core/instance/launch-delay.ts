import { millis, seconds, type Millis } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../app/index.js';

/**
 * Backoff of one configuration of an app (marathon-behaviour 4.2): after a failure nothing of this
 * configuration is launched before `until`; forgotten when it has been quiet for long enough.
 */
export interface LaunchDelay {
  /** `<app id>@<lastConfigChangeAt>` */
  readonly id: string;
  readonly appId: PathId;
  readonly configVersion: Millis;
  readonly delay: Millis;
  readonly until: Millis;
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
  };
}

/**
 * When the app has been quiet for its longest delay after the last wait ended, the next failure
 * starts from the beginning.
 */
export function forgottenAt(delay: LaunchDelay, app: AppDefinition | undefined): Millis {
  const quiet = app === undefined ? seconds(300) : seconds(app.maxLaunchDelaySeconds);
  return millis(delay.until + quiet);
}

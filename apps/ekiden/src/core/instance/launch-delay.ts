import type { Millis } from '@ekiden/kernel';
import type { PathId } from '../app/path-id.js';

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

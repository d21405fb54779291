import { millis, type Millis } from '@ekiden/kernel';
import type { AppDefinition } from './app-definition.js';
import { isEdited, isUpgrade } from './compare-apps.js';

/**
 * Gives `after` the version and version info that the change from `before` deserves
 * (marathon-behaviour 1.3): a new app and an upgrade count as configured now, a scale-only change
 * as scaled now, a requested restart as configured but not scaled now. A change that needs nothing
 * returns `before` itself. Versions strictly increase: `now` is moved past that of `before`.
 */
export function stampVersion(
  before: AppDefinition | undefined,
  after: AppDefinition,
  now: Millis,
  options: { readonly restart?: boolean } = {},
): AppDefinition {
  if (before === undefined) {
    return stamped(after, now, { lastScalingAt: now, lastConfigChangeAt: now });
  }
  const at = millis(Math.max(now, before.version + 1));
  if (isUpgrade(before, after)) {
    return stamped(after, at, { lastScalingAt: at, lastConfigChangeAt: at });
  }
  const scaled = before.instances !== after.instances;
  const restarted = options.restart === true;
  // It restarts nothing, but a definition never changes under the same version.
  const edited = isEdited(before, after);
  if (!scaled && !restarted && !edited) return before;
  const { lastScalingAt, lastConfigChangeAt } = before.versionInfo;
  return stamped(after, at, {
    lastScalingAt: scaled ? at : lastScalingAt,
    lastConfigChangeAt: restarted ? at : lastConfigChangeAt,
  });
}

function stamped(
  app: AppDefinition,
  version: Millis,
  versionInfo: AppDefinition['versionInfo'],
): AppDefinition {
  return { ...app, version, versionInfo };
}

import type { AppWire, DependencyRulesWire, Maybe, RolloutWire } from '../app/index.js';

/**
 * The group document after the JSON-shape check (marathon-api 5.10, GroupUpdate). Ids of apps and
 * groups and all dependencies may be relative to the group that holds them; `null` and a missing
 * key both mean "not given".
 */
export interface GroupWire {
  readonly id?: Maybe<string>;
  /** Complete definitions; given = these and no others are the group's own apps. */
  readonly apps?: Maybe<readonly AppWire[]>;
  /** Given = these and no others are the group's children. */
  readonly groups?: Maybe<readonly GroupWire[]>;
  /** Pods cannot be given here: only what has been shown carries them, its version is no wish. */
  readonly pods?: Maybe<readonly unknown[]>;
  readonly dependencies?: Maybe<readonly string[]>;
  /** Given = these and no others are the group's rules; `{}` = none. */
  readonly dependencyRules?: Maybe<DependencyRulesWire>;
  /** Top-level groups only. */
  readonly enforceRole?: Maybe<boolean>;
  /** Absent = as it is, `null` = none. Not of the root. */
  readonly rollout?: Maybe<RolloutWire>;
  /** A request of its own: factor for the instances of all apps below. */
  readonly scaleBy?: Maybe<number>;
  /** A request of its own: ISO-8601, the root version to restore. */
  readonly version?: Maybe<string>;
}

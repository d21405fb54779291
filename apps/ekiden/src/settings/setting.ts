import type { Written } from './setting-values.js';
import type { Settings } from './settings.js';

/** One setting, in the words of `--help` and of the README. */
export interface Setting<T> {
  readonly env: string;
  readonly flag: string;
  /** What the value is, as shown behind the flag. */
  readonly value: string;
  readonly description: string;
  /** Text taken where nothing is written; `undefined` = see `fallback`. */
  readonly default: string | undefined;
  /** What happens without a default, in words. */
  readonly fallback?: string;
  /** Never shown, not even in part. */
  readonly secret?: boolean;
  /** Marathon's flag for the same thing; `MARATHON_<FLAG>` is understood, too. */
  readonly marathon?: string;
  /** What Marathon counts in, where this setting is in seconds. */
  readonly marathonUnit?: 'milliseconds';
  readonly schema: Written<T>;
}

export type SettingTable = {
  readonly [K in keyof Settings]: Setting<NonNullable<Settings[K]>>;
};

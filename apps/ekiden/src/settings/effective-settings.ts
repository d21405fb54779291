import { SETTINGS } from './setting-table.js';
import type { Setting } from './setting.js';
import type { Settings } from './settings.js';

/** What is in force, by the names of the variables; `null` = nothing was said and nothing needed. */
export type EffectiveSettings = Readonly<Record<string, string | number | boolean | null>>;

/** As Marathon masks credentials inside addresses (marathon-api 11.1). */
const MASK = 'xxxxxxxx';

/**
 * All settings as they are in force. `written` is what was written where, for those that are more
 * than a word or a number. Of secrets it says no more than that they are there, and of addresses
 * with credentials everything else.
 */
export function effectiveSettings(
  settings: Settings,
  written: ReadonlyMap<string, string>,
): EffectiveSettings {
  const shown = Object.entries<Setting<unknown>>(SETTINGS).map(([key, setting]) => {
    const value: unknown = settings[key as keyof Settings];
    return [setting.env, shownValue(setting, value, written.get(setting.env))] as const;
  });
  return Object.fromEntries(shown);
}

function shownValue(
  setting: Setting<unknown>,
  value: unknown,
  written: string | undefined,
): EffectiveSettings[string] {
  if (value === undefined) return null;
  if (setting.secret === true) return masked(typeof value === 'string' ? value : '');
  if (value instanceof Set) return [...value].join(',');
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(',');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return written ?? setting.default ?? null;
}

/** An address without its credentials; nothing at all of any other secret. */
export function masked(secret: string): string {
  const url = URL.canParse(secret) ? new URL(secret) : undefined;
  if (url === undefined || url.host === '') return MASK;
  if (url.username !== '' || url.password !== '') {
    url.username = MASK;
    url.password = MASK;
  }
  // What is behind the question mark may hold a password as well, under names nobody can list.
  const names = [...url.searchParams.keys()];
  for (const name of names) url.searchParams.set(name, MASK);
  return url.href;
}

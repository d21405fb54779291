import type { AppWire } from '../../core/app/index.js';
import type { GroupWire } from '../../core/group/index.js';
import { app } from './app.js';
import { groupUpdate } from './group.js';
import { withoutNulls } from './without-nulls.js';

/**
 * The shape of a group document, checked in steps of one app: what `groupUpdate` makes of it, or
 * `undefined` if anything is wrong with it, to be told by `parseDefinition`.
 */
export function* checkGroup(body: unknown): Generator<void, GroupWire | undefined> {
  if (!isObject(body)) return undefined;
  const { apps: ofApps, groups: ofGroups, ...rest } = body;
  const own = groupUpdate.safeParse(withoutNulls(rest));
  if (!own.success) return undefined;
  const apps = yield* checkEach(ofApps, checkApp);
  const groups = yield* checkEach(ofGroups, checkGroup);
  if (apps === 'wrong' || groups === 'wrong') return undefined;
  return { ...own.data, ...(apps && { apps }), ...(groups && { groups }) };
}

type Check<T> = (value: unknown) => Generator<void, T | undefined>;

/** `undefined` for a missing list. */
function* checkEach<T>(list: unknown, check: Check<T>): Generator<void, T[] | 'wrong' | undefined> {
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) return 'wrong';
  const checked: T[] = [];
  for (const value of list as readonly unknown[]) {
    const sound = yield* check(value);
    if (sound === undefined) return 'wrong';
    checked.push(sound);
  }
  return checked;
}

function* checkApp(value: unknown): Generator<void, AppWire | undefined> {
  const { success, data } = app.safeParse(withoutNulls(value));
  yield;
  return success ? data : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

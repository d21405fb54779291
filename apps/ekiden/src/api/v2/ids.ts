import { parseTimestamp, type Millis } from '@ekiden/kernel';
import {
  ROOT_ID,
  isBelow,
  isPod,
  resolveId,
  type AppDefinition,
  type PathId,
  type PodDefinition,
} from '../../core/app/index.js';
import type { StateView } from '../../core/turn/index.js';
import { notFound, unprocessable, type Problem } from '../http/index.js';

/** The absolute id that a route parameter stands for. */
export function idOf(parameter: string): PathId {
  return resolveId(parameter, ROOT_ID);
}

/** The group of a wildcard (`*`, `group/*`); `undefined` for the id of one app. */
export function groupOfWildcard(parameter: string): PathId | undefined {
  const match = /^(?:(.*)\/)?\*$/s.exec(parameter);
  return match === null ? undefined : idOf(match[1] ?? '');
}

/** Throws a `Problem` (404) for an unknown app. */
export function appOf(state: StateView, id: PathId): AppDefinition {
  const app = state.root.apps.get(id);
  if (app === undefined || isPod(app)) throw notFound(`App '${id}' does not exist`);
  return app;
}

/** Throws a `Problem` (404) for an unknown pod. */
export function podOf(state: StateView, id: PathId): PodDefinition {
  const pod = state.root.apps.get(id);
  if (pod === undefined || !isPod(pod)) throw missingPod(id);
  return pod;
}

export function missingPod(id: PathId): Problem {
  return notFound(`Pod '${id}' does not exist`);
}

/** All apps below a group. Throws a `Problem` (404) for an unknown group; the root always exists. */
export function appsBelow(state: StateView, group: PathId): readonly AppDefinition[] {
  if (group !== ROOT_ID && !state.root.groups.has(group)) {
    throw missingGroup(group);
  }
  return allApps(state).filter(({ id }) => isBelow(id, group));
}

/** Apps alone: pods stand in the same table. */
export function allApps(state: StateView): readonly AppDefinition[] {
  return [...state.root.apps.values()].filter((spec) => !isPod(spec));
}

export function missingGroup(id: PathId): Problem {
  return notFound(`Group '${id}' does not exist`);
}

/** Throws a `Problem` (422) for what is not a date-time. */
export function versionOf(text: string): Millis {
  const version = parseTimestamp(text);
  if (version === undefined) {
    throw unprocessable(
      `Invalid timestamp provided '${text}'. Expecting ISO-8601 datetime string.`,
    );
  }
  return version;
}

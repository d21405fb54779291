import type { Change, Millis } from '@ekiden/kernel';
import { tableWrite, type OutboxEvent, type TableSpec, type TableWrite } from '@ekiden/store';
import type { AppDefinition, PathId } from '../../core/app/index.js';
import type { Group } from '../../core/group/index.js';
import type { Turn } from '../../core/loop/index.js';
import type { AppVersionKey } from '../../core/turn/index.js';
import {
  AGENTS,
  APPS,
  APP_VERSIONS,
  DEPLOYMENTS,
  FRAMEWORKS,
  GROUPS,
  GROUP_VERSIONS,
  INSTANCES,
  LAUNCH_DELAYS,
  ROOT_VERSIONS,
  TASKS,
  TASK_FAILURES,
  type VersionRow,
} from './tables.js';

/** The rows a turn changes, table by table, and nothing else. */
export function turnWrites({ draft, context }: Turn): readonly TableWrite[] {
  const { agents, frameworks, tasks } = context.master.changes();
  const rootChanged = draft.rootVersion !== context.state.rootVersion;
  const writes = [
    changed(APPS, draft.apps.changes()),
    tableWrite(APP_VERSIONS, {
      upserts: appHistory(draft.appVersions.changes(), draft.apps.changes(), draft.rootVersion),
    }),
    changed(GROUPS, draft.groups.changes()),
    tableWrite(GROUP_VERSIONS, {
      upserts: groupHistory(draft.groups.changes(), draft.rootVersion),
    }),
    tableWrite(ROOT_VERSIONS, { upserts: rootChanged ? [draft.rootVersion] : [] }),
    changed(DEPLOYMENTS, draft.deployments.changes()),
    changed(INSTANCES, draft.instances.changes()),
    changed(LAUNCH_DELAYS, draft.launchDelays.changes()),
    changed(TASK_FAILURES, draft.taskFailures.changes()),
    changed(AGENTS, agents),
    changed(FRAMEWORKS, frameworks),
    changed(TASKS, tasks),
  ];
  return writes.filter((write) => write.upsertCount + write.deleteCount > 0);
}

/** The events of a turn as outbox rows; `eventType` and `timestamp` are added when they are sent. */
export function turnEvents(turn: Turn): readonly OutboxEvent[] {
  return turn.events.map(({ number, at, event }) => {
    const { type, ...payload } = event;
    return { number, at, type, payload };
  });
}

function changed<K extends string, Row>(
  table: TableSpec<Row>,
  changes: readonly Change<K, Row>[],
): TableWrite {
  return tableWrite(table, {
    upserts: changes.flatMap(([, row]) => (row === undefined ? [] : [row])),
    deletes: changes.flatMap(([key, row]) => (row === undefined ? [[key]] : [])),
  });
}

/** New versions stay for good, whether memory still needs them or not; a removal leaves a mark. */
function appHistory(
  versions: readonly Change<AppVersionKey, AppDefinition>[],
  apps: readonly Change<PathId, AppDefinition>[],
  rootVersion: Millis,
): VersionRow<AppDefinition>[] {
  const made = versions.flatMap(([, app]): VersionRow<AppDefinition>[] =>
    app === undefined ? [] : [{ id: app.id, version: app.version, data: app }],
  );
  const removed = apps.flatMap(([id, app]): VersionRow<AppDefinition>[] =>
    app === undefined ? [{ id, version: rootVersion, data: undefined }] : [],
  );
  const marks = removed.filter((r) => !made.some((m) => m.id === r.id && m.version === r.version));
  return [...made, ...marks];
}

function groupHistory(
  groups: readonly Change<PathId, Group>[],
  rootVersion: Millis,
): VersionRow<Group>[] {
  return groups.map(([id, data]) => ({ id, version: rootVersion, data }));
}

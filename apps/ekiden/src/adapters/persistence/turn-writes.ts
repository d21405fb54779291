import type { Change } from '@ekiden/kernel';
import { tableWrite, type OutboxEvent, type TableSpec, type TableWrite } from '@ekiden/store';
import type { AppDefinition } from '../../core/app/index.js';
import type { Turn } from '../../core/loop/index.js';
import type { AppVersionKey, HistoryEntry } from '../../core/turn/index.js';
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
  ROLES,
  ROOT_VERSIONS,
  TASKS,
  TASK_FAILURES,
  VOLUMES,
  UNKNOWN_TASKS,
  type DeploymentWrite,
} from './tables.js';

/** The rows a turn changes, table by table, and nothing else. */
export function turnWrites({ draft, context }: Turn): readonly TableWrite[] {
  const { agents, frameworks, roles, tasks } = context.master.changes();
  const writes = [
    changed(APPS, draft.apps.changes()),
    tableWrite(APP_VERSIONS, {
      upserts: newest([...appHistory(draft.appVersions.changes()), ...draft.appRemovals]),
    }),
    changed(GROUPS, draft.groups.changes()),
    tableWrite(GROUP_VERSIONS, { upserts: newest(draft.groupHistory) }),
    tableWrite(ROOT_VERSIONS, { upserts: draft.rootVersions }),
    changed(DEPLOYMENTS, deploymentsOf(draft.deployments)),
    changed(INSTANCES, draft.instances.changes()),
    changed(LAUNCH_DELAYS, draft.launchDelays.changes()),
    changed(TASK_FAILURES, draft.taskFailures.changes()),
    changed(VOLUMES, draft.volumes.changes()),
    changed(UNKNOWN_TASKS, draft.unknownTasks.changes()),
    changed(AGENTS, agents),
    changed(FRAMEWORKS, frameworks),
    changed(TASKS, tasks),
    changed(ROLES, roles),
  ];
  return writes.filter((write) => write.upsertCount + write.deleteCount > 0);
}

/** The events of a turn as outbox rows; `eventType` and `timestamp` are added when they are sent. */
export function turnEvents(turn: Turn): readonly OutboxEvent[] {
  return turn.events.map(({ number, at, event }) => {
    // JSON leaves out what is undefined.
    return { number, at, type: event.type, payload: { ...event, type: undefined } };
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

/** A plan is written with the first row of its deployment, and not again. */
function deploymentsOf(
  deployments: Turn['draft']['deployments'],
): readonly Change<string, DeploymentWrite>[] {
  return deployments.changes().map(([id, deployment]) => {
    if (deployment === undefined) return [id, undefined];
    const withPlan = deployments.committed(id)?.plan !== deployment.plan;
    return [id, { deployment, withPlan }];
  });
}

/** New versions stay for good, whether memory still needs them or not. */
function appHistory(
  versions: readonly Change<AppVersionKey, AppDefinition>[],
): HistoryEntry<AppDefinition>[] {
  return versions.flatMap(([, app]) =>
    app === undefined ? [] : [{ id: app.id, version: app.version, data: app }],
  );
}

/** The last word on each node and version: a key is written once per turn. */
function newest<T>(history: readonly HistoryEntry<T>[]): readonly HistoryEntry<T>[] {
  return [...new Map(history.map((entry) => [`${entry.id}@${entry.version}`, entry])).values()];
}
